#include "node/core/anti_entropy/exchange.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "node/core/key_position.h"

namespace quorate::node {

namespace {

// Takes the first `max` nodes out of *nodes.
std::vector<NodeIndex> take_front(std::size_t max, std::deque<NodeIndex>* nodes) {
  const auto end = nodes->begin() + static_cast<std::ptrdiff_t>(std::min(max, nodes->size()));
  std::vector<NodeIndex> taken(nodes->begin(), end);
  nodes->erase(nodes->begin(), end);
  return taken;
}

NodeIndex partition_of_leaf(NodeIndex leaf) { return partition_of_node(TreeLevel::kLeaf, leaf); }

// From digests[*at] on, those that lie in `leaf`.
std::vector<RecordDigest> take_leaf(NodeIndex leaf, std::vector<RecordDigest>* digests,
                                    std::size_t* at) {
  std::vector<RecordDigest> taken;
  for (; *at < digests->size(); ++*at) {
    RecordDigest& digest = (*digests)[*at];
    if (leaf_of(position_of(digest.key)) != leaf) break;
    taken.push_back(std::move(digest));
  }
  return taken;
}

}  // namespace

Exchange::Exchange(ExchangePlan plan, MerkleTree* tree, RecordRange* records,
                   ExchangeNumber first_number, const ExchangeLimits& limits)
    : plan_(std::move(plan)),
      tree_(tree),
      records_(records),
      limits_(limits),
      next_number_(first_number) {
  QUORATE_CHECK(limits.nodes >= 1 && limits.nodes <= kMaxNodesPerRequest);
  QUORATE_CHECK(limits.repairs >= 1 && limits.page.entries >= 1);
}

std::optional<ExchangeNumber> Exchange::awaited_reply() const {
  return asked_ ? std::optional(asked_->number) : std::nullopt;
}

void Exchange::begin(ExchangeEffects* effects) {
  progress_.partitions = plan_.partitions.size();
  TreeRequest request{TreeRequestKind::kRoots, {}, ""};
  for (const NodeIndex partition : plan_.partitions) {
    if (!tree_->is_built(partition)) {
      finish(partition, PartitionOutcome::kNotBuilt, effects);
      continue;
    }
    ++open_[partition].parts;
    request.nodes.push_back(partition);
  }
  if (!request.nodes.empty()) ask(std::move(request), effects);
  go_on(effects);
}

void Exchange::on_reply(ExchangeNumber number, std::string_view payload, ExchangeEffects* effects) {
  if (ended_ || !asked_ || asked_->number != number) return;
  const TreeRequest asked = std::move(asked_->request);
  asked_.reset();
  progress_.bytes_received += payload.size();
  switch (asked.kind) {
    case TreeRequestKind::kRoots:
      take_roots(asked, payload, effects);
      break;
    case TreeRequestKind::kRootChildren:
    case TreeRequestKind::kInnerChildren:
      take_children(asked, payload, effects);
      break;
    case TreeRequestKind::kDigests:
      take_digests(asked, payload, effects);
      break;
  }
  go_on(effects);
}

void Exchange::take_roots(const TreeRequest& asked, std::string_view payload,
                          ExchangeEffects* effects) {
  const auto theirs = decode_roots(payload, asked);
  if (!theirs) return fail(theirs.error(), effects);
  for (std::size_t i = 0; i < asked.nodes.size(); ++i) {
    const NodeIndex partition = asked.nodes[i];
    const auto& root = (*theirs)[i];
    if (!root) {
      finish(partition, PartitionOutcome::kNotBuilt, effects);
    } else if (*root == tree_->root(partition)) {
      close(partition, effects);
    } else {
      roots_.push_back(partition);
    }
  }
}

void Exchange::take_children(const TreeRequest& asked, std::string_view payload,
                             ExchangeEffects* effects) {
  const auto theirs = decode_children(payload, asked);
  if (!theirs) return fail(theirs.error(), effects);
  const bool of_roots = asked.kind == TreeRequestKind::kRootChildren;
  const TreeLevel level = of_roots ? TreeLevel::kRoot : TreeLevel::kInner;
  for (std::size_t i = 0; i < asked.nodes.size(); ++i) {
    const NodeIndex node = asked.nodes[i];
    const NodeIndex partition = partition_of_node(level, node);
    const ChildHashes ours = tree_->children(level, node);
    for (std::size_t child = 0; child < kFanOut; ++child) {
      if (ours[child] == (*theirs)[i][child]) continue;
      (of_roots ? inner_ : leaves_).push_back(NodeIndex(first_child(node) + child));
      ++open_[partition].parts;
      if (!of_roots) ++progress_.leaves_differing;
    }
    close(partition, effects);
  }
}

void Exchange::take_digests(const TreeRequest& asked, std::string_view payload,
                            ExchangeEffects* effects) {
  auto theirs = decode_digests(payload, asked);
  if (!theirs) return fail(theirs.error(), effects);
  after_.clear();
  std::size_t at = 0;
  for (std::size_t i = 0; i < asked.nodes.size(); ++i) {
    const NodeIndex leaf = asked.nodes[i];
    KeyRange range = leaf_range(leaf);
    if (i == 0 && !asked.after.empty()) range.after = record_key(asked.after);
    auto digests = take_leaf(leaf, &theirs->digests, &at);
    if (i < theirs->leaves) {
      add_stretch(leaf, std::move(range), true, std::move(digests));
    } else if (!digests.empty()) {  // told up to its last digest: compared up to there
      after_ = digests.back().key;
      range.before = record_key(after_) + '\0';
      add_stretch(leaf, std::move(range), false, std::move(digests));
    }
  }
  const auto told = asked.nodes.begin() + theirs->leaves;
  leaves_.insert(leaves_.begin(), told, asked.nodes.end());
}

void Exchange::add_stretch(NodeIndex leaf, KeyRange range, bool is_last,
                           std::vector<RecordDigest> theirs) {
  stretches_.push_back({leaf, is_last, LeafMerge(std::move(range), std::move(theirs))});
}

void Exchange::on_failed(ExchangeNumber number, const Error& error, ExchangeEffects* effects) {
  if (asked_ && asked_->number == number) fail(error, effects);
}

void Exchange::on_repaired(ExchangeNumber number, bool ok, std::size_t record_bytes,
                           ExchangeEffects* effects) {
  const auto at = repairs_.find(number);
  if (ended_ || at == repairs_.end()) return;
  const Repair repair = at->second;
  repairs_.erase(at);
  (repair.is_push ? progress_.bytes_sent : progress_.bytes_received) += record_bytes;
  if (ok) {
    ++(repair.is_push ? progress_.keys_pushed : progress_.keys_fetched);
  } else {
    open_[repair.partition].unrepaired = true;
    if (++progress_.repairs_failed >= limits_.failed_repairs) {
      return fail({ErrorCode::kLimit, "anti-entropy: too many repairs failed"}, effects);
    }
  }
  close(repair.partition, effects);
  go_on(effects);
}

void Exchange::fail(Error error, ExchangeEffects* effects) {
  if (ended_) return;
  ended_ = true;
  asked_.reset();
  repairs_.clear();
  effects->ended.push_back({plan_.peer, std::move(error), progress_});
}

void Exchange::go_on(ExchangeEffects* effects) {
  if (!ended_) compare_stretches(effects);
  if (!ended_ && !asked_ && stretches_.empty()) {
    if (auto request = next_request()) ask(std::move(*request), effects);
  }
  if (ended_ || asked_ || !stretches_.empty() || !repairs_.empty()) return;
  ended_ = true;
  effects->ended.push_back({plan_.peer, std::nullopt, progress_});
}

void Exchange::compare_stretches(ExchangeEffects* effects) {
  while (!stretches_.empty() && repairs_.size() < limits_.repairs) {
    Stretch& stretch = stretches_.front();
    const NodeIndex partition = partition_of_leaf(stretch.leaf);
    auto difference = stretch.merge.next(records_, limits_.page);
    if (!difference) return fail(difference.error(), effects);
    if (*difference) {
      repair(partition, std::move(**difference), effects);
      continue;
    }
    const bool is_last = stretch.is_last;
    stretches_.pop_front();
    if (is_last) close(partition, effects);
  }
}

void Exchange::repair(NodeIndex partition, KeyDifference difference, ExchangeEffects* effects) {
  using Kind = KeyDifference::Kind;
  if (difference.kind == Kind::kConflict) {
    ++progress_.conflicts;
    effects->conflicts.push_back({plan_.peer, std::move(difference.key)});
    return;
  }
  const bool is_push = difference.kind == Kind::kOursIsNewer;
  if (is_push && plan_.pull_only) return;
  ++open_[partition].parts;
  const ExchangeNumber number = next_number_++;
  repairs_.emplace(number, Repair{partition, is_push});
  auto& rows = is_push ? effects->push : effects->fetch;
  rows.push_back({plan_.peer, number, std::move(difference.key)});
}

// Down before on: so that a list is empty when the nodes above it are asked about.
std::optional<TreeRequest> Exchange::next_request() {
  if (!leaves_.empty()) {
    return TreeRequest{TreeRequestKind::kDigests, take_front(limits_.nodes, &leaves_), after_};
  }
  if (!inner_.empty()) {
    return TreeRequest{TreeRequestKind::kInnerChildren, take_front(limits_.nodes, &inner_), ""};
  }
  if (!roots_.empty()) {
    return TreeRequest{TreeRequestKind::kRootChildren, take_front(limits_.nodes, &roots_), ""};
  }
  return std::nullopt;
}

void Exchange::ask(TreeRequest request, ExchangeEffects* effects) {
  if (progress_.requests == limits_.requests) {
    return fail({ErrorCode::kLimit, "anti-entropy: too many requests in one exchange"}, effects);
  }
  ++progress_.requests;
  asked_ = {next_number_++, std::move(request)};
  std::string payload = encode(asked_->request);
  progress_.bytes_sent += payload.size();
  effects->requests.push_back({plan_.peer, asked_->number, std::move(payload)});
}

void Exchange::close(NodeIndex partition, ExchangeEffects* effects) {
  Open& open = open_[partition];
  QUORATE_CHECK(open.parts > 0);
  if (--open.parts > 0) return;
  finish(partition, open.unrepaired ? PartitionOutcome::kUnrepaired : PartitionOutcome::kCompleted,
         effects);
}

void Exchange::finish(NodeIndex partition, PartitionOutcome outcome, ExchangeEffects* effects) {
  switch (outcome) {
    case PartitionOutcome::kCompleted:
      ++progress_.completed;
      break;
    case PartitionOutcome::kNotBuilt:
      ++progress_.not_built;
      break;
    case PartitionOutcome::kUnrepaired:
      ++progress_.unrepaired;
      break;
  }
  effects->finished.push_back({plan_.peer, partition, outcome});
}

}  // namespace quorate::node
