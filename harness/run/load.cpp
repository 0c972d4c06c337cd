#include "harness/run/load.h"

#include <algorithm>

#include <fmt/core.h>

#include "harness/run/event_loop.h"

namespace quorate {
namespace {

// Certain failures come at once (a dead node, no quorum): without a pause they would fill the
// history.
constexpr auto kPauseAfterTrouble = std::chrono::milliseconds(25);
// A source that says to wait for longer is asked again meanwhile.
constexpr Duration kLongestWait = std::chrono::hours(1);

}  // namespace

struct Load::Worker {
  Worker(EventLoop& loop, std::size_t id, std::int32_t number)
      : index(id), process(number), timer(loop.io()) {}

  std::size_t index;
  std::int32_t process;
  bool busy = false;     // an operation is in flight
  bool waiting = false;  // for the timer
  bool over = false;
  std::optional<Outcome> last;  // of the operation before
  std::unique_ptr<Client> client;
  RecordedOperation operation;
  std::string beside;  // the node that its client asks by itself; empty: it asks several
  std::string node;    // that the operation asks
  boost::asio::steady_timer timer;
};

Load::Load(const Parts& parts, std::size_t clients, std::int32_t first_process)
    : parts_(parts), next_process_(first_process + static_cast<std::int32_t>(clients)) {
  for (std::size_t i = 0; i < clients; ++i) {
    workers_.push_back(
        std::make_unique<Worker>(parts_.loop, i, first_process + static_cast<std::int32_t>(i)));
  }
}

Load::~Load() {
  for (const auto& worker : workers_) {
    if (worker->client) worker->client->close();
  }
}

void Load::start(OperationSource source, OnCompleted completed) {
  source_ = std::move(source);
  completed_ = std::move(completed);
  began_ = monotonic_now();
  for (const auto& worker : workers_) {
    renew(*worker);
    step(*worker);
  }
}

bool Load::finished() const {
  for (const auto& worker : workers_) {
    if (worker->busy || (!stopping_ && !worker->over)) return false;
  }
  return true;
}

void Load::renew(Worker& worker) {
  if (worker.client) worker.client->close();
  const auto nodes = static_cast<std::size_t>(parts_.config.nodes);
  const ClientPlace place{
      .index = worker.index % nodes,
      .namespace_fd = parts_.network.namespace_fd(fmt::format("c{}", worker.index % nodes + 1))};
  worker.beside = parts_.config.mode == Approach::kCoordinator ? fmt::format("n{}", place.index + 1)
                                                               : std::string();
  worker.client = parts_.system.make_client(parts_.loop, parts_.config,
                                            parts_.addresses.at(place.index), place);
  worker.client->open();
}

void Load::wait(Worker& worker, Duration pause) {
  worker.waiting = true;
  worker.timer.expires_after(pause);
  worker.timer.async_wait(
      [this, &worker, here = std::weak_ptr<int>(here_)](boost::system::error_code cancelled) {
        if (cancelled || here.expired()) return;
        worker.waiting = false;
        step(worker);
      });
}

void Load::step(Worker& worker) {
  if (worker.busy || worker.waiting || worker.over || stopping_) return;
  const Duration now = monotonic_now() - began_;
  Next next = source_({.client = static_cast<std::int32_t>(worker.index),
                       .process = worker.process,
                       .now = now,
                       .last = worker.last});
  if (auto* invocation = std::get_if<Invocation>(&next)) {
    invoke(worker, std::move(*invocation));
  } else if (const auto* until = std::get_if<WaitUntil>(&next)) {
    wait(worker, std::clamp(until->at - now, Duration::zero(), kLongestWait));
  } else {
    worker.over = true;
  }
}

void Load::invoke(Worker& worker, Invocation invocation) {
  const RunConfig& config = parts_.config;
  const int r = invocation.r != 0 ? invocation.r : config.r;
  const bool elsewhere = invocation.node && config.mode == Approach::kCoordinator;
  worker.busy = true;
  worker.node = elsewhere ? fmt::format("n{}", *invocation.node + 1) : worker.beside;
  worker.operation = RecordedOperation{.process = worker.process,
                                       .invocation = std::move(invocation),
                                       .node = worker.node,
                                       .r = static_cast<std::uint8_t>(r),
                                       .w = static_cast<std::uint8_t>(config.w)};
  parts_.recorder.invoked(worker.operation);
  worker.client->invoke(worker.operation.invocation, config.timeout,
                        [this, &worker](Completion completion) { complete(worker, completion); });
}

void Load::complete(Worker& worker, const Completion& completion) {
  parts_.recorder.completed(worker.operation, completion);
  worker.busy = false;
  worker.last = completion.outcome;
  if (completed_) completed_(worker.index, worker.operation.invocation, completion);
  if (completion.outcome == Outcome::kInfo) {
    worker.process = next_process_++;
    renew(worker);
  }
  if (completion.outcome != Outcome::kOk) return wait(worker, kPauseAfterTrouble);
  step(worker);
}

}  // namespace quorate
