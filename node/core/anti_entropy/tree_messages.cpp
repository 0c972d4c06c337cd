#include "node/core/anti_entropy/tree_messages.h"

#include <utility>

#include "node/core/byte_codec.h"
#include "node/core/key_position.h"
#include "node/core/limits.h"

namespace quorate::node {

namespace {

Error protocol_error(const char* what) {
  return Error{ErrorCode::kProtocol, std::string("anti-entropy: ") + what};
}

// How many nodes a request of that kind may name, and how many there are; none of other kinds.
struct NodeBounds {
  std::size_t per_request = 0;
  std::size_t all = 0;
};

NodeBounds bounds_of(TreeRequestKind kind) {
  switch (kind) {
    case TreeRequestKind::kRoots:
      return {kPartitions, kPartitions};
    case TreeRequestKind::kRootChildren:
      return {kMaxNodesPerRequest, kPartitions};
    case TreeRequestKind::kInnerChildren:
      return {kMaxNodesPerRequest, kInnerNodes};
    case TreeRequestKind::kDigests:
      return {kMaxNodesPerRequest, kLeaves};
  }
  return {};
}

bool has_good_nodes(const TreeRequest& request) {
  const NodeBounds bounds = bounds_of(request.kind);
  if (request.nodes.empty() || request.nodes.size() > bounds.per_request) return false;
  for (std::size_t i = 1; i < request.nodes.size(); ++i) {
    if (request.nodes[i - 1] >= request.nodes[i]) return false;
  }
  return request.nodes.back() < bounds.all;
}

bool has_good_cursor(const TreeRequest& request) {
  if (request.after.empty()) return true;
  return request.kind == TreeRequestKind::kDigests &&
         leaf_of(position_of(request.after)) == request.nodes.front();
}

RecordDigest read_digest(ByteReader* reader) {
  RecordDigest digest;
  digest.key = reader->text(kMaxKeyBytes);
  digest.version = reader->version();
  const std::uint8_t tombstone = reader->u8();
  digest.tombstone = tombstone == 1;
  digest.value_hash = reader->u64();
  if (digest.key.size() < kMinKeyBytes || digest.version.is_none() || tombstone > 1) {
    reader->fail();
  }
  return digest;
}

// The digests lie in the leaves asked for and told, in order, behind the cursor.
bool fits(const DigestsReply& reply, const TreeRequest& asked) {
  if (reply.leaves > asked.nodes.size()) return false;
  if (reply.leaves == 0 && reply.digests.empty()) return false;
  std::size_t at = 0;
  std::string_view before = asked.after;
  for (const RecordDigest& digest : reply.digests) {
    if (!before.empty() && stored_order(before, digest.key) >= 0) return false;
    const NodeIndex leaf = leaf_of(position_of(digest.key));
    while (at < asked.nodes.size() && asked.nodes[at] < leaf) ++at;
    if (at > reply.leaves || at == asked.nodes.size() || asked.nodes[at] != leaf) return false;
    before = digest.key;
  }
  return true;
}

}  // namespace

std::string encode(const TreeRequest& request) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.u8(static_cast<std::uint8_t>(request.kind));
  writer.u32(static_cast<std::uint32_t>(request.nodes.size()));
  for (const NodeIndex node : request.nodes) writer.u16(node);
  writer.text(request.after);
  return bytes;
}

Result<TreeRequest> decode_tree_request(std::string_view payload) {
  ByteReader reader(payload);
  TreeRequest request;
  request.kind = static_cast<TreeRequestKind>(reader.u8());
  request.nodes.resize(reader.count(kPartitions));
  for (NodeIndex& node : request.nodes) node = reader.u16();
  request.after = reader.text(kMaxKeyBytes);
  if (!reader.done() || !has_good_nodes(request) || !has_good_cursor(request)) {
    return protocol_error("not a request");
  }
  return request;
}

std::string encode(const RootsReply& reply) {
  std::string bytes;
  ByteWriter writer(&bytes);
  for (const auto& root : reply) {
    writer.u8(root ? 1 : 0);
    writer.u64(root.value_or(0));
  }
  return bytes;
}

Result<RootsReply> decode_roots(std::string_view payload, const TreeRequest& asked) {
  ByteReader reader(payload);
  RootsReply reply(asked.kind == TreeRequestKind::kRoots ? asked.nodes.size() : 0);
  for (auto& root : reply) {
    const std::uint8_t built = reader.u8();
    const std::uint64_t hash = reader.u64();
    if (built > 1 || (built == 0 && hash != 0)) reader.fail();
    if (built == 1) root = hash;
  }
  if (reply.empty() || !reader.done()) return protocol_error("not the roots asked for");
  return reply;
}

std::string encode(const ChildrenReply& reply) {
  std::string bytes;
  ByteWriter writer(&bytes);
  for (const ChildHashes& hashes : reply) {
    for (const std::uint64_t hash : hashes) writer.u64(hash);
  }
  return bytes;
}

Result<ChildrenReply> decode_children(std::string_view payload, const TreeRequest& asked) {
  ByteReader reader(payload);
  const bool asked_for =
      asked.kind == TreeRequestKind::kRootChildren || asked.kind == TreeRequestKind::kInnerChildren;
  ChildrenReply reply(asked_for ? asked.nodes.size() : 0);
  for (ChildHashes& hashes : reply) {
    for (std::uint64_t& hash : hashes) hash = reader.u64();
  }
  if (reply.empty() || !reader.done()) return protocol_error("not the hashes asked for");
  return reply;
}

std::string encode(const DigestsReply& reply) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.u16(reply.leaves);
  writer.u32(static_cast<std::uint32_t>(reply.digests.size()));
  for (const RecordDigest& digest : reply.digests) {
    writer.text(digest.key);
    writer.version(digest.version);
    writer.u8(digest.tombstone ? 1 : 0);
    writer.u64(digest.value_hash);
  }
  return bytes;
}

Result<DigestsReply> decode_digests(std::string_view payload, const TreeRequest& asked) {
  ByteReader reader(payload);
  DigestsReply reply;
  reply.leaves = reader.u16();
  reply.digests.resize(reader.count(kMaxDigestsPerReply));
  for (RecordDigest& digest : reply.digests) digest = read_digest(&reader);
  if (asked.kind != TreeRequestKind::kDigests || !reader.done() || !fits(reply, asked)) {
    return protocol_error("not the digests asked for");
  }
  return reply;
}

}  // namespace quorate::node
