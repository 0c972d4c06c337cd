#include "checker/versions/version_checker.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "checker/versions/agreement.h"
#include "checker/versions/explain_versions.h"

namespace quorate {
namespace {

constexpr std::size_t kShown = 8;

// Each level judges the kinds of its own and of the levels before it; see the header.
struct Level {
  Property property;
  std::vector<InversionKind> kinds;
};
const std::array<Level, 4>& levels() {
  using K = InversionKind;
  static const std::array<Level, 4> all{{
      {Property::kLatest, {K::kWriteRead}},
      {Property::kWriteOrder, {K::kWriteWrite, K::kWriteRead}},
      {Property::kSingleOrder, {K::kWriteWrite, K::kWriteRead, K::kReadWrite}},
      {Property::kLinearizable, {K::kWriteWrite, K::kWriteRead, K::kReadWrite, K::kReadRead}},
  }};
  return all;
}

std::uint64_t count_of(const VersionScan& scan, InversionKind kind) {
  return scan.count[static_cast<std::size_t>(kind)];
}

// Later operations with any kind of the level.
std::uint64_t count_of(const VersionScan& scan, const Level& level) {
  if (level.property == Property::kLatest) return count_of(scan, InversionKind::kWriteRead);
  return scan.up_to[static_cast<std::size_t>(level.kinds.back())];
}

class WhiteBox {
 public:
  WhiteBox(const History& history, const InitialValue& initial)
      : history_(history), ranks_(history), versions_(history, initial) {
    for (const Level& level : levels()) {
      report_.by_version.emplace_back().property = level.property;
    }
  }

  WhiteBoxReport judge(const std::vector<CheckResult>& black_box) {
    const KeyIndex keys(history_);
    for (std::size_t i = 0; i < keys.size(); ++i) judge_key(keys.key(i), keys.ops(i));
    if (!report_.has_versions) return {};
    for (CheckResult& result : report_.by_version) finish(keys.size(), &result);
    report_.disagreements = disagreements(report_.by_version, black_box);
    if (write_inversions_ > 0) {
      report_.cause = "timestamp inversion";
    } else if (report_.by_version[0].violation_count > 0) {
      report_.cause = "missed quorum";
    }
    count_told();
    report_.measures["timestamp_inversions"] = write_inversions_;
    return std::move(report_);
  }

 private:
  void judge_key(Symbol key, std::span<const OpIndex> ops) {
    versions_.build(ops, ranks_);
    report_.has_versions |= versions_.any();
    if (!versions_.mismatches().empty()) {
      report_.mismatch_count += versions_.mismatches().size();
      if (report_.mismatches.size() < kShown) {
        report_.mismatches.push_back(explain_mismatch(history_, versions_.mismatches().front()));
      }
    }
    // Without an order of versions there is nothing to hold against real time.
    const VersionScan scan =
        versions_.mismatches().empty() ? scan_versions(versions_.all()) : VersionScan();
    write_inversions_ += count_of(scan, InversionKind::kWriteWrite);
    if (!versions_.unproven().empty()) ++keys_not_ordered_;
    for (std::size_t i = 0; i < levels().size(); ++i) {
      judge_level(levels()[i], key, scan, &report_.by_version[i]);
    }
  }

  void judge_level(const Level& level, Symbol key, const VersionScan& scan, CheckResult* result) {
    result->violation_count += count_of(scan, level);
    for (const InversionKind kind : level.kinds) {
      const auto& found = scan.first[static_cast<std::size_t>(kind)];
      if (!found || result->violations.size() >= kShown) continue;
      const auto evidence = minimal_evidence(versions_.all(), level.kinds, *found);
      const bool again = std::any_of(result->violations.begin(), result->violations.end(),
                                     [&](const Violation& shown) {
                                       return std::equal(shown.ops.begin(), shown.ops.end(),
                                                         evidence.ops.begin(), evidence.ops.end());
                                     });
      if (again) continue;
      result->violations.push_back(explain_inversion(history_, level.property, evidence));
    }
    if (!result->reason.empty()) return;
    if (!versions_.unproven().empty()) {
      result->reason = fmt::format("{} {}", name_of(key), versions_.unproven());
    } else if (count_of(scan, InversionKind::kWriteWrite) > count_of(scan, level)) {
      result->reason = name_of(key) + " has writes whose versions contradict real time";
    }
  }

  std::string name_of(Symbol key) const {
    return key == kAbsent ? "the only key" : fmt::format("key {}", history_.text(key));
  }

  void finish(std::size_t keys, CheckResult* result) const {
    result->validity = result->violation_count > 0 ? Validity::kInvalid
                       : result->reason.empty()    ? Validity::kValid
                                                   : Validity::kUnknown;
    result->measures["keys"] = keys;
    result->measures["keys_not_ordered"] = keys_not_ordered_;
  }

  void count_told() {
    std::uint64_t told = 0;
    std::uint64_t not_told = 0;
    for (const Op& op : history_.ops()) {
      if (op.outcome == Outcome::kOk) ++(op.version == kAbsent ? not_told : told);
    }
    report_.measures["versions_told"] = told;
    report_.measures["versions_not_told"] = not_told;
  }

  const History& history_;
  VersionRanks ranks_;
  KeyVersions versions_;
  WhiteBoxReport report_;
  std::uint64_t write_inversions_ = 0;
  std::uint64_t keys_not_ordered_ = 0;
};

Json result_json(const CheckResult& result) {
  Json json = Json::object();
  json["property"] = name_of(result.property);
  json["validity"] = result.validity == Validity::kValid     ? "valid"
                     : result.validity == Validity::kInvalid ? "invalid"
                                                             : "unknown";
  if (!result.reason.empty()) json["reason"] = result.reason;
  json["violation_count"] = result.violation_count;
  json["violations"] = Json::array();
  for (const Violation& violation : result.violations) {
    json["violations"].push_back(to_json(violation));
  }
  json["measures"] = result.measures;
  return json;
}

}  // namespace

std::string_view name_of(Blame blame) {
  return blame == Blame::kCheckerFault ? "checker fault" : "store fault";
}

WhiteBoxReport white_box(const History& history, const std::vector<CheckResult>& black_box,
                         const InitialValue& initial) {
  return WhiteBox(history, initial).judge(black_box);
}

Json to_json(const WhiteBoxReport& report) {
  Json json = Json::object();
  json["has_versions"] = report.has_versions;
  if (!report.has_versions) return json;
  json["by_version"] = Json::array();
  for (const CheckResult& result : report.by_version) {
    json["by_version"].push_back(result_json(result));
  }
  json["mismatch_count"] = report.mismatch_count;
  json["mismatches"] = Json::array();
  for (const Violation& violation : report.mismatches) {
    json["mismatches"].push_back(to_json(violation));
  }
  json["disagreements"] = Json::array();
  for (const Disagreement& found : report.disagreements) {
    json["disagreements"].push_back({{"property", name_of(found.property)},
                                     {"blame", name_of(found.blame)},
                                     {"sentence", found.sentence}});
  }
  if (!report.cause.empty()) json["cause"] = report.cause;
  json["measures"] = report.measures;
  return json;
}

}  // namespace quorate
