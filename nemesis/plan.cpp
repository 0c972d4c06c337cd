#include "nemesis/plan.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "nemesis/fault_catalogue.h"
#include "nemesis/faults/partitions/bipartition.h"

namespace quorate {
namespace {

using std::chrono::microseconds;

constexpr Duration kShortestInterval = std::chrono::milliseconds(10);
constexpr std::int64_t kMostFaults = 100'000;
// What "partition" alone stands for, as far as it fits.
constexpr std::array kShapesBetweenNodes{"partition:one-node",      "partition:halves",
                                         "partition:majority-ring", "partition:one-way",
                                         "partition:bridge",        "partition:random"};

// Deals them as from a shuffled pack of cards: all of them come before one comes again, so that a
// short run meets as many different faults as it can.
template <typename Card>
class Deck {
 public:
  explicit Deck(std::vector<Card> cards) : cards_(std::move(cards)), left_(0) {}

  std::size_t size() const { return cards_.size(); }
  // REQUIRES: not empty.
  const Card& deal(RandomStream* random) {
    if (left_ == 0) {
      random->shuffle(&cards_);
      left_ = cards_.size();
    }
    return cards_[--left_];
  }

 private:
  std::vector<Card> cards_;
  std::size_t left_;
};

struct Episode {
  Duration inject{};
  Duration heal{};
};

// Uniform in [least, most], in whole microseconds, as the plan is saved. Integers only: a rounding
// that differs between machines would make another plan. REQUIRES: 0 <= least <= most.
Duration draw_between(Duration least, Duration most, RandomStream* random) {
  const auto first = std::chrono::ceil<microseconds>(least).count();
  const auto last = std::max(first, std::chrono::floor<microseconds>(most).count());
  return microseconds(first + static_cast<std::int64_t>(
                                  random->below(static_cast<std::uint64_t>(last - first) + 1)));
}

// When the phase of faults ends that `at` falls into, or that the calm around it follows.
Duration phase_end(const PlanRequest& request, Duration at) {
  const Duration end = std::chrono::floor<microseconds>(request.length);
  if (request.phases.calm == Duration::zero()) return end;
  const Duration round = request.phases.faults + request.phases.calm;
  const Duration began = at / round * round;
  return std::min<Duration>(std::chrono::floor<microseconds>(began + request.phases.faults), end);
}

// `floats`: the pause between two faults is of any length, and the interval what it comes to in the
// mean. So lanes meet in all phases, and not in that of their first faults again and again.
std::vector<Episode> draw_times(const PlanRequest& request, bool floats, RandomStream* random) {
  const Duration end = std::chrono::floor<microseconds>(request.length);
  if (end < std::chrono::seconds(1)) {
    const Duration third = std::chrono::floor<microseconds>(end / 3);
    return {{third, 2 * third}};
  }
  const Duration latest = std::min<Duration>(std::chrono::seconds(1), request.length / 5);
  const Duration interval = std::chrono::floor<microseconds>(request.interval);
  std::vector<Episode> episodes;
  // The first fault comes in any case; a later one only if it can last as long as a fault does.
  for (Duration at = draw_between(latest / 4, latest, random);
       episodes.empty() || at + interval / 2 <= end;) {
    const Duration in_force = draw_between(interval / 2, interval * 3 / 4, random);
    const Duration until = phase_end(request, at);
    const bool fits = at + interval / 2 <= until || episodes.empty();
    if (fits) episodes.push_back({at, std::min(at + in_force, until)});
    at += floats ? in_force + draw_between({}, 2 * (interval - in_force), random) : interval;
  }
  return episodes;
}

Result<void> check_request(const PlanRequest& request) {
  if (request.length < std::chrono::milliseconds(1)) {
    return Error{ErrorCode::kInvalidArgument, "a plan needs a load of at least 1ms to act on"};
  }
  if (request.interval < kShortestInterval) {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("faults cannot come every {}: the shortest interval is {}",
                    format_duration(request.interval), format_duration(kShortestInterval))};
  }
  if (request.at_once < 1) {
    return Error{ErrorCode::kInvalidArgument, "at least one fault at a time must be allowed"};
  }
  const bool phased = request.phases.calm != Duration::zero();
  if (phased &&
      (request.phases.calm < Duration::zero() ||
       request.phases.faults < std::max(request.interval, Duration(std::chrono::seconds(1))))) {
    return Error{ErrorCode::kInvalidArgument,
                 "a phase of faults must last at least a second and the faults' interval"};
  }
  if (request.length / request.interval * request.at_once > kMostFaults) {
    return Error{ErrorCode::kLimit, fmt::format("a plan has at most {} faults: choose a longer "
                                                "interval or a shorter load",
                                                kMostFaults)};
  }
  return {};
}

// The shapes that "partition" alone stands for on these targets.
std::vector<std::string> shapes_between(const Targets& targets) {
  std::vector<std::string> names;
  for (const char* const shape : kShapesBetweenNodes) {
    if (make_fault(shape).value()->fits(targets)) names.emplace_back(shape);
  }
  return names;
}

Result<void> check_faults(const PlanRequest& request) {
  for (const std::string& name : request.faults) {
    // The shape that asks for least stands for them all.
    const Result<std::unique_ptr<Fault>> fault =
        make_fault(name == "partition" ? kShapesBetweenNodes.front() : name);
    if (!fault) return fault.error();
    const Result<void> fits = (*fault)->fits(request.targets);
    if (!fits) return fits.error();
  }
  return {};
}

// Swarm testing: each kind or not, by a coin.
std::vector<std::string> swarm_of(const PlanRequest& request) {
  std::vector<std::string> kinds = request.faults;
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  RandomStream random(request.seed, "nemesis.swarm");
  std::set<std::string> chosen;
  for (const std::string& kind : kinds) {
    if (random.chance(0.5)) chosen.insert(kind);
  }
  if (chosen.empty()) chosen.insert(kinds[random.below(kinds.size())]);
  std::vector<std::string> faults = request.faults;
  std::erase_if(faults, [&chosen](const std::string& kind) { return !chosen.contains(kind); });
  return faults;
}

// What each lane may do: no kind is in two lanes, so that no fault overlaps another of its kind.
std::vector<std::vector<std::string>> lanes_of(const PlanRequest& request) {
  const std::vector<std::string> faults = request.swarm ? swarm_of(request) : request.faults;
  if (request.at_once == 1) return {faults};
  std::vector<std::string> kinds = faults;
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  RandomStream random(request.seed, "nemesis.lanes");
  random.shuffle(&kinds);
  std::vector<std::vector<std::string>> lanes(
      std::min(kinds.size(), static_cast<std::size_t>(request.at_once)));
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto times = static_cast<std::size_t>(std::count(faults.begin(), faults.end(), kinds[i]));
    std::vector<std::string>& lane = lanes[i % lanes.size()];
    lane.insert(lane.end(), times, kinds[i]);
  }
  return lanes;
}

// One fault after the other. Each lane, and in it each episode, draws from streams of its own: a
// fault that draws more shifts no other.
class Lane {
 public:
  Lane(const PlanRequest& request, std::vector<std::string> faults, std::size_t number)
      : request_(request),
        floats_(number > 0),
        suffix_(number == 0 ? "" : fmt::format(".lane{}", number)),
        choice_(request.seed, "nemesis.choice" + suffix_),
        faults_(std::move(faults)),
        shapes_(shapes_between(request.targets)),
        sides_(draw_sides()) {}

  std::vector<PlanStep> steps() {
    RandomStream times(request_.seed, "nemesis.times" + suffix_);
    std::vector<PlanStep> steps;
    for (const Episode& episode : draw_times(request_, floats_, &times)) {
      std::string asked = faults_.deal(&choice_);
      if (asked == "partition") asked = shapes_.deal(&choice_);
      RandomStream random(request_.seed,
                          fmt::format("nemesis.args{}.{}", suffix_, steps.size() / 2));
      const std::unique_ptr<Fault> fault = std::move(make_fault(asked).value());
      const std::string name(fault->name());
      const FaultAim aim = aim_of(asked);
      if (aim.when) {
        steps.push_back({episode.inject, false, asked, Json(), aim.when, aim.who});
      } else {
        steps.push_back({episode.inject, false, name, draw(asked, *fault, &random)});
      }
      steps.push_back({episode.heal, true, name, Json()});
    }
    return steps;
  }

 private:
  std::vector<NodeIndices> draw_sides() const {
    RandomStream random(request_.seed, "nemesis.sides" + suffix_);
    return all_bipartitions(request_.targets, &random);
  }

  Json draw(const std::string& asked, const Fault& fault, RandomStream* random) {
    const bool in_turn = asked == "partition:bipartition" && sides_.size() > 0;
    if (!in_turn) return fault.draw(request_.targets, random);
    return draw_bipartition(sides_.deal(&choice_), request_.targets, random);
  }

  const PlanRequest& request_;
  const bool floats_;
  const std::string suffix_;
  RandomStream choice_;
  Deck<std::string> faults_;
  Deck<std::string> shapes_;
  Deck<NodeIndices> sides_;
};

// By time, no two at the same.
void merge(std::vector<PlanStep> lane, std::vector<PlanStep>* steps) {
  steps->insert(steps->end(), std::make_move_iterator(lane.begin()),
                std::make_move_iterator(lane.end()));
  std::stable_sort(steps->begin(), steps->end(),
                   [](const PlanStep& a, const PlanStep& b) { return a.at < b.at; });
  for (std::size_t i = 1; i < steps->size(); ++i) {
    PlanStep& step = (*steps)[i];
    step.at = std::max<Duration>(step.at, (*steps)[i - 1].at + microseconds(1));
  }
}

Json step_to_json(const PlanStep& step) {
  Json json = Json::object();
  json["at_us"] = std::chrono::duration_cast<microseconds>(step.at).count();
  json["do"] = step.heal ? "heal" : "inject";
  json["fault"] = step.fault;
  if (step.when) {
    json["when"] = name_of(step.when->kind);
    json["who"] = step.who;
    if (!step.when->key.empty()) json["key"] = step.when->key;
    if (step.when->write != 0) json["write"] = step.when->write;
    if (!step.when->has.empty()) json["has"] = step.when->has;
    if (!step.when->lacks.empty()) json["lacks"] = step.when->lacks;
  } else if (!step.heal) {
    json["args"] = step.args;
  }
  return json;
}

bool has_form_of_a_step(const Json& json) {
  constexpr std::int64_t kLatest = 366LL * 24 * 3600 * 1'000'000;
  if (!json.is_object() || !json.contains("at_us") || !json.at("at_us").is_number_integer()) {
    return false;
  }
  const auto at = json.at("at_us").get<std::int64_t>();
  if (at < 0 || at > kLatest) return false;
  if (!json.contains("fault") || !json.at("fault").is_string()) return false;
  if (!json.contains("do")) return false;
  if (json.at("do") == "heal") return true;
  return json.at("do") == "inject" && (!json.contains("args") || json.at("args").is_object());
}

// An aimed step as it would be asked for: "kill:when=first-ack:who=have". Empty: it has no such
// form.
std::string aimed_as_asked(const Json& json) {
  std::string asked = json.at("fault").get<std::string>();
  for (const char* name : {"when", "who", "key", "write", "has", "lacks"}) {
    const auto found = json.find(name);
    if (found == json.end()) continue;
    if (!found->is_string() && !found->is_number_unsigned()) return "";
    asked +=
        fmt::format(":{}={}", name, found->is_string() ? found->get<std::string>() : found->dump());
  }
  return asked;
}

Result<PlanStep> step_from_json(const Json& json, const Targets& targets, RandomStream* random) {
  if (!has_form_of_a_step(json)) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "not a step of a plan: {}; it is like {{\"at_us\": 1000, \"do\": "
            "\"inject\" or \"heal\", \"fault\": \"kill\", \"args\": {{\"nodes\": [\"n1\"]}}}}",
            json.dump())};
  }
  PlanStep step;
  step.at = microseconds(json.at("at_us").get<std::int64_t>());
  step.heal = json.at("do") == "heal";
  const Result<std::unique_ptr<Fault>> fault = make_fault(json.at("fault").get<std::string>());
  if (!fault) return fault.error();
  step.fault = (*fault)->name();
  if (step.heal) return step;
  if (json.contains("when")) {
    const std::string asked = aimed_as_asked(json);
    const auto parsed = parse_fault_list(asked);
    if (!parsed) return parsed.error();
    step.fault = json.at("fault").get<std::string>();
    step.when = aim_of(asked).when;
    step.who = aim_of(asked).who;
    return step;
  }
  if (json.contains("args")) {
    step.args = json.at("args");
    return step;
  }
  if (const Result<void> fits = (*fault)->fits(targets); !fits) return fits.error();
  step.args = (*fault)->draw(targets, random);
  return step;
}

}  // namespace

Result<Plan> make_plan(const PlanRequest& request) {
  Plan plan;
  if (request.faults.empty()) return plan;
  if (Result<void> good = check_request(request); !good) return good.error();
  if (Result<void> good = check_faults(request); !good) return good.error();
  std::size_t number = 0;
  for (std::vector<std::string>& faults : lanes_of(request)) {
    merge(Lane(request, std::move(faults), number++).steps(), &plan.steps);
  }
  return plan;
}

Json to_json(const Plan& plan) {
  Json steps = Json::array();
  for (const PlanStep& step : plan.steps) steps.push_back(step_to_json(step));
  Json json = Json::object();
  json["steps"] = std::move(steps);
  return json;
}

Result<Plan> plan_from_json(const Json& json, const Targets& targets, std::uint64_t seed) {
  if (!json.is_object() || !json.contains("steps") || !json.at("steps").is_array()) {
    return Error{ErrorCode::kCorrupt, "not a plan: it needs a list named \"steps\""};
  }
  Plan plan;
  std::set<std::string> in_force;
  for (const Json& entry : json.at("steps")) {
    RandomStream random(seed, fmt::format("nemesis.plan.{}", plan.steps.size()));
    Result<PlanStep> step = step_from_json(entry, targets, &random);
    if (!step) return step.error();
    if (!plan.steps.empty() && step->at < plan.steps.back().at) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("the steps of a plan must come one after the other in time: {}",
                               entry.dump())};
    }
    const std::string name(make_fault(step->fault).value()->name());
    if (step->heal) {
      in_force.erase(name);
    } else if (!in_force.insert(name).second) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("{} is in force already: heal it first: {}", name, entry.dump())};
    }
    plan.steps.push_back(std::move(step.value()));
  }
  return plan;
}

}  // namespace quorate
