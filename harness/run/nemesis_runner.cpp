#include "harness/run/nemesis_runner.h"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

#include "nemesis/fault_catalogue.h"

namespace quorate {

NemesisRunner::NemesisRunner(const Plan& plan, ClusterControl& cluster, Recorder& recorder,
                             EventLoop& loop)
    : plan_(plan), cluster_(cluster), recorder_(recorder), loop_(loop) {}

NemesisRunner::~NemesisRunner() {
  QUORATE_CHECK(finished_);
  if (thread_.joinable()) thread_.join();
}

void NemesisRunner::start() {
  begin_ = monotonic_now();
  finished_ = false;
  thread_ = std::thread([this] { run(); });
}

void NemesisRunner::request_stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

std::string NemesisRunner::in_force() const {
  const std::lock_guard lock(mutex_);
  std::string names;
  for (const auto& [name, fault] : in_force_) names += (names.empty() ? "" : ", ") + name;
  return names;
}

std::string NemesisRunner::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void NemesisRunner::run() {
  auto step = plan_.steps.begin();
  for (;;) {
    const Instant due = step == plan_.steps.end() ? Instant::max() : begin_ + step->at;
    const Instant move = next_move();
    if (!wait_until(std::min(due, move))) break;  // the load is over
    if (move < due) {
      move_those_due();
    } else {
      step->heal ? heal(step->fault) : inject(*step);
      ++step;
    }
  }
  std::vector<std::string> left;
  for (const auto& [name, fault] : in_force_) left.push_back(name);
  for (const std::string& name : left) heal(name);
  cluster_.network().heal_all_links();
  // The loop waits for this; the post wakes it up.
  boost::asio::post(loop_.io(), [this] { finished_ = true; });
}

// False when it was woken up to stop.
bool NemesisRunner::wait_until(Instant when) {
  std::unique_lock lock(mutex_);
  const auto stopped = [this] { return stopping_; };
  if (when == Instant::max()) {
    wake_.wait(lock, stopped);
    return false;
  }
  const auto left = when - monotonic_now();
  return !wake_.wait_for(lock, left, stopped);
}

Instant NemesisRunner::next_move() const {
  Instant next = Instant::max();
  for (const auto& [name, fault] : in_force_) next = std::min(next, fault.next_move);
  return next;
}

void NemesisRunner::move_those_due() {
  const Instant now = monotonic_now();
  for (auto& [name, moving] : in_force_) {
    if (moving.next_move > now) continue;
    const auto next = moving.fault->proceed(cluster_, now - moving.since);
    moving.next_move = next ? moving.since + *next : Instant::max();
  }
}

void NemesisRunner::inject(const PlanStep& step) {
  Result<std::unique_ptr<Fault>> fault = make_fault(step.fault);
  QUORATE_CHECK(fault.has_value(), "the plan was checked before the run");
  recorder_.mark("nemesis", EventType::kInvoke, "inject-" + step.fault, step.args);
  const Result<Json> done = (*fault)->inject(cluster_, step.args);
  record("inject-", step.fault, done);
  InForce in_force{.fault = std::move(*fault), .since = monotonic_now()};
  if (done) {
    const auto next = in_force.fault->proceed(cluster_, Duration::zero());
    if (next) in_force.next_move = in_force.since + *next;
  }
  // Also after an error: it may be half applied.
  const std::lock_guard lock(mutex_);
  in_force_[step.fault] = std::move(in_force);
}

void NemesisRunner::heal(const std::string& name) {
  const auto found = in_force_.find(name);
  if (found == in_force_.end()) return;
  recorder_.mark("nemesis", EventType::kInvoke, "heal-" + name, Json());
  const Result<Json> done = found->second.fault->heal(cluster_);
  record("heal-", name, done);
  const std::lock_guard lock(mutex_);
  if (!done) failure_ = fmt::format("heal {}: {}", name, done.error().to_string());
  if (done) in_force_.erase(found);
}

void NemesisRunner::record(std::string_view action, const std::string& fault,
                           const Result<Json>& done) {
  const std::string f = fmt::format("{}{}", action, fault);
  if (done) {
    recorder_.mark("nemesis", EventType::kOk, f, *done);
  } else {
    recorder_.mark("nemesis", EventType::kInfo, f, Json{{"error", done.error().to_string()}});
  }
}

}  // namespace quorate
