#include "checker/versions/agreement.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

namespace quorate {
namespace {

constexpr std::array kBelowLinearizable{
    Property::kSingleOrder,       Property::kWriteOrder,     Property::kLatest,
    Property::kReadYourWrites,    Property::kMonotonicReads, Property::kMonotonicWrites,
    Property::kWritesFollowReads, Property::kCausal,         Property::kCausalConvergence,
    Property::kNoLostWrite,       Property::kNoDirtyRead};
constexpr std::array kBelowSingleOrder{Property::kWriteOrder, Property::kLatest,
                                       Property::kNoLostWrite, Property::kNoDirtyRead};
constexpr std::array kBelowWriteOrder{Property::kLatest, Property::kNoLostWrite,
                                      Property::kNoDirtyRead};
constexpr std::array kBelowLatest{Property::kNoLostWrite, Property::kNoDirtyRead};

std::span<const Property> below(Property strong) {
  switch (strong) {
    case Property::kLinearizable:
      return kBelowLinearizable;
    case Property::kSingleOrder:
      return kBelowSingleOrder;
    case Property::kWriteOrder:
      return kBelowWriteOrder;
    case Property::kLatest:
      return kBelowLatest;
    default:
      return {};
  }
}

// Judged by the versions of writes (theory: section 4.2), which clients that see an order of values
// need not see: a linearizable history may have writes whose versions run the other way. Where
// replies tell versions, sessions are judged by them, whatever the guarantee.
bool rests_on_versions(const CheckResult& result) {
  return result.measures.is_object() && result.measures.value("keys_by_versions", 0) > 0;
}

bool is_valid(const CheckResult& result) { return result.validity == Validity::kValid; }
bool is_invalid(const CheckResult& result) { return result.validity == Validity::kInvalid; }

// Whether nothing was left out because the quorums of single operations owe nothing there.
bool judged_all(const CheckResult& result) {
  if (!result.measures.is_object()) return true;
  return result.measures.value("keys_not_owed", 0) == 0 &&
         result.measures.value("reads_not_owed", 0) == 0;
}

void compare(const CheckResult& white, const CheckResult& black, std::vector<Disagreement>* out) {
  const bool same = white.property == black.property;
  if (is_valid(white) && is_invalid(black) && (same || implies(white.property, black.property))) {
    out->push_back({black.property, Blame::kCheckerFault,
                    fmt::format("{} is reported as broken, yet the order of versions proves {}: a "
                                "checker is wrong",
                                name_of(black.property), name_of(white.property))});
  }
  if (!same || !is_invalid(white) || is_invalid(black) || !judged_all(black)) return;
  const std::string_view clients =
      is_valid(black) ? "clients saw nothing wrong" : "what clients saw could not be judged";
  out->push_back({black.property, Blame::kStoreFault,
                  fmt::format("the order of versions breaks {}, though {}: the store orders writes "
                              "otherwise than it shows them",
                              name_of(black.property), clients)});
}

}  // namespace

bool implies(Property strong, Property weak) {
  const std::span<const Property> weaker = below(strong);
  return std::find(weaker.begin(), weaker.end(), weak) != weaker.end();
}

std::vector<Disagreement> disagreements(const std::vector<CheckResult>& by_version,
                                        const std::vector<CheckResult>& black_box) {
  std::vector<Disagreement> found;
  for (const CheckResult& black : black_box) {
    // One is enough: all that a proof refutes, a proof of something stronger refutes again.
    const std::size_t before = found.size();
    for (const CheckResult& white : by_version) {
      if (found.size() == before) compare(white, black, &found);
    }
    if (found.size() > before || rests_on_versions(black)) continue;
    for (const CheckResult& other : black_box) {
      if (!is_invalid(black) || !implies(other.property, black.property)) continue;
      if (!is_valid(other) || !judged_all(other)) continue;
      found.push_back({black.property, Blame::kCheckerFault,
                       fmt::format("{} is reported as broken, yet {} as held, which is stronger: a "
                                   "checker is wrong",
                                   name_of(black.property), name_of(other.property))});
    }
  }
  return found;
}

}  // namespace quorate
