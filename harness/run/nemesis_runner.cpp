#include "harness/run/nemesis_runner.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

#include "nemesis/fault_catalogue.h"

namespace quorate {
namespace {

// What happened to packets in between; what did not is left out.
Json harmed(const LinkCounters& before, const LinkCounters& after) {
  Json json = Json::object();
  const auto tell = [&json](const char* what, std::uint64_t was, std::uint64_t is) {
    if (is > was) json[what] = is - was;
  };
  tell("cut", before.cut, after.cut);
  tell("lost", before.lost, after.lost);
  tell("duplicated", before.duplicated, after.duplicated);
  tell("reordered", before.reordered, after.reordered);
  tell("corrupted", before.corrupted, after.corrupted);
  tell("throttled", before.throttled, after.throttled);
  return json;
}

}  // namespace

NemesisRunner::NemesisRunner(const Plan& plan, ClusterControl& cluster, Recorder& recorder,
                             EventLoop& loop, Surroundings surroundings)
    : plan_(plan),
      cluster_(cluster),
      recorder_(recorder),
      loop_(loop),
      surroundings_(std::move(surroundings)) {}

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
    if (!awaited_.empty() && surroundings_.aim != nullptr) strike();
    if (monotonic_now() >= due) {
      take_step(*step++);
    } else if (monotonic_now() >= move) {
      move_those_due();
    }
  }
  while (!awaited_.empty()) miss(awaited_.begin()->first);
  std::vector<std::string> left;
  for (const auto& [name, fault] : in_force_) left.push_back(name);
  for (const std::string& name : left) heal(name);
  cluster_.network().heal_all_links();
  // The loop waits for this; the post wakes it up.
  boost::asio::post(loop_.io(), [this] { finished_ = true; });
}

// False when it was woken up to stop. Returns early when a moment has come.
bool NemesisRunner::wait_until(Instant when) {
  std::unique_lock lock(mutex_);
  const auto woken = [this] { return stopping_ || moment_came_; };
  if (when == Instant::max()) {
    wake_.wait(lock, woken);
  } else {
    wake_.wait_for(lock, when - monotonic_now(), woken);
  }
  moment_came_ = false;
  return !stopping_;
}

void NemesisRunner::take_step(const PlanStep& step) {
  if (step.heal) {
    // An aimed step is named as it was asked for; its heal, as the fault is called.
    const auto missed = std::find_if(awaited_.begin(), awaited_.end(), [&step](const auto& aimed) {
      return make_fault(aimed.second->fault).value()->name() == step.fault;
    });
    if (missed != awaited_.end()) miss(missed->first);
    heal(step.fault);
    if (in_force_.empty() && surroundings_.when_all_is_healed) surroundings_.when_all_is_healed();
  } else if (step.when) {
    wait_for_moment(step);
  } else {
    inject(step, step.fault, step.args);
  }
}

void NemesisRunner::wait_for_moment(const PlanStep& step) {
  const std::size_t id = next_awaited_++;
  awaited_[id] = &step;
  if (surroundings_.aim == nullptr) return;
  surroundings_.aim->arm(id, *step.when, [this] {
    {
      const std::lock_guard lock(mutex_);
      moment_came_ = true;
    }
    wake_.notify_all();
  });
}

// The moment has come, and all links of its coordinator stand still: acts, and lets them go on.
void NemesisRunner::strike() {
  const std::optional<Aim::Came> came = surroundings_.aim->take();
  if (!came) return;
  const PlanStep& step = *awaited_.at(came->id);
  const Moment& moment = came->moment;
  awaited_.erase(came->id);
  const std::vector<std::string>& endpoints = cluster_.network().endpoints();
  Targets targets = surroundings_.targets;
  targets.aim.clear();
  std::vector<std::size_t> aimed{moment.coordinator};
  if (step.who == "have") aimed = moment.have;
  if (step.who == "lack") aimed = moment.lack;
  for (const std::size_t endpoint : aimed) {
    if (endpoint < cluster_.nodes().size()) targets.aim.push_back(endpoints[endpoint]);
  }
  const Result<std::unique_ptr<Fault>> fault = make_fault(step.fault);
  const std::string name = fault ? std::string((*fault)->name()) : step.fault;
  if (!fault || targets.aim.empty() || !(*fault)->fits(targets)) {
    recorder_.mark(
        "nemesis", EventType::kInfo, "inject-" + name,
        Json{{"error", fmt::format("at the moment \"{}\" there was no node that is \"{}\"",
                                   name_of(moment.kind), step.who)}});
  } else {
    RandomStream random(surroundings_.seed, fmt::format("nemesis.aimed.{}", step.at.count()));
    Json args = (*fault)->draw(targets, &random);
    args["moment"] = {{"is", name_of(moment.kind)},
                      {"key", moment.key},
                      {"version", moment.version},
                      {"write", moment.write},
                      {"coordinator", endpoints[moment.coordinator]}};
    inject(step, name, args);
  }
  surroundings_.aim->thaw();
}

void NemesisRunner::miss(std::size_t awaited) {
  const PlanStep& step = *awaited_.at(awaited);
  recorder_.mark(
      "nemesis", EventType::kInfo, fmt::format("inject-{}", make_fault(step.fault).value()->name()),
      Json{{"error", fmt::format("the moment \"{}\" never came", name_of(step.when->kind))}});
  awaited_.erase(awaited);
  if (surroundings_.aim != nullptr) surroundings_.aim->disarm(awaited);
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

void NemesisRunner::inject(const PlanStep& step, const std::string& name, const Json& args) {
  Result<std::unique_ptr<Fault>> fault = make_fault(step.fault);
  QUORATE_CHECK(fault.has_value(), "the plan was checked before the run");
  recorder_.mark("nemesis", EventType::kInvoke, "inject-" + name, args);
  const LinkCounters before = all_counters(cluster_.network());
  const Result<Json> done = (*fault)->inject(cluster_, args);
  record("inject-", name, done);
  InForce in_force{.fault = std::move(*fault), .since = monotonic_now(), .before = before};
  if (done) {
    const auto next = in_force.fault->proceed(cluster_, Duration::zero());
    if (next) in_force.next_move = in_force.since + *next;
  }
  // Also after an error: it may be half applied.
  const std::lock_guard lock(mutex_);
  in_force_[name] = std::move(in_force);
}

void NemesisRunner::heal(const std::string& name) {
  const auto found = in_force_.find(name);
  if (found == in_force_.end()) return;
  recorder_.mark("nemesis", EventType::kInvoke, "heal-" + name, Json());
  Result<Json> done = found->second.fault->heal(cluster_);
  if (done) {
    const Json packets = harmed(found->second.before, all_counters(cluster_.network()));
    if (!packets.empty()) (*done)["packets"] = packets;
  }
  record("heal-", name, done);
  const std::lock_guard lock(mutex_);
  if (!done) failure_ = fmt::format("heal {}: {}", name, done.error().to_string());
  if (!done) return;
  in_force_.erase(found);
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
