// FakeSystem: a system under test without nodes, whose clients answer as a test says.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "base/check.h"
#include "harness/run/event_loop.h"
#include "harness/systems/system.h"

namespace quorate {

// What the system's clients have been asked, for tests to look at.
struct FakeClientLog {
  ClientPlace place;
  std::vector<Invocation> invocations;
  std::vector<Instant> invoked_at;
  int in_flight = 0;
  int most_in_flight = 0;
  bool opened = false;
  bool closed = false;
};

using Answer = std::function<void(Completion)>;

class FakeSystem final : public System {
 public:
  // Called for every invocation; must see to it that `answer` is called, on the loop. The clients
  // are numbered in the order in which they were made.
  using OnInvoke = std::function<void(std::size_t client, const Invocation&, Answer answer)>;

  explicit FakeSystem(std::vector<Property> promised = {}) : promised_(std::move(promised)) {}

  void answer_with(OnInvoke on_invoke) { on_invoke_ = std::move(on_invoke); }
  // What replica_records answers, poll by poll; the last answer stays.
  void hold(std::vector<std::vector<std::vector<ReplicaRecord>>> polls) {
    polls_ = std::move(polls);
  }
  void tell_round_trips(Json trips) { trips_ = std::move(trips); }
  using OnPing = std::function<Result<std::vector<Duration>>(const NodeAccess&, int times)>;
  void answer_pings(OnPing on_ping) { on_ping_ = std::move(on_ping); }
  const FakeClientLog& client(std::size_t number) const { return *logs_.at(number); }
  std::size_t clients_made() const { return logs_.size(); }

  std::string_view name() const override { return "fake"; }
  Result<void> validate(const RunConfig&) const override { return {}; }
  std::vector<Property> promised(const RunConfig&) const override { return promised_; }
  std::vector<std::filesystem::path> programs(const RunConfig&) const override { return {}; }
  Result<NodeLaunch> launch(const RunConfig&, const NodeSlot&) const override {
    return Error{ErrorCode::kUnsupported, "a fake system has no nodes"};
  }
  std::optional<NodeAddress> find(const NodeSlot&) const override { return std::nullopt; }
  Result<void> introduce(const std::vector<NodeAddress>&, std::size_t) const override { return {}; }
  Result<bool> connected(const NodeAddress&, int) const override { return true; }
  Result<void> dump(const RunConfig&, const NodeAddress&, int,
                    const std::filesystem::path&) const override {
    return {};
  }
  std::unique_ptr<Client> make_client(EventLoop& loop, const RunConfig&, const AddressBook&,
                                      const ClientPlace& place) override;
  Result<std::vector<std::vector<ReplicaRecord>>> replica_records(
      const RunConfig&, const std::vector<NodeAccess>&) const override {
    if (polls_.empty()) return Error{ErrorCode::kIo, "n2: connection refused"};
    return polls_[std::min(polled_++, polls_.size() - 1)];
  }
  Result<Json> round_trips(const RunConfig&, const std::vector<NodeAccess>&) const override {
    return trips_;
  }
  Result<std::vector<Duration>> ping(const NodeAccess& node, int times) const override {
    return on_ping_ ? on_ping_(node, times) : System::ping(node, times);
  }

 private:
  class FakeClient;
  std::vector<Property> promised_;
  OnInvoke on_invoke_;
  std::vector<std::vector<std::vector<ReplicaRecord>>> polls_;
  mutable std::size_t polled_ = 0;
  Json trips_;
  OnPing on_ping_;
  std::vector<std::shared_ptr<FakeClientLog>> logs_;
};

class FakeSystem::FakeClient final : public Client {
 public:
  FakeClient(FakeSystem& system, std::size_t number, std::shared_ptr<FakeClientLog> log)
      : system_(system), number_(number), log_(std::move(log)) {}

  void open() override { log_->opened = true; }
  void close() override { log_->closed = true; }
  void invoke(const Invocation& invocation, Duration, Answer done) override {
    QUORATE_CHECK(log_->opened && !log_->closed);
    log_->invocations.push_back(invocation);
    log_->invoked_at.push_back(monotonic_now());
    log_->most_in_flight = std::max(log_->most_in_flight, ++log_->in_flight);
    system_.on_invoke_(number_, invocation, [log = log_, done = std::move(done)](Completion with) {
      --log->in_flight;
      if (!log->closed) done(std::move(with));
    });
  }

 private:
  FakeSystem& system_;
  std::size_t number_;
  std::shared_ptr<FakeClientLog> log_;
};

inline std::unique_ptr<Client> FakeSystem::make_client(EventLoop&, const RunConfig&,
                                                       const AddressBook&,
                                                       const ClientPlace& place) {
  logs_.push_back(std::make_shared<FakeClientLog>());
  logs_.back()->place = place;
  return std::make_unique<FakeClient>(*this, logs_.size() - 1, logs_.back());
}

// An answer of the given outcome, given by the loop's next round.
inline void answer_soon(EventLoop& loop, Outcome outcome, Answer answer) {
  boost::asio::post(loop.io(), [outcome, answer = std::move(answer)] {
    Completion completion;
    completion.outcome = outcome;
    answer(completion);
  });
}

}  // namespace quorate
