// Engine: one replica and one coordinator, joined to a Store and to each other. Knows no socket and
// no clock.
//
// It carries the effects of the pure rules (node/core) to where they belong: records to be made
// durable to the storage thread, messages to peers, results to clients. The local replica is called
// directly. One caller at a time.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "node/core/client_command.h"
#include "node/core/coordinator.h"
#include "node/core/replica.h"
#include "node/core/store.h"

namespace quorate::node {

// Where the engine's effects go. Called from within the engine's methods; must not call the engine.
class EngineOutput {
 public:
  virtual ~EngineOutput() = default;
  // Make it durable, after all earlier ones, then call Engine::on_persisted.
  virtual void persist(StoreChange change) = 0;
  // Hand it to the link to that peer. False: it certainly was not and will not be sent.
  virtual bool send(ReplicaIndex to, const ReplicaRequest& request) = 0;
  // The answer to a peer's request.
  virtual void reply(ReplyAddress to, const ReplicaReply& reply) = 0;
  // The end of a client's operation; once for each start().
  virtual void finish(ClientToken client, const OperationResult& result) = 0;
  // What is broken, in words; the node may go on.
  virtual void report_violation(const std::string& violation) = 0;
  // The store cannot be read: the node must stop and answer nothing more.
  virtual void stop_for(const Error& error) = 0;
};

class Engine {
 public:
  // `store` and `output` must outlive this.
  Engine(Store* store, std::uint64_t incarnation, ReadMode mode, EngineOutput* output);

  // This replica's place in the cluster. REQUIRES: called before start().
  void join(ReplicaIndex self) { self_ = self; }

  // Begins a client's operation; finish() may be called from within.
  void start(ClientToken client, ClientCommand command, Instant now);
  // A request of a peer's coordinator. `from` is not kLocal.
  void on_request(ReplyAddress from, ReplicaRequest request);
  // A reply of a peer's replica.
  void on_reply(ReplicaIndex from, ReplicaReply reply);
  // The first `through` records given to persist() are durable.
  void on_persisted(std::uint64_t through);
  // Ends what is past its deadline.
  void on_time(Instant now);

  std::optional<Instant> next_deadline() const { return coordinator_.next_deadline(); }
  // Nothing in flight, nothing waits for a sync.
  bool is_idle() const;
  const Replica& replica() const { return replica_; }
  const Coordinator& coordinator() const { return coordinator_; }

  static constexpr ReplyAddress kLocal = 0;

 private:
  // Reads records from the store, and remembers the first failure.
  class Source final : public RecordSource {
   public:
    explicit Source(Store* store) : store_(store) {}
    Result<Record> lookup(std::string_view key) const override;
    const std::optional<Error>& failed() const { return failed_; }

   private:
    Store* const store_;
    mutable std::optional<Error> failed_;
  };

  // Carries effects until there are none left.
  void carry();
  void carry_sends();
  void carry_replies();

  Source source_;
  Replica replica_;
  Coordinator coordinator_;
  const ReadMode mode_;
  EngineOutput* const output_;
  ReplicaIndex self_ = 0;
  ReplicaEffects replica_effects_;
  CoordinatorEffects coordinator_effects_;
  std::vector<Send> sends_;                     // being carried; kept for its memory
  std::vector<ReplicaEffects::Reply> replies_;  // likewise
};

}  // namespace quorate::node
