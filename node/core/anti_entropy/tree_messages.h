// What two replicas tell each other to find where they differ, and its bytes.
//
// A request asks for hashes of tree nodes, or for the digests of leaves. The form of a reply
// follows from its request, so it is read against the request; and whatever does not fit the
// request is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "node/core/anti_entropy/merkle_tree.h"
#include "node/core/anti_entropy/record_hash.h"

namespace quorate::node {

// Of inner nodes and leaves; the roots of all partitions go into one request.
inline constexpr std::size_t kMaxNodesPerRequest = 64;
inline constexpr std::size_t kMaxDigestsPerReply = 4096;

enum class TreeRequestKind : std::uint8_t {
  kRoots = 1,          // partitions -> their roots
  kRootChildren = 2,   // partitions -> the hashes of the 16 inner nodes below each
  kInnerChildren = 3,  // inner nodes -> the hashes of the 16 leaves below each
  kDigests = 4,        // leaves -> the digests of their records
};

struct TreeRequest {
  TreeRequestKind kind = TreeRequestKind::kRoots;
  std::vector<NodeIndex> nodes;  // ascending, not empty
  std::string after;  // of kDigests: a key in the first leaf, to go on behind it; "": all of it

  bool operator==(const TreeRequest&) const = default;
};

std::string encode(const TreeRequest& request);
// Errors: kProtocol.
Result<TreeRequest> decode_tree_request(std::string_view payload);

// One for each partition asked about; nothing where the peer's tree is not built.
using RootsReply = std::vector<std::optional<std::uint64_t>>;
// One for each node asked about.
using ChildrenReply = std::vector<ChildHashes>;

struct DigestsReply {
  std::uint16_t leaves = 0;  // how many leaves, from the first, are told to their end
  // Ascending in stored_order(); those of the leaves told, then some of the leaf after them. Not
  // empty if no leaf is told.
  std::vector<RecordDigest> digests;

  bool operator==(const DigestsReply&) const = default;
};

std::string encode(const RootsReply& reply);
std::string encode(const ChildrenReply& reply);
std::string encode(const DigestsReply& reply);
// Errors: kProtocol, also where `asked` was not asked for that.
Result<RootsReply> decode_roots(std::string_view payload, const TreeRequest& asked);
Result<ChildrenReply> decode_children(std::string_view payload, const TreeRequest& asked);
Result<DigestsReply> decode_digests(std::string_view payload, const TreeRequest& asked);

}  // namespace quorate::node
