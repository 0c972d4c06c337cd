#include "node/core/anti_entropy/answer.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "node/core/key_position.h"

namespace quorate::node {

namespace {

std::string answer_roots(const TreeRequest& request, MerkleTree* tree) {
  RootsReply reply;
  reply.reserve(request.nodes.size());
  for (const NodeIndex partition : request.nodes) {
    reply.push_back(tree->is_built(partition) ? std::optional(tree->root(partition))
                                              : std::nullopt);
  }
  return encode(reply);
}

std::string answer_children(const TreeRequest& request, TreeLevel level, MerkleTree* tree) {
  ChildrenReply reply;
  reply.reserve(request.nodes.size());
  for (const NodeIndex node : request.nodes) reply.push_back(tree->children(level, node));
  return encode(reply);
}

Result<std::string> answer_digests(const TreeRequest& request, RecordRange* records,
                                   const AnswerLimits& limits) {
  DigestsReply reply;
  std::size_t bytes = 0;
  for (const NodeIndex leaf : request.nodes) {
    KeyRange range = leaf_range(leaf);
    if (reply.leaves == 0 && !request.after.empty()) range.after = record_key(request.after);
    auto page =
        records->digests(range, {limits.digests - reply.digests.size(), limits.bytes - bytes});
    if (!page) return page.error();
    QUORATE_CHECK(!page->more || !page->digests.empty(), "an empty page with more behind it");
    std::move(page->digests.begin(), page->digests.end(), std::back_inserter(reply.digests));
    bytes += page->bytes;
    if (page->more) break;
    ++reply.leaves;
    if (reply.digests.size() >= limits.digests || bytes >= limits.bytes) break;
  }
  return encode(reply);
}

// The level of the nodes that a request names; of kRoots none, because it may name any partition.
std::optional<TreeLevel> level_of(TreeRequestKind kind) {
  switch (kind) {
    case TreeRequestKind::kRoots:
      return std::nullopt;
    case TreeRequestKind::kRootChildren:
      return TreeLevel::kRoot;
    case TreeRequestKind::kInnerChildren:
      return TreeLevel::kInner;
    case TreeRequestKind::kDigests:
      return TreeLevel::kLeaf;
  }
  return std::nullopt;
}

// The first partition of the request whose tree may not be compared.
std::optional<NodeIndex> unbuilt(const TreeRequest& request, TreeLevel level,
                                 const MerkleTree& tree) {
  for (const NodeIndex node : request.nodes) {
    const NodeIndex partition = partition_of_node(level, node);
    if (!tree.is_built(partition)) return partition;
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> answer_tree_request(std::string_view payload, MerkleTree* tree,
                                        RecordRange* records, const AnswerLimits& limits) {
  const auto request = decode_tree_request(payload);
  if (!request) return request.error();
  const auto level = level_of(request->kind);
  if (!level) return answer_roots(*request, tree);
  if (const auto partition = unbuilt(*request, *level, *tree)) {
    return Error{ErrorCode::kUnsupported,
                 fmt::format("anti-entropy: the tree of partition {} is not built", *partition)};
  }
  if (*level == TreeLevel::kLeaf) return answer_digests(*request, records, limits);
  return answer_children(*request, *level, tree);
}

}  // namespace quorate::node
