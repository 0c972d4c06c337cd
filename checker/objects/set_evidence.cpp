#include "checker/objects/set_evidence.h"

#include <algorithm>

#include "base/check.h"

namespace quorate {
namespace {

void insert(OpIndex index, std::vector<OpIndex>* ops) {
  const auto place = std::lower_bound(ops->begin(), ops->end(), index);
  if (index != kNoOp && (place == ops->end() || *place != index)) ops->insert(place, index);
}

// A handful of operations on a handful of elements, judged by the conditions of theory 2.8 as they
// stand there.
class SmallSet {
 public:
  explicit SmallSet(const SetHistory& set) : set_(set) {}

  bool holds(ElementIndex element, OpIndex read) const {
    const auto members = set_.members(set_.value_of(read));
    return std::find(members.begin(), members.end(), element) != members.end();
  }
  bool adds(OpIndex index, ElementIndex element) const {
    const SetElement& of = set_.elements()[element];
    return index == of.begun || index == of.acked;
  }
  bool is_read(OpIndex index) const { return set_.op(index).function == Function::kRead; }

  // Some operation contradicts another, by conditions (a), (b), (d) or (e).
  bool broken(const SetEvidence& evidence) const {
    for (const OpIndex read : evidence.ops) {
      if (is_read(read) && (bad_read(read, evidence) || bad_pair(read, evidence))) return true;
    }
    return false;
  }

  // Without it, the evidence says nothing of elements that a kept read contains.
  bool may_drop(OpIndex index, const SetEvidence& evidence) const {
    if (is_read(index)) return true;
    for (const ElementIndex element : evidence.elements) {
      if (!adds(index, element)) continue;
      if (set_.elements()[element].begun != index) continue;  // another add explains the reads
      for (const OpIndex read : evidence.ops) {
        if (is_read(read) && holds(element, read)) return false;
      }
    }
    return true;
  }

 private:
  Position acked(ElementIndex element, const SetEvidence& evidence) const {
    const OpIndex add = set_.elements()[element].acked;
    const bool kept = std::binary_search(evidence.ops.begin(), evidence.ops.end(), add);
    return kept ? set_.ended(add) : kNever;
  }
  Position begun(ElementIndex element, const SetEvidence& evidence) const {
    Position first = kNever;
    for (const OpIndex index : evidence.ops) {
      if (adds(index, element)) first = std::min(first, set_.began(index));
    }
    return first;
  }
  bool bad_read(OpIndex read, const SetEvidence& evidence) const {
    for (const ElementIndex missing : evidence.elements) {
      if (holds(missing, read)) continue;
      const Position known = acked(missing, evidence);
      if (known < set_.began(read)) return true;  // (d)
      for (const ElementIndex other : evidence.elements) {
        if (holds(other, read) && known < begun(other, evidence)) return true;  // (e)
      }
    }
    return false;
  }
  bool bad_pair(OpIndex read, const SetEvidence& evidence) const {
    for (const OpIndex earlier : evidence.ops) {
      if (!is_read(earlier) || !has_more(earlier, read, evidence)) continue;
      if (set_.ended(earlier) < set_.began(read)) return true;  // (b)
      if (has_more(read, earlier, evidence)) return true;       // (a)
    }
    return false;
  }
  bool has_more(OpIndex read, OpIndex than, const SetEvidence& evidence) const {
    return std::any_of(evidence.elements.begin(), evidence.elements.end(),
                       [&](ElementIndex e) { return holds(e, read) && !holds(e, than); });
  }

  const SetHistory& set_;
};

// Leaves out the element, and what only it needs.
SetEvidence without_element(const SmallSet& small, SetEvidence evidence, ElementIndex element) {
  std::erase(evidence.elements, element);
  std::erase_if(evidence.ops, [&](OpIndex index) { return small.adds(index, element); });
  return evidence;
}

void minimise(const SmallSet& small, SetEvidence* evidence) {
  QUORATE_CHECK(small.broken(*evidence));
  const std::vector<ElementIndex> elements = evidence->elements;
  for (const ElementIndex element : elements) {
    SetEvidence fewer = without_element(small, *evidence, element);
    if (small.broken(fewer)) *evidence = std::move(fewer);
  }
  std::vector<OpIndex> order = evidence->ops;  // reads first
  std::stable_partition(order.begin(), order.end(), [&](OpIndex i) { return small.is_read(i); });
  for (const OpIndex index : order) {
    if (!small.may_drop(index, *evidence)) continue;
    SetEvidence fewer = *evidence;
    std::erase(fewer.ops, index);
    if (small.broken(fewer)) *evidence = std::move(fewer);
  }
}

Anomaly anomaly_of(const SetHistory& set, const SmallSet& small, const SetEvidence& evidence) {
  std::vector<OpIndex> reads;
  for (const OpIndex index : evidence.ops) {
    if (small.is_read(index)) reads.push_back(index);
  }
  if (evidence.elements.size() == 1) {
    return reads.size() == 1 ? Anomaly::kStaleRead : Anomaly::kNewOldInversion;
  }
  const bool two = reads.size() == 2 && set.ended(reads[0]) >= set.began(reads[1]);
  return two ? Anomaly::kWriteOrderDisagreement : Anomaly::kNotLinearizable;
}

}  // namespace

SetEvidence evidence_of(const SetHistory& set, const SetConflict& conflict) {
  SetEvidence evidence;
  for (const ElementIndex element : {conflict.element, conflict.other}) {
    if (element == kNoElement) continue;
    evidence.elements.push_back(element);
    insert(set.elements()[element].begun, &evidence.ops);
    insert(set.elements()[element].acked, &evidence.ops);
  }
  insert(conflict.earlier, &evidence.ops);
  insert(conflict.read, &evidence.ops);
  const SmallSet small(set);
  minimise(small, &evidence);
  evidence.anomaly = anomaly_of(set, small, evidence);
  return evidence;
}

SetEvidence stale_evidence(const SetHistory& set, ElementIndex element, OpIndex read) {
  SetEvidence evidence{Anomaly::kStaleRead, {}, {element}};
  insert(set.elements()[element].acked, &evidence.ops);
  insert(read, &evidence.ops);
  return evidence;
}

SetEvidence lost_evidence(const SetHistory& set, ElementIndex element) {
  const SetElement& lost = set.elements()[element];
  SetEvidence evidence{Anomaly::kLostWrite, {}, {element}};
  const OpIndex absent =
      set.has_final_reads() ? lost.life.last_final_absent : lost.life.last_absent;
  insert(absent, &evidence.ops);
  // The add says enough where it was acknowledged in time; else the read that had shown it.
  if (set.ended(lost.acked) < set.began(absent)) {
    insert(lost.acked, &evidence.ops);
  } else {
    insert(lost.begun, &evidence.ops);
    insert(lost.seen, &evidence.ops);
  }
  return evidence;
}

SetEvidence bad_evidence(const SetHistory& set, ElementIndex element, OpIndex elsewhere) {
  const SetElement& bad = set.elements()[element];
  SetEvidence evidence{Anomaly::kThinAirRead, {bad.seen}, {element}};
  OpIndex add = elsewhere;
  if (bad.begun != kNoOp) {
    add = bad.begun;
    evidence.anomaly = Anomaly::kFutureRead;
  } else if (bad.failed != kNoOp) {
    add = bad.failed;
    evidence.anomaly = Anomaly::kDirtyRead;
  } else if (elsewhere != kNoOp) {
    evidence.anomaly = Anomaly::kMisdirectedRead;
  }
  insert(add, &evidence.ops);
  return evidence;
}

SetEvidence duplicate_evidence(const SetHistory& set, ElementIndex element) {
  const SetElement& twice = set.elements()[element];
  SetEvidence evidence{Anomaly::kDuplicateEffect, {twice.twice_in}, {element}};
  insert(twice.begun != kNoOp ? twice.begun : twice.failed, &evidence.ops);
  return evidence;
}

}  // namespace quorate
