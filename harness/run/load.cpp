#include "harness/run/load.h"

#include <cmath>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

#include "harness/run/event_loop.h"

namespace quorate {
namespace {

// Certain failures come at once (a dead node, no quorum): without a pause they would fill the
// history.
constexpr auto kPauseAfterFail = std::chrono::milliseconds(25);

}  // namespace

struct Load::Worker {
  Worker(EventLoop& loop, std::size_t id, std::int32_t number, std::uint64_t seed)
      : index(id),
        process(number),
        timer(loop.io()),
        random(seed, fmt::format("arrivals/{}", id)) {}

  std::size_t index;
  std::int32_t process;
  bool busy = false;     // an operation is in flight
  bool waiting = false;  // for the timer
  bool over = false;
  Instant due{};  // of the next operation, where there is a rate
  std::unique_ptr<Client> client;
  RecordedOperation operation;
  std::string node;
  boost::asio::steady_timer timer;
  RandomStream random;
};

Load::Load(const Parts& parts, std::size_t clients, std::int32_t first_process)
    : parts_(parts), next_process_(first_process + static_cast<std::int32_t>(clients)) {
  for (std::size_t i = 0; i < clients; ++i) {
    workers_.push_back(std::make_unique<Worker>(
        parts_.loop, i, first_process + static_cast<std::int32_t>(i), parts_.config.seed));
  }
}

Load::~Load() {
  for (const auto& worker : workers_) {
    if (worker->client) worker->client->close();
  }
}

void Load::start(OperationSource source, double rate, std::uint64_t seed, OnCompleted completed) {
  source_ = std::move(source);
  completed_ = std::move(completed);
  rate_ = rate;
  for (const auto& worker : workers_) {
    worker->random = RandomStream(seed, fmt::format("arrivals/{}", worker->index));
    worker->due = monotonic_now() + gap(&worker->random);
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
  worker.node = parts_.config.mode == Approach::kCoordinator ? fmt::format("n{}", place.index + 1)
                                                             : std::string();
  worker.client = parts_.system.make_client(parts_.loop, parts_.config, parts_.addresses, place);
  worker.client->open();
}

// Poisson arrivals: exponential gaps; a client that is late goes at once.
Duration Load::gap(RandomStream* random) const {
  if (rate_ <= 0) return Duration::zero();
  const double mean_s = static_cast<double>(workers_.size()) / rate_;
  const double gap_s = -std::log1p(-random->uniform()) * mean_s;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(gap_s));
}

void Load::wait(Worker& worker, Duration pause) {
  worker.waiting = true;
  worker.timer.expires_after(pause);
  worker.timer.async_wait([this, &worker](boost::system::error_code cancelled) {
    if (cancelled) return;
    worker.waiting = false;
    step(worker);
  });
}

void Load::step(Worker& worker) {
  if (worker.busy || worker.waiting || worker.over || stopping_) return;
  if (rate_ > 0) {
    const Instant now = monotonic_now();
    if (worker.due > now) return wait(worker, worker.due - now);
    worker.due += gap(&worker.random);
  }
  std::optional<Invocation> invocation = source_(worker.index, worker.process);
  if (!invocation) {
    worker.over = true;
    return;
  }
  invoke(worker, std::move(*invocation));
}

void Load::invoke(Worker& worker, Invocation invocation) {
  const RunConfig& config = parts_.config;
  const int r = invocation.r != 0 ? invocation.r : config.r;
  worker.busy = true;
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
  if (completed_) completed_(worker.index, worker.operation.invocation, completion);
  if (completion.outcome == Outcome::kInfo) {
    worker.process = next_process_++;
    renew(worker);
  }
  if (completion.outcome == Outcome::kFail) return wait(worker, kPauseAfterFail);
  step(worker);
}

}  // namespace quorate
