#include "harness/campaign/gate.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/file.h"
#include "base/json_with_lines.h"

namespace quorate {
namespace {

class GateReader {
 public:
  explicit GateReader(const JsonWithLines& file) : file_(file) {}

  Result<Gate> read() {
    Gate gate;
    if (!file_.root().is_object()) return file_.error_at("", "a gate must be an object: {…}");
    for (const auto& [name, value] : file_.root().items()) {
      const std::string at = pointer_to("", name);
      if (name == "thresholds") {
        read_thresholds(at, value, &gate);
      } else if (name == "known-failures") {
        read_known(at, value, &gate);
      } else {
        fail(at, fmt::format("there is no \"{}\"; a gate has \"thresholds\" and \"known-failures\"",
                             name));
      }
    }
    if (error_) return *error_;
    return gate;
  }

 private:
  void fail(const std::string& at, std::string_view what) {
    if (!error_) error_ = file_.error_at(at, what);
  }

  // A share, or a number of runs.
  double number(const std::string& at, const std::string& name, const Json& value, double most) {
    if (value.is_number() && value.get<double>() >= 0 && value.get<double>() <= most) {
      return value.get<double>();
    }
    fail(at, fmt::format("{} must be a number from 0 to {}", name, most));
    return 0;
  }

  void read_thresholds(const std::string& where, const Json& thresholds, Gate* gate) {
    constexpr double kMost = 1e9;
    if (!thresholds.is_object()) return fail(where, "thresholds must be an object: {…}");
    for (const auto& [name, value] : thresholds.items()) {
      const std::string at = pointer_to(where, name);
      if (name == "min-runs") {
        gate->min_runs = static_cast<std::int64_t>(number(at, name, value, kMost));
      } else if (name == "max-unknown") {
        gate->max_unknown = number(at, name, value, 1);
      } else if (name == "max-errors") {
        gate->max_errors = static_cast<std::int64_t>(number(at, name, value, kMost));
      } else {
        fail(at, fmt::format(
                     "there is no threshold \"{}\"; there is: min-runs, max-unknown, max-errors",
                     name));
      }
    }
  }

  void read_known(const std::string& where, const Json& list, Gate* gate) {
    if (!list.is_array()) return fail(where, "known-failures must be a list: […]");
    for (std::size_t i = 0; i < list.size(); ++i) {
      gate->known.push_back(read_one(pointer_to(where, std::to_string(i)), list[i]));
    }
  }

  KnownFailure read_one(const std::string& where, const Json& json) {
    KnownFailure known;
    if (!json.is_object()) {
      fail(where, "a known failure must be an object: {…}");
      return known;
    }
    for (const auto& [name, value] : json.items()) {
      const std::string at = pointer_to(where, name);
      if (name == "max-rate") {
        known.max_rate = number(at, name, value, 1);
      } else if (!value.is_string()) {
        fail(at, fmt::format("{} must be a text", name));
      } else if (!take_text(name, value.get<std::string>(), &known)) {
        fail(at, fmt::format(
                     "a known failure has no \"{}\"; it has: anomaly, promised, faults, reason, "
                     "expires, max-rate",
                     name));
      }
    }
    if (known.reason.empty()) fail(where, "a known failure needs a \"reason\"");
    if (!is_date(known.expires)) {
      fail(where, "a known failure needs a day on which it \"expires\": \"2027-01-31\"");
    }
    if (!known.anomaly && !known.promised && !known.faults) {
      fail(where, "this would excuse every failure: say its anomaly, promised or faults");
    }
    return known;
  }

  static bool take_text(const std::string& name, const std::string& text, KnownFailure* known) {
    if (name == "anomaly")
      known->anomaly = text;
    else if (name == "promised")
      known->promised = text;
    else if (name == "faults")
      known->faults = text;
    else if (name == "reason")
      known->reason = text;
    else if (name == "expires")
      known->expires = text;
    else
      return false;
    return true;
  }

  static bool is_date(const std::string& text) {
    if (text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool dash = i == 4 || i == 7;
      if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
    }
    return true;
  }

  const JsonWithLines& file_;
  std::optional<Error> error_;
};

bool is_of(const FailureGroup& group, const KnownFailure& known) {
  const Signature& s = group.signature;
  return (!known.anomaly || *known.anomaly == s.anomaly) &&
         (!known.promised || *known.promised == s.promised) &&
         (!known.faults || *known.faults == s.faults);
}

std::string name_of_group(const Signature& s) {
  return fmt::format("{} ({}; faults: {})", s.anomaly, s.promised, s.faults);
}

std::string name_of_known(const KnownFailure& known) {
  return fmt::format("{} ({}; faults: {})", known.anomaly.value_or("any anomaly"),
                     known.promised.value_or("any configuration"), known.faults.value_or("any"));
}

class Passing {
 public:
  Passing(const Gate& gate, const CampaignSummary& summary, std::string_view today)
      : gate_(gate), summary_(summary), today_(today) {}

  GateVerdict pass() {
    const OutcomeCounts& runs = summary_.runs();
    if (!summary_.canaries_missed().empty()) {
      refuse("{} canary runs did not find their planted bug", summary_.canaries_missed().size());
    }
    if (runs.all() < gate_.min_runs) {
      refuse("{} runs were made, and min-runs is {}", runs.all(), gate_.min_runs);
    }
    const auto most = gate_.max_unknown * static_cast<double>(runs.all());
    if (static_cast<double>(runs.unknown) > most) {
      refuse("{} of {} runs could not tell, and max-unknown is {:g}", runs.unknown, runs.all(),
             gate_.max_unknown);
    }
    const std::int64_t errors = runs.errors + summary_.repeats().errors;
    if (errors > gate_.max_errors) {
      refuse("{} runs could not be run or judged, and max-errors is {}", errors, gate_.max_errors);
    }
    std::vector<bool> seen(gate_.known.size(), false);
    for (const FailureGroup& group : summary_.groups()) judge(group, &seen);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (!seen[i]) verdict_.unseen.push_back(name_of_known(gate_.known[i]));
    }
    return std::move(verdict_);
  }

 private:
  template <typename... Args>
  void refuse(fmt::format_string<Args...> text, Args&&... args) {
    verdict_.refused.push_back(fmt::format(text, std::forward<Args>(args)...));
  }

  void judge(const FailureGroup& group, std::vector<bool>* seen) {
    // The harness's own errors have a threshold.
    if (group.signature.anomaly == "harness error") return;
    const FailureRate rate = summary_.rate_of(group);
    const std::string what =
        fmt::format("{}: {} of {} runs", name_of_group(group.signature), rate.failed, rate.runs);
    for (std::size_t i = 0; i < gate_.known.size(); ++i) {
      const KnownFailure& known = gate_.known[i];
      if (!is_of(group, known)) continue;
      (*seen)[i] = true;
      if (known.expires < today_) {
        return refuse("{}; it was excused until {}: {}", what, known.expires, known.reason);
      }
      if (rate.share() > known.max_rate) {
        return refuse("{}, more than the {:g} that are excused: {}", what, known.max_rate,
                      known.reason);
      }
      verdict_.excused.push_back(
          fmt::format("{} (until {}: {})", what, known.expires, known.reason));
      return;
    }
    refuse("{}", what);
  }

  const Gate& gate_;
  const CampaignSummary& summary_;
  std::string today_;
  GateVerdict verdict_;
};

}  // namespace

Result<Gate> read_gate(std::string_view text, const std::string& where) {
  const Result<JsonWithLines> file = JsonWithLines::parse(text, where);
  if (!file) return file.error();
  return GateReader(*file).read();
}

Result<Gate> read_gate_file(const std::filesystem::path& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return text.error();
  return read_gate(*text, path.string());
}

GateVerdict pass_through(const Gate& gate, const CampaignSummary& summary, std::string_view today) {
  return Passing(gate, summary, today).pass();
}

Json to_json(const GateVerdict& verdict) {
  return {{"open", verdict.open()},
          {"refused", verdict.refused},
          {"excused", verdict.excused},
          {"unseen", verdict.unseen}};
}

}  // namespace quorate
