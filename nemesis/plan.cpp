#include "nemesis/plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "nemesis/faults/partition_shape.h"

namespace quorate {
namespace {

using std::chrono::microseconds;

constexpr Duration kShortestInterval = std::chrono::milliseconds(10);
constexpr std::int64_t kMostFaults = 100'000;
constexpr std::array kShapesBetweenNodes{PartitionShape::kOneNode, PartitionShape::kHalves,
                                         PartitionShape::kMajorityRing, PartitionShape::kOneWay};

// Deals names as from a shuffled pack of cards: all of them come before one comes again, so that a
// short run meets as many different faults as it can.
class Deck {
 public:
  explicit Deck(std::vector<std::string> cards) : cards_(std::move(cards)), left_(0) {}

  // REQUIRES: not empty.
  const std::string& deal(RandomStream* random) {
    if (left_ == 0) {
      random->shuffle(&cards_);
      left_ = cards_.size();
    }
    return cards_[--left_];
  }

 private:
  std::vector<std::string> cards_;
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

std::vector<Episode> draw_times(const PlanRequest& request, RandomStream* random) {
  const Duration end = std::chrono::floor<microseconds>(request.length);
  if (end < std::chrono::seconds(1)) {
    const Duration third = std::chrono::floor<microseconds>(end / 3);
    return {{third, 2 * third}};
  }
  const Duration latest = std::min<Duration>(std::chrono::seconds(1), request.length / 5);
  const Duration interval = std::chrono::floor<microseconds>(request.interval);
  Duration at = draw_between(latest / 4, latest, random);
  std::vector<Episode> episodes;
  // The first fault comes in any case; a later one only if it can last as long as a fault does.
  while (episodes.empty() || at + interval / 2 <= end) {
    const Duration in_force = draw_between(interval / 2, interval * 3 / 4, random);
    episodes.push_back({at, std::min(at + in_force, end)});
    at += interval;
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
  if (request.length / request.interval > kMostFaults) {
    return Error{ErrorCode::kLimit, fmt::format("a plan has at most {} faults: choose a longer "
                                                "interval or a shorter load",
                                                kMostFaults)};
  }
  return {};
}

// The shapes that "partition" alone stands for on these targets.
std::vector<std::string> shapes_between(const Targets& targets) {
  std::vector<std::string> names;
  for (const PartitionShape shape : kShapesBetweenNodes) {
    if (shape_fits(shape, targets)) names.push_back(fmt::format("partition:{}", name_of(shape)));
  }
  return names;
}

Result<void> check_faults(const PlanRequest& request) {
  for (const std::string& name : request.faults) {
    if (name == "partition") {
      const Result<void> fits = shape_fits(PartitionShape::kOneNode, request.targets);
      if (!fits) return fits.error();
      continue;
    }
    const Result<std::unique_ptr<Fault>> fault = make_fault(name);
    if (!fault) return fault.error();
    const Result<void> fits = (*fault)->fits(request.targets);
    if (!fits) return fits.error();
  }
  return {};
}

Json step_to_json(const PlanStep& step) {
  Json json = Json::object();
  json["at_us"] = std::chrono::duration_cast<microseconds>(step.at).count();
  json["do"] = step.heal ? "heal" : "inject";
  json["fault"] = step.fault;
  if (!step.heal) json["args"] = step.args;
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
  return json.at("do") == "inject" && json.contains("args") && json.at("args").is_object();
}

Result<PlanStep> step_from_json(const Json& json) {
  if (!has_form_of_a_step(json)) {
    return Error{ErrorCode::kCorrupt,
                 fmt::format("not a step of a plan: {}; it is like {{\"at_us\": 1000, \"do\": "
                             "\"inject\" or \"heal\", \"fault\": \"kill\", \"args\": {{…}}}}",
                             json.dump())};
  }
  PlanStep step;
  step.at = microseconds(json.at("at_us").get<std::int64_t>());
  step.heal = json.at("do") == "heal";
  step.fault = json.at("fault").get<std::string>();
  if (!step.heal) step.args = json.at("args");
  const Result<std::unique_ptr<Fault>> known = make_fault(step.fault);
  if (!known) return known.error();
  return step;
}

}  // namespace

Result<Plan> make_plan(const PlanRequest& request) {
  Plan plan;
  if (request.faults.empty()) return plan;
  if (Result<void> good = check_request(request); !good) return good.error();
  if (Result<void> good = check_faults(request); !good) return good.error();
  RandomStream times(request.seed, "nemesis.times");
  RandomStream choice(request.seed, "nemesis.choice");
  Deck faults(request.faults);
  Deck shapes(shapes_between(request.targets));
  for (const Episode& episode : draw_times(request, &times)) {
    std::string name = faults.deal(&choice);
    if (name == "partition") name = shapes.deal(&choice);
    // Each episode draws from a stream of its own: a fault that draws more shifts no other.
    RandomStream random(request.seed, fmt::format("nemesis.args.{}", plan.steps.size() / 2));
    const Json args = make_fault(name).value()->draw(request.targets, &random);
    plan.steps.push_back({episode.inject, false, name, args});
    plan.steps.push_back({episode.heal, true, name, Json()});
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

Result<Plan> plan_from_json(const Json& json) {
  if (!json.is_object() || !json.contains("steps") || !json.at("steps").is_array()) {
    return Error{ErrorCode::kCorrupt, "not a plan: it needs a list named \"steps\""};
  }
  Plan plan;
  for (const Json& entry : json.at("steps")) {
    Result<PlanStep> step = step_from_json(entry);
    if (!step) return step.error();
    if (!plan.steps.empty() && step->at <= plan.steps.back().at) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("the steps of a plan must come one after the other in time: {}",
                               entry.dump())};
    }
    plan.steps.push_back(std::move(step.value()));
  }
  return plan;
}

}  // namespace quorate
