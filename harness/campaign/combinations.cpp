#include "harness/campaign/combinations.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "base/check.h"
#include "harness/campaign/run_options.h"

namespace quorate {
namespace {

constexpr std::size_t kMost = 100'000;

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

// "r=1 nemesis=kill".
std::string describe_axes(const Json& axes) {
  std::string text;
  for (const auto& [name, value] : axes.items()) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, text_of(value));
  }
  return text.empty() ? "the one run" : text;
}

Json merged(const Json& base, const Json& over) {
  Json json = base;
  for (const auto& [name, value] : over.items()) json[name] = value;
  return json;
}

// Every choice of one value on each axis, the last axis fastest.
std::vector<Json> choices_of(const std::vector<Axis>& axes) {
  std::vector<Json> choices;
  std::vector<std::size_t> at(axes.size(), 0);
  for (;;) {
    Json choice = Json::object();
    for (std::size_t i = 0; i < axes.size(); ++i) choice[axes[i].option] = axes[i].values[at[i]];
    choices.push_back(std::move(choice));
    std::size_t axis = axes.size();
    while (axis > 0 && ++at[axis - 1] == axes[axis - 1].values.size()) at[--axis] = 0;
    if (axis == 0) return choices;
  }
}

class Combiner {
 public:
  Combiner(const CampaignSpec& spec, const std::function<Result<void>(const RunConfig&)>& validate)
      : spec_(spec), validate_(validate) {}

  Result<Combinations> combine() {
    std::size_t count = spec_.axes.empty() ? 0 : 1;
    for (const Axis& axis : spec_.axes) {
      count *= axis.values.size();
      if (count > kMost) {
        return Error{ErrorCode::kLimit,
                     fmt::format("the axes make more than {} combinations", kMost)};
      }
    }
    if (!spec_.axes.empty()) {
      for (const Json& choice : choices_of(spec_.axes)) try_choice(choice, true);
    }
    for (const Json& choice : spec_.include) try_choice(choice, false);
    if (auto ok = refuse_values_that_make_no_run(); !ok) return ok.error();
    if (found_.all.empty()) {
      return invalid(found_.skipped.empty()
                         ? "every combination is excluded"
                         : fmt::format("no combination makes a run; of {}: {}",
                                       found_.skipped[0]["text"].get<std::string>(),
                                       found_.skipped[0]["reason"].get<std::string>()));
    }
    return std::move(found_);
  }

 private:
  void try_choice(const Json& axes, bool may_be_excluded) {
    Combination combination;
    combination.axes = axes;
    combination.options = merged(spec_.options, axes);
    combination.text = describe_axes(axes);
    const Result<RunConfig> config = config_of(combination.options);
    if (!config) return skip(combination, config.error());
    if (may_be_excluded && is_excluded(*config)) return note_use(axes);
    if (const auto valid = validate_(*config); !valid) return skip(combination, valid.error());
    note_use(axes);
    combination.number = static_cast<std::int64_t>(found_.all.size());
    found_.all.push_back(std::move(combination));
  }

  bool is_excluded(const RunConfig& config) const {
    return std::any_of(spec_.exclude.begin(), spec_.exclude.end(),
                       [&](const Condition& condition) { return condition.holds_for(config); });
  }

  void note_use(const Json& axes) {
    for (const auto& [name, value] : axes.items()) used_[name].insert(text_of(value));
  }

  void skip(const Combination& combination, const Error& why) {
    for (const auto& [name, value] : combination.axes.items()) {
      why_not_.try_emplace({name, text_of(value)}, why.context);
    }
    found_.skipped.push_back({{"text", combination.text}, {"reason", why.context}});
  }

  // Where an axis has a single value that is impossible, all are, which is told elsewhere.
  Result<void> refuse_values_that_make_no_run() const {
    for (const Axis& axis : spec_.axes) {
      for (const Json& value : axis.values) {
        const std::string text = text_of(value);
        const auto used = used_.find(axis.option);
        if (used == used_.end() || used->second.contains(text)) continue;
        return invalid(fmt::format("axes: {} = {} makes no run: {}", axis.option, text,
                                   why_not_.at({axis.option, text})));
      }
    }
    return {};
  }

  const CampaignSpec& spec_;
  const std::function<Result<void>(const RunConfig&)>& validate_;
  Combinations found_;
  std::map<std::string, std::set<std::string>> used_;  // axis -> values in some combination
  std::map<std::pair<std::string, std::string>, std::string> why_not_;
};

}  // namespace

Result<Combinations> combine(const CampaignSpec& spec,
                             const std::function<Result<void>(const RunConfig&)>& validate) {
  return Combiner(spec, validate).combine();
}

RunConfig run_config_of(const CampaignSpec& spec, const Combination& combination,
                        std::uint64_t seed) {
  Result<RunConfig> config = config_of(combination.options);
  QUORATE_CHECK(config.has_value(), "{} was a run", combination.text);
  config->seed = seed;
  for (const Expectation& expectation : spec.expect) {
    if (expectation.where.holds_for(*config)) config->expect_violation = expectation.violation;
  }
  return std::move(*config);
}

Result<RunConfig> canary_config_of(const CampaignSpec& spec, std::uint64_t seed) {
  Result<RunConfig> config = config_of(spec.canary.is_null() ? default_canary() : spec.canary);
  if (config) config->seed = seed;
  return config;
}

}  // namespace quorate
