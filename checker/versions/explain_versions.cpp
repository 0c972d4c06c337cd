#include "checker/versions/explain_versions.h"

#include <algorithm>

#include "checker/evidence/story.h"

namespace quorate {
namespace {

std::vector<OpIndex> clean(std::vector<OpIndex> ops) {
  std::erase(ops, kNoOp);
  std::sort(ops.begin(), ops.end());
  ops.erase(std::unique(ops.begin(), ops.end()), ops.end());
  return ops;
}

// A story of versions: names them, and draws who told whose.
class Teller {
 public:
  Teller(const History& history, std::vector<OpIndex> ops)
      : history_(history), story_(history, clean(std::move(ops))) {
    for (const OpIndex index : story_.ops()) names_.add(text_of(index));
    for (const OpIndex read : story_.ops()) {
      for (const OpIndex write : story_.ops()) {
        if (is_read(write) || !is_read(read)) continue;
        const bool same = op(write).value == op(read).value && op(write).value != kAbsent;
        if (same) story_.edge(write, read, because::kWasReadBy);
      }
    }
  }

  Story& story() { return story_; }
  const Op& op(OpIndex index) const { return story_.op(index); }
  bool is_read(OpIndex index) const { return op(index).function == Function::kRead; }
  std::string value(OpIndex index) const { return story_.shown(op(index).value); }
  // "version 18.9f3a….2", "no version".
  std::string version(OpIndex told_by) const {
    if (told_by == kNoOp || text_of(told_by).empty()) return "no version";
    return "version " + names_.shown(text_of(told_by));
  }
  // "the write of 4", "the delete", "the read of nothing".
  std::string deed(OpIndex index) const {
    if (op(index).function == Function::kDelete) return "the delete";
    return fmt::format("the {} of {}", is_read(index) ? "read" : "write", value(index));
  }

 private:
  std::string_view text_of(OpIndex index) const { return history_.text(op(index).version); }

  const History& history_;
  Story story_;
  VersionNames names_;
};

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

Anomaly anomaly_of(InversionKind kind) {
  if (kind == InversionKind::kWriteRead) return Anomaly::kStaleRead;
  return kind == InversionKind::kReadRead ? Anomaly::kNewOldInversion
                                          : Anomaly::kTimestampInversion;
}

void conclude(InversionKind kind, Teller* teller, const VersionInversion& found) {
  const std::string earlier = teller->deed(found.earlier.op);
  const std::string later = teller->deed(found.later.op);
  Story& story = teller->story();
  switch (kind) {
    case InversionKind::kWriteWrite:
      story.sentence("Replicas keep what has the greater version, so {} is outranked by one that",
                     later);
      story.sentence("was over before it began: who writes last does not win.");
      break;
    case InversionKind::kWriteRead:
      story.sentence("No replica that answered the read had {}, though it was complete.", earlier);
      break;
    case InversionKind::kReadWrite:
      story.sentence("What had been read before {} outranks it.", later);
      break;
    case InversionKind::kReadRead:
      story.sentence("What one read had seen, a later one had not.");
      break;
  }
}

}  // namespace

Violation explain_inversion(const History& history, Property property,
                            const VersionEvidence& evidence) {
  const VersionInversion& inversion = evidence.inversion;
  const VersionedOp& earlier = inversion.earlier;
  const VersionedOp& later = inversion.later;
  Teller teller(history, evidence.ops);
  Story& story = teller.story();
  const std::string_view outcome = !later.write                ? ""
                                   : later.completed == kNever ? "(outcome unknown) "
                                                               : "(acknowledged) ";
  story.note(later.op, fmt::format("{}← began {}after {} was over, with a smaller version", outcome,
                                   story.gap(earlier.op, later.op), teller.deed(earlier.op)));
  story.sentence("{} was over before {} began,", capital(teller.deed(earlier.op)),
                 teller.deed(later.op));
  story.sentence("yet {} has {}, and {} only {}.", teller.deed(earlier.op),
                 teller.version(earlier.told_by), teller.deed(later.op),
                 teller.version(later.told_by));
  conclude(inversion.kind, &teller, inversion);
  story.edge(earlier.op, later.op, because::kEndedBefore);
  story.edge(later.op, earlier.op, because::kSmallerVersion);
  return story.tell(property, anomaly_of(inversion.kind));
}

Violation explain_mismatch(const History& history, const Mismatch& mismatch) {
  Teller teller(history,
                {mismatch.first, mismatch.second, mismatch.first_write, mismatch.second_write});
  Story& story = teller.story();
  if (!mismatch.one_version) {
    story.sentence("{} was written once, yet one reply says {} and another {}.",
                   capital(teller.value(mismatch.first)), teller.version(mismatch.first),
                   teller.version(mismatch.second));
    story.sentence("A write that is stamped twice can take effect twice.");
  } else {
    story.sentence("{} and {} share {}.", capital(teller.deed(mismatch.first)),
                   teller.deed(mismatch.second), teller.version(mismatch.first));
    story.sentence("Replicas that hold one each take them for the same, and never repair it.");
  }
  return story.tell(Property::kConverges, Anomaly::kVersionMismatch);
}

}  // namespace quorate
