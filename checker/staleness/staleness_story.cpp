#include "checker/staleness/staleness_story.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/evidence/story.h"

namespace quorate {
namespace {

constexpr std::size_t kRowsShown = 12;
constexpr std::size_t kWritesShown = 4;

// The story's rows and sentences under a title of our own: a measure breaks no property.
std::vector<std::string> under_title(const Story& story, std::string title) {
  std::vector<std::string> lines = story.tell(Property::kLinearizable, Anomaly::kStaleRead).lines;
  lines[0] = std::move(title);
  return lines;
}

std::string on_key(const Story& story) {
  return story.key() == kAbsent ? "" : fmt::format(" on key {}", story.shown(story.key()));
}

void add(OpIndex op, std::vector<OpIndex>* ops) {
  if (op != kNoOp && std::find(ops->begin(), ops->end(), op) == ops->end()) ops->push_back(op);
}

std::string milliseconds(std::int64_t ns) {
  return fmt::format("{:.3f} ms", static_cast<double>(ns) / 1e6);
}

// "the write of "a" ended" or "a read of "a" ended".
std::string deed_on(const Story& story, OpIndex op) {
  const bool read = story.op(op).function == Function::kRead;
  return fmt::format("{} of {}", read ? "a read" : "the write", story.shown(story.op(op).value));
}

}  // namespace

std::vector<std::string> tell_read(const History& history, const KeyClusters& clusters,
                                   const ReadStaleness& stale) {
  const Op& read = history.ops()[stale.read];
  const ClusterIndex value = clusters.cluster_of(stale.read);
  std::vector<OpIndex> between;
  for (ClusterIndex i = value + 1; i < clusters.size(); ++i) {
    const Cluster& cluster = clusters[i];
    const bool after_value = cluster.write_start > clusters[value].write_end;
    if (after_value && cluster.write_end < read.invoked) between.push_back(cluster.write);
  }
  QUORATE_CHECK(between.size() + 1 == stale.k);
  std::vector<OpIndex> ops{stale.read};
  add(clusters[value].write, &ops);
  const std::size_t last = between.size() > kWritesShown ? 1 : 0;
  const std::size_t first = std::min(between.size(), kWritesShown) - last;
  for (std::size_t i = 0; i < first; ++i) add(between[i], &ops);
  if (last == 1) add(between.back(), &ops);
  Story story(history, ops);
  story.note(stale.read, fmt::format("← the newest but {}", stale.k - 1));
  if (between.size() > kWritesShown) {
    const std::size_t more = between.size() - kWritesShown;
    story.sentence("{} came between those.",
                   more == 1 ? "1 more write" : fmt::format("{} more writes", more));
  }
  const bool one = between.size() == 1;
  const bool initial = clusters[value].initial();
  story.sentence("{} began{} and {} complete before the read began, so the read is {} behind.",
                 one ? "1 write" : fmt::format("{} writes", between.size()),
                 initial ? "" : " after that value was complete", one ? "was" : "were",
                 one ? "1 version" : fmt::format("{} versions", between.size()));
  return under_title(story, fmt::format("k = {}: the stalest read{}", stale.k, on_key(story)));
}

std::vector<std::string> tell_epoch(const History& history, const KeyClusters& clusters,
                                    const std::vector<ClusterIndex>& values, std::uint64_t k) {
  std::vector<OpIndex> ops;
  for (const ClusterIndex value : values) {
    add(clusters[value].write, &ops);
    add(clusters[value].first_end_op, &ops);
    add(clusters[value].last_start_op, &ops);
  }
  const std::size_t all = ops.size();
  std::sort(ops.begin(), ops.end());
  if (all > kRowsShown) ops.erase(ops.begin(), ops.end() - kRowsShown);
  Story story(history, ops);
  if (all > kRowsShown) {
    story.sentence("These are the last of the {} operations that make the case.", all);
  }
  story.sentence("In no order of the {} values does each read return {}: whichever comes last,",
                 values.size(), k == 1 ? "the latest one" : fmt::format("one of the {} latest", k));
  story.sentence("too many reads of others began when it was known already.");
  return under_title(story, fmt::format("k > {}: values that fit no order{}", k, on_key(story)));
}

std::vector<std::string> tell_gap(const History& history, const KeyClusters& clusters,
                                  const Gap& gap, GapKind kind) {
  const Cluster& first = clusters[gap.first];
  const Cluster& second = clusters[gap.second];
  std::vector<OpIndex> ops;
  for (const Cluster* cluster : {&first, &second}) {
    add(cluster->write, &ops);
    add(cluster->first_end_op, &ops);
    add(cluster->last_start_op, &ops);
  }
  Story story(history, ops);
  story.sentence("{} ended at {}, and {} began {} later, at {};",
                 deed_on(story, first.first_end_op), story.ended(first.first_end_op),
                 deed_on(story, second.last_start_op), milliseconds(gap.ns),
                 story.began(second.last_start_op));
  if (second.initial()) {
    story.sentence("the other value was there from the start.");
  } else {
    story.sentence("yet {} ended at {}, before {} began at {}.",
                   deed_on(story, second.first_end_op), story.ended(second.first_end_op),
                   deed_on(story, first.last_start_op), story.began(first.last_start_op));
  }
  const bool delta = kind == GapKind::kDelta;
  story.sentence("{} {} for one order to explain both.",
                 delta ? "Every read would have to begin" : "Every operation would have to be",
                 milliseconds(gap.ns) + (delta ? " earlier" : " longer"));
  return under_title(story,
                     fmt::format("{} = {}: two values that contradict each other{}",
                                 delta ? "Delta" : "Gamma", milliseconds(gap.ns), on_key(story)));
}

}  // namespace quorate
