#include "checker/registers/dirty_reads.h"

#include <algorithm>

namespace quorate {

OpIndex BadReadNames::writer_on_any_key(Symbol value) {
  const std::vector<Op>& ops = history_.ops();
  if (writers_.empty()) {
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if (ops[i].function != Function::kWrite) continue;
      if (ops[i].value >= writers_.size()) writers_.resize(ops[i].value + std::size_t{1}, kNoOp);
      OpIndex& writer = writers_[ops[i].value];
      if (writer == kNoOp) writer = static_cast<OpIndex>(i);
    }
  }
  return value < writers_.size() ? writers_[value] : kNoOp;
}

void BadReadNames::find_writer(Evidence* evidence) {
  if (evidence->anomaly != Anomaly::kThinAirRead) return;
  const OpIndex write = writer_on_any_key(history_.ops()[evidence->ops.front()].value);
  if (write == kNoOp) return;
  evidence->anomaly = Anomaly::kMisdirectedRead;
  evidence->ops.push_back(write);
  std::sort(evidence->ops.begin(), evidence->ops.end());
}

Evidence evidence_of(const KeyClusters& clusters, const BadRead& bad) {
  Evidence evidence;
  evidence.initial = clusters[0].value;
  switch (bad.fault) {
    case ReadFault::kDirty:
      evidence.anomaly = Anomaly::kDirtyRead;
      break;
    case ReadFault::kFuture:
      evidence.anomaly = Anomaly::kFutureRead;
      break;
    case ReadFault::kThinAir:
      evidence.anomaly = Anomaly::kThinAirRead;
      break;
  }
  evidence.ops = {bad.read};
  if (bad.write != kNoOp) evidence.ops.push_back(bad.write);
  std::sort(evidence.ops.begin(), evidence.ops.end());
  return evidence;
}

}  // namespace quorate
