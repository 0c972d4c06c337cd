#include "checker/registers/key_judge.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "checker/registers/dirty_reads.h"

namespace quorate {
namespace {

// Upper bounds for the key in hand, when all its operations are writes: the clusters (56 bytes) and
// the items to sort (24), each in a vector that may just have doubled; for single-order four orders
// of 4 bytes, doubled too, and marks. Measured with half reads: about a third of that.
constexpr std::size_t kBytesPerOp = 160;
constexpr std::size_t kBytesPerOpOfSingleOrder = 56;

}  // namespace

std::size_t bytes_per_op(std::span<const Property> properties) {
  const bool single =
      std::find(properties.begin(), properties.end(), Property::kSingleOrder) != properties.end();
  return kBytesPerOp + (single ? kBytesPerOpOfSingleOrder : 0);
}

void KeyTally::add(const KeyClusters& clusters) {
  ++keys;
  reads += clusters.reads();
  writes += clusters.writes();
  info_writes += clusters.info_writes();
  bad_reads += clusters.bad_reads().size();
  if (clusters.writes() == 0) return;
  info_share_max = std::max(info_share_max, static_cast<double>(clusters.info_writes()) /
                                                static_cast<double>(clusters.writes()));
}

void KeyTally::append(const KeyTally& later) {
  keys += later.keys;
  reads += later.reads;
  writes += later.writes;
  info_writes += later.info_writes;
  bad_reads += later.bad_reads;
  info_share_max = std::max(info_share_max, later.info_share_max);
}

void PropertyFindings::append(PropertyFindings later) {
  findings.append(std::move(later.findings));
  bad_reads += later.bad_reads;
  final_reads += later.final_reads;
  lost_writes += later.lost_writes;
  not_owed += later.not_owed;
  if (not_owed_reason.empty()) not_owed_reason = std::move(later.not_owed_reason);
}

void KeyVerdicts::append(KeyVerdicts later) {
  tally.append(later.tally);
  for (std::size_t i = 0; i < properties.size(); ++i) {
    properties[i].append(std::move(later.properties[i]));
  }
}

KeyJudge::KeyJudge(const KeyJudgeContext& context)
    : context_(context), clusters_(context.history, context.keys.symbol_count()) {}

KeyVerdicts KeyJudge::judge(std::size_t from, std::size_t to) {
  KeyVerdicts verdicts;
  verdicts.properties.resize(context_.properties.size());
  for (std::size_t ordinal = from; ordinal < to; ++ordinal) judge_key(ordinal, &verdicts);
  return verdicts;
}

void KeyJudge::judge_key(std::size_t ordinal, KeyVerdicts* verdicts) {
  ordinal_ = ordinal;
  ops_ = context_.keys.ops(ordinal);
  const std::size_t needed = ops_.size() * bytes_per_op(context_.properties);
  std::string over;
  if (out_of_time()) {
    over = fmt::format("{} was not reached within the time budget of {}", key_name(),
                       format_duration(context_.budget.time));
  } else if (needed > context_.bytes) {
    over = fmt::format("{} needs about {} bytes to judge, over what the budget of {} leaves",
                       key_name(), needed, context_.budget.bytes);
  }
  if (!over.empty()) {
    for (PropertyFindings& out : verdicts->properties) out.findings.undecided(over);
    return;
  }
  clusters_.build(ops_, context_.initial,
                  context_.options.initial.kind == InitialValue::Kind::kFree);
  verdicts->tally.add(clusters_);
  if (context_.options.replicas > 0) quorums_ = smallest_quorums(context_.history, ops_);
  for (std::size_t i = 0; i < context_.properties.size(); ++i) {
    PropertyFindings& out = verdicts->properties[i];
    out.findings.next_key();
    if (out_of_time()) {
      out.findings.undecided(
          fmt::format("{} was not judged to its end within the time budget of {}", key_name(),
                      format_duration(context_.budget.time)));
    } else {
      judge_property(context_.properties[i], &out);
    }
  }
}

void KeyJudge::judge_property(Property property, PropertyFindings* out) {
  if (property != Property::kNoLostWrite) judge_bad_reads(out);
  if (!can_judge(property, out)) return;
  if (!is_owed(property, out)) return;
  tell_doubt(property, out);
  judge_values(property, out);
}

void KeyJudge::judge_values(Property property, PropertyFindings* out) {
  switch (property) {
    case Property::kLatest:
      return judge_latest(out);
    case Property::kWriteOrder:
      return judge_order(OrderRule::kWriteOrder, out);
    case Property::kLinearizable:
      return judge_order(OrderRule::kLinearizable, out);
    case Property::kSingleOrder:
      return judge_single_order(out);
    case Property::kNoLostWrite:
      return judge_lost(out);
    default:
      return;  // no-dirty-read: the bad reads are all there is
  }
}

void KeyJudge::judge_bad_reads(PropertyFindings* out) {
  for (const BadRead& bad : clusters_.bad_reads()) {
    out->findings.count();
    ++out->bad_reads;
    const std::uint64_t tag = (std::uint64_t{1} << 32) + context_.history.ops()[bad.read].value;
    if (out->findings.wants(tag)) out->findings.keep(tag, evidence_of(clusters_, bad));
  }
}

const std::vector<StaleRead>& KeyJudge::stale_reads(PropertyFindings* out) {
  const int n = context_.options.replicas;
  if (n == 0 || quorums_meet(quorums_.r, quorums_.w, n)) {
    return stale_finder_.find(context_.history, ops_, clusters_);
  }
  for (const OpIndex index : ops_) {
    const Op& op = context_.history.ops()[index];
    if (op.function != Function::kRead || op.outcome != Outcome::kOk) continue;
    if (quorums_meet(op.r, quorums_.w, n)) continue;
    ++out->not_owed;
    if (!out->not_owed_reason.empty()) continue;
    out->not_owed_reason =
        fmt::format("{}: a read of quorum {} does not meet a write of quorum {} on {} replicas",
                    key_name(), op.r, quorums_.w, n);
  }
  return quorum_stale_finder_.find(context_.history, ops_, clusters_, n);
}

// Counts stale reads, and shows the stalest: the more the log holds between overwriting and
// reading, the plainer the case.
void KeyJudge::judge_latest(PropertyFindings* out) {
  const History& history = context_.history;
  std::vector<StaleRead> found = stale_reads(out);
  const auto age = [this, &history](const StaleRead& stale) {
    return history.ops()[stale.read].invoked - clusters_[stale.by].write_end;
  };
  std::stable_sort(found.begin(), found.end(),
                   [&age](const StaleRead& a, const StaleRead& b) { return age(a) > age(b); });
  for (const StaleRead& stale : found) {
    out->findings.count();
    if (out->findings.wants(stale.value)) {
      out->findings.keep(stale.value, evidence_of(history, clusters_, stale));
    }
  }
}

// Counts values that contradict a value before them in the order.
void KeyJudge::judge_order(OrderRule rule, PropertyFindings* out) {
  collect_items(clusters_, rule, &items_);
  const OrderResult order = order_check(&items_, Findings::kShown);
  out->findings.count(order.conflicts);
  for (const Conflict& conflict : order.kept) {
    if (out->findings.wants(conflict.first)) {
      out->findings.keep(conflict.first, evidence_of(context_.history, clusters_, rule, conflict));
    }
  }
}

// Counts values that had to be left out.
void KeyJudge::judge_single_order(PropertyFindings* out) {
  const SingleOrderResult& found = single_order_.check(clusters_, Findings::kShown);
  out->findings.count(found.left_out);
  for (const OrderCycle& cycle : found.kept) {
    if (out->findings.wants(cycle.values[0])) {
      out->findings.keep(cycle.values[0], evidence_of(context_.history, clusters_, cycle));
    }
  }
}

// Counts keys that lost something.
void KeyJudge::judge_lost(PropertyFindings* out) {
  if (clusters_.finals_in_doubt()) return;
  const FinalReads final =
      judge_final_reads(context_.history, ops_, clusters_, context_.options.replicas);
  out->final_reads += final.judged;
  const bool owes = clusters_.writes() > clusters_.info_writes();
  if (owes && final.judged == 0) {
    const std::string_view why = final.bad == 0
                                     ? "has no final read that succeeded"
                                     : "has only final reads of values that were never there";
    out->findings.undecided(fmt::format("{} {}", key_name(), why));
  }
  if (!final.lost) return;
  out->lost_writes += final.lost->lost_writes;
  out->findings.count();
  if (out->findings.wants(0)) {
    out->findings.keep(0, evidence_of(context_.history, clusters_, final));
  }
}

// Orders are owed on a key only if all quorums of its operations meet.
bool KeyJudge::is_owed(Property property, PropertyFindings* out) const {
  const int n = context_.options.replicas;
  const bool is_order = property == Property::kWriteOrder || property == Property::kSingleOrder ||
                        property == Property::kLinearizable;
  if (n == 0 || !is_order) return true;
  const bool reads_too = property == Property::kLinearizable && context_.options.reads_must_meet;
  std::string why;
  if (!quorums_meet(quorums_.r, quorums_.w, n)) {
    why = fmt::format("r = {} and w = {} of its operations do not meet on {} replicas", quorums_.r,
                      quorums_.w, n);
  } else if (reads_too && !quorums_meet(quorums_.read_r, quorums_.read_r, n)) {
    why = fmt::format("two reads of quorum {} do not meet on {} replicas", quorums_.read_r, n);
  }
  if (why.empty()) return true;
  ++out->not_owed;
  if (out->not_owed_reason.empty()) out->not_owed_reason = fmt::format("{}: {}", key_name(), why);
  return false;
}

// Says why not. No-dirty-read needs no order of the values.
bool KeyJudge::can_judge(Property property, PropertyFindings* out) const {
  if (const auto foreign = clusters_.foreign()) {
    out->findings.undecided(
        fmt::format("{}: has operations of the kind {}, which this checker does not judge",
                    key_name(), name_of(*foreign)));
    return false;
  }
  const auto duplicate = clusters_.duplicate();
  if (!duplicate || property == Property::kNoDirtyRead) return true;
  const std::string value = *duplicate == kAbsent
                                ? "the absent value"
                                : fmt::format("the value {}", context_.history.text(*duplicate));
  out->findings.undecided(fmt::format(
      "{}: {} may have been put there by more than one write, which this checker cannot tell apart",
      key_name(), value));
  return false;
}

// Of what is left out: a violation among the rest is one, but nothing can be called kept.
void KeyJudge::tell_doubt(Property property, PropertyFindings* out) const {
  if (property == Property::kNoDirtyRead)
    return;  // a doubt is between deletes that were not refused
  const bool lost = property == Property::kNoLostWrite;
  if (lost ? !clusters_.finals_in_doubt() : clusters_.in_doubt() == 0) return;
  out->findings.undecided(fmt::format(
      "{}: {} of its {} of nothing may be of one delete or another", key_name(),
      lost ? "some" : fmt::to_string(clusters_.in_doubt()), lost ? "final reads" : "reads"));
}

bool KeyJudge::out_of_time() const {
  return context_.now() - context_.began >= context_.budget.time;
}

std::string KeyJudge::key_name() const {
  const Symbol key = context_.keys.key(ordinal_);
  return key == kAbsent ? "the only key" : fmt::format("key {}", context_.history.text(key));
}

}  // namespace quorate
