// Session: one incoming connection, of a client or of a peer.
//
// Replies to commands leave strictly in the order of the commands, though operations end in any
// order. Replies to REPLICA.* commands carry their operation's number and leave at once. One
// thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/core/client_command.h"
#include "node/core/resp_parser.h"
#include "node/server/channel.h"

namespace quorate::node {

class Session;

class SessionHost {
 public:
  virtual ~SessionHost() = default;
  // Must answer by exactly one of Session's ways, except to REPLICA.* requests.
  virtual void on_command(Session* session, RespRequest arguments) = 0;
  virtual void on_session_closed(std::uint32_t id, std::string_view why) = 0;
};

class Session final : public ChannelUser, public std::enable_shared_from_this<Session> {
 public:
  // `host` must outlive this.
  Session(std::uint32_t id, Tcp::socket socket, TurnEnd* turn_end, SessionHost* host);

  void start() { channel_->start(this); }
  std::uint32_t id() const { return id_; }

  // Where to write this command's reply, in its place in the order.
  std::string* reply();
  // Leaves this command's place open; returns its number for finish().
  std::uint32_t hold_reply(CommandKind kind, bool meta, Instant now);
  struct Finished {
    CommandKind kind = CommandKind::kGet;
    Instant begun;
  };
  // The operation that holds place `number` has ended. `names` by ReplicaIndex.
  Finished finish(std::uint32_t number, const OperationResult& result,
                  const std::vector<std::string>& names);
  // The name of the node that greeted here; empty: a client's connection.
  const std::string& peer() const { return peer_; }
  const std::string& peer_epoch() const { return peer_epoch_; }
  void set_peer(std::string name, std::string epoch) {
    peer_ = std::move(name);
    peer_epoch_ = std::move(epoch);
  }
  // Where to write a reply that has no place in the order.
  std::string* unordered_reply();

  // Takes no more commands, sends the replies that are owed, then closes.
  void close_after_replies(std::string_view why);
  void close(std::string_view why) { channel_->close(why); }
  bool owes_replies() const { return !places_.empty() || channel_->backlog() > 0; }

  void on_bytes(std::string_view bytes) override;
  void on_closed(std::string_view why) override;

 private:
  struct Place {
    CommandKind kind = CommandKind::kGet;
    bool meta = false;
    bool done = false;
    Instant begun{};
    std::string bytes;
  };

  void take_commands();
  void release_done();
  void resume();

  const std::uint32_t id_;
  SessionHost* const host_;
  std::shared_ptr<Channel> channel_;
  RespParser parser_;
  std::deque<Place> places_;        // commands that are not answered yet, and answers behind them
  std::uint32_t first_number_ = 0;  // of places_.front(); numbers wrap
  bool paused_ = false;
  bool resuming_ = false;
  std::string peer_;
  std::string peer_epoch_;
  std::string closing_;  // not empty: why it closes after the replies
};

}  // namespace quorate::node
