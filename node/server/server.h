// Server: a node's event loop. It accepts connections, keeps a link to every peer, and joins both
// to the Engine.
//
// One thread runs it; only the storage thread of GroupCommit is beside it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/json.h"
#include "node/core/engine.h"
#include "node/core/histogram.h"
#include "node/server/options.h"
#include "node/server/peer_link.h"
#include "node/server/session.h"
#include "node/server/storage/disturbed_disk.h"
#include "node/server/storage/group_commit.h"

namespace quorate::node {

class Server final : public SessionHost, public EngineOutput {
 public:
  // What happened on connections, for STATUS.
  struct Counters {
    std::uint64_t accepted = 0;
    std::uint64_t turned_away = 0;  // too many connections
    std::uint64_t commands = 0;
  };

  // `store` must outlive this. `options.engine` is complete (start_engine_options()). `trouble`: of
  // the disk under the store, for the command DISK; null: it cannot be disturbed.
  Server(Options options, Store* store, std::uint64_t purged_counter = 0,
         std::shared_ptr<DiskTrouble> trouble = nullptr);
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and listens. Errors: kIo, kInvalidArgument. The loop has to run() for anything to be
  // answered.
  Result<Address> listen();
  // Serves until stop(). Returns why it could not go on, if so; then nothing was answered after it.
  Result<void> run();
  // Accepts no more, finishes what is in flight (at most about two seconds), then run() returns.
  // Thread-safe.
  void stop();

  // SIGTERM and SIGINT mean stop().
  void stop_on_signals();

  // The whole cluster, in the order of replica indices. Once; then again with changed addresses.
  // Errors: kInvalidArgument.
  Result<void> set_peers(const std::vector<ClusterMember>& members);

  bool knows_peers() const { return !names_.empty(); }
  CommandDefaults defaults() const { return {quorum_, options_.timeout}; }
  const Options& options() const { return options_; }
  const Engine& engine() const { return engine_; }
  // Begins to compare this node with all its peers; STATUS tells how it goes. REQUIRES:
  // knows_peers().
  void repair();
  // Of version scheme clock.
  void set_clock(Duration offset, double drift_ppm);
  // See Background. REQUIRES: knows_peers().
  void stall_hints(Stall how);
  void hold_anti_entropy(bool held);
  DiskTrouble* disk_trouble() const { return trouble_.get(); }
  // The place of a node in the cluster's list, if that is known and it is there.
  std::optional<ReplicaIndex> index_of(std::string_view name) const;
  const Histogram& read_times() const { return read_times_; }
  const Histogram& write_times() const { return write_times_; }
  std::uint64_t violations() const { return violations_; }
  Store* store() const { return store_; }
  const Counters& counters() const { return counters_; }
  GroupCommit::Stats commit_stats() const { return commit_->stats(); }
  std::size_t connections() const { return sessions_.size(); }
  const QuorumSize& quorum() const { return quorum_; }
  const std::vector<std::string>& names() const { return names_; }
  // By ReplicaIndex; null at this node's own place.
  const std::vector<std::unique_ptr<PeerLink>>& links() const { return links_; }
  const Address& address() const { return address_; }
  bool is_stopping() const { return stopping_; }

  void on_command(Session* session, RespRequest arguments) override;
  void on_session_closed(std::uint32_t id, std::string_view why) override;

  void persist(std::vector<StoreChange> changes) override;
  bool send(ReplicaIndex to, const ReplicaRequest& request) override;
  void reply(ReplyAddress to, const ReplicaReply& reply) override;
  void finish(ClientToken client, const OperationResult& result) override;
  void report_violation(const std::string& violation) override;
  void stop_for(const Error& error) override;

 private:
  void accept();
  void on_accepted(const boost::system::error_code& failed, Tcp::socket socket);
  void admit(Tcp::socket socket);
  void on_synced(const Result<std::uint64_t>& through);
  void run_client_command(Session* session, RespRequest arguments);
  // Who greeted before this node knew its own epoch is asked to greet again.
  void close_sessions_of_other_epochs();
  void connect_peers(const std::vector<ClusterMember>& members, std::size_t self);
  void run_replica_command(Session* session, RespRequest arguments);
  // Sees to it that on_time() is called when the next deadline comes.
  void watch_deadlines();
  void begin_stop();
  void stop_when_idle();
  // What they have not sent yet is not sent any more.
  void close_sessions();

  const Options options_;
  Store* const store_;
  const std::shared_ptr<DiskTrouble> trouble_;
  boost::asio::io_context loop_{1};
  TurnEnd turn_end_{&loop_};
  Engine engine_;
  QuorumSize quorum_;
  Address address_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<PeerLink>> links_;
  Tcp::acceptor acceptor_{loop_};
  boost::asio::steady_timer accept_again_{loop_};
  boost::asio::steady_timer deadline_timer_{loop_};
  std::optional<Instant> deadline_watched_;
  boost::asio::steady_timer stop_timer_{loop_};
  boost::asio::signal_set signals_{loop_};
  std::optional<Instant> stop_by_;
  std::unordered_map<std::uint32_t, std::shared_ptr<Session>> sessions_;
  std::uint32_t last_session_ = 0;
  bool stopping_ = false;
  std::optional<Error> failed_;
  Histogram read_times_;   // of client operations, from command to reply
  Histogram write_times_;  // likewise
  std::uint64_t violations_ = 0;
  Counters counters_;
  std::unique_ptr<GroupCommit> commit_;  // last: its thread ends first
};

}  // namespace quorate::node
