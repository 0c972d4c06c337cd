#include "node/core/anti_entropy/tree_messages.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "node/core/key_position.h"
#include "node/core/limits.h"

namespace quorate::node {
namespace {

using Kind = TreeRequestKind;

NodeIndex leaf_of_key(std::string_view key) { return leaf_of(position_of(key)); }

// Keys of different leaves, in stored_order().
std::vector<std::string> some_keys() {
  std::vector<std::string> keys = {"a", "b", "c", "d"};
  std::sort(keys.begin(), keys.end(), [](const std::string& left, const std::string& right) {
    return stored_order(left, right) < 0;
  });
  return keys;
}

TreeRequest digests_of(const std::vector<std::string>& keys) {
  TreeRequest request{Kind::kDigests, {}, ""};
  for (const std::string& key : keys) request.nodes.push_back(leaf_of_key(key));
  return request;
}

RecordDigest digest(const std::string& key) { return {key, {1, 2, 3}, false, 4}; }

void expect_protocol_error(const auto& result, const char* why) {
  ASSERT_FALSE(result) << why;
  EXPECT_EQ(result.error().code, ErrorCode::kProtocol) << why;
}

std::vector<NodeIndex> first_nodes(std::size_t count) {
  std::vector<NodeIndex> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back(NodeIndex(i));
  return nodes;
}

TEST(TreeRequest, ComesOutAsItWentIn) {
  const TreeRequest requests[] = {
      {Kind::kRoots, first_nodes(256), ""},          {Kind::kRootChildren, {0, 255}, ""},
      {Kind::kInnerChildren, {0, 17, 4095}, ""},     {Kind::kDigests, {3, 65535}, ""},
      {Kind::kDigests, {leaf_of_key("key")}, "key"},
  };
  for (const TreeRequest& request : requests) {
    const auto back = decode_tree_request(encode(request));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, request);
  }
}

TEST(TreeRequest, IsRefusedIfItAsksForTooMuchOrForWhatIsNotThere) {
  const auto refused = [](const TreeRequest& request, const char* why) {
    expect_protocol_error(decode_tree_request(encode(request)), why);
  };
  refused({Kind::kRoots, {}, ""}, "nothing");
  refused({Kind::kRoots, {256}, ""}, "no such partition");
  refused({Kind::kRootChildren, {256}, ""}, "no such partition");
  refused({Kind::kInnerChildren, {4096}, ""}, "no such node");
  refused({Kind::kRootChildren, first_nodes(65), ""}, "too many");
  refused({Kind::kInnerChildren, first_nodes(65), ""}, "too many");
  refused({Kind::kDigests, first_nodes(65), ""}, "too many");
  refused({Kind::kRoots, {2, 1}, ""}, "descending");
  refused({Kind::kRoots, {1, 1}, ""}, "twice");
  refused({Kind::kRoots, {leaf_of_key("a")}, "a"}, "roots have no cursor");
  refused({Kind::kDigests, {NodeIndex(leaf_of_key("a") + 1)}, "a"}, "cursor in another leaf");
  refused({static_cast<Kind>(0), {1}, ""}, "no such kind");
  refused({static_cast<Kind>(5), {1}, ""}, "no such kind");
}

TEST(TreeRequest, IsRefusedIfCutAnywhereOrExtended) {
  const std::string bytes = encode({Kind::kDigests, {leaf_of_key("key")}, "key"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    expect_protocol_error(decode_tree_request(bytes.substr(0, size)), "cut");
  }
  expect_protocol_error(decode_tree_request(bytes + '\0'), "extended");
}

TEST(RootsReply, ComesOutAsItWentInAndFitsItsRequest) {
  const TreeRequest asked{Kind::kRoots, {1, 2, 3}, ""};
  const RootsReply reply = {5, std::nullopt, 0};
  const std::string bytes = encode(reply);
  const auto back = decode_roots(bytes, asked);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, reply);
  expect_protocol_error(decode_roots(bytes, {Kind::kRoots, {1, 2}, ""}), "one more");
  expect_protocol_error(decode_roots(bytes, {Kind::kRoots, {1, 2, 3, 4}, ""}), "one less");
  expect_protocol_error(decode_roots(bytes, {Kind::kRootChildren, {1, 2, 3}, ""}), "not asked");
  expect_protocol_error(decode_roots(bytes.substr(1) + '\2', asked), "neither built nor not");
}

TEST(ChildrenReply, ComesOutAsItWentInAndFitsItsRequest) {
  const TreeRequest asked{Kind::kInnerChildren, {1, 2}, ""};
  ChildrenReply reply(2);
  reply[0][3] = 7;
  reply[1][15] = ~std::uint64_t{0};
  const std::string bytes = encode(reply);
  const auto back = decode_children(bytes, asked);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, reply);
  expect_protocol_error(decode_children(bytes, {Kind::kRootChildren, {1}, ""}), "one more");
  expect_protocol_error(decode_children(bytes, {Kind::kRootChildren, {1, 2, 3}, ""}), "one less");
  expect_protocol_error(decode_children(bytes, {Kind::kDigests, {1, 2}, ""}), "not asked");
}

TEST(DigestsReply, ComesOutAsItWentIn) {
  const auto keys = some_keys();
  for (std::uint16_t leaves = 0; leaves <= 4; ++leaves) {
    DigestsReply reply{leaves, {}};
    for (std::size_t i = 0; i < keys.size() && i <= leaves; ++i) {
      reply.digests.push_back({keys[i], {i + 1, 2, 3}, i % 2 == 1, i});
    }
    const auto back = decode_digests(encode(reply), digests_of(keys));
    ASSERT_TRUE(back) << leaves;
    EXPECT_EQ(*back, reply);
  }
}

TEST(DigestsReply, IsRefusedIfItDoesNotFitItsRequest) {
  const auto keys = some_keys();
  const TreeRequest asked = digests_of(keys);
  const auto refused = [&](const DigestsReply& reply, const char* why) {
    expect_protocol_error(decode_digests(encode(reply), asked), why);
  };
  refused({0, {}}, "no progress");
  refused({5, {}}, "more leaves than asked");
  refused({1, {digest(keys[2])}}, "beyond the leaf that is told in part");
  refused({4, {digest(keys[1]), digest(keys[0])}}, "descending");
  refused({4, {digest(keys[1]), digest(keys[1])}}, "twice");
  refused({4, {digest("elsewhere")}}, "in no leaf asked for");
  refused({4, {{keys[0], {}, false, 0}}}, "no version");
  expect_protocol_error(decode_digests(encode(DigestsReply{1, {}}), {Kind::kRoots, {1}, ""}),
                        "not asked");
  TreeRequest further = asked;
  further.after = keys[0];
  expect_protocol_error(decode_digests(encode(DigestsReply{4, {digest(keys[0])}}), further),
                        "not behind the cursor");
}

TEST(DigestsReply, IsRefusedIfAKeyIsEmptyOrTooLong) {
  for (const std::size_t size : {std::size_t{0}, kMaxKeyBytes, kMaxKeyBytes + 1}) {
    const std::string key(size, 'x');
    const bool good = size == kMaxKeyBytes;
    const auto reply = decode_digests(encode(DigestsReply{1, {digest(key)}}), digests_of({key}));
    EXPECT_EQ(reply.has_value(), good) << size;
  }
}

TEST(TreeMessages, AreReadOrRefusedWhateverTheBytesAre) {
  const TreeRequest asked = digests_of(some_keys());
  const std::string good = encode(DigestsReply{4, {digest(some_keys()[0])}});
  RandomStream random(1, "bytes");
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good.substr(0, random.below(good.size() + 1));
    for (int j = 0; j < 2 && !bytes.empty(); ++j) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.next());
    }
    const auto reply = decode_digests(bytes, asked);
    EXPECT_TRUE(!reply || encode(*reply) == bytes);
    const auto request = decode_tree_request(bytes);
    EXPECT_TRUE(!request || encode(*request) == bytes);
  }
}

}  // namespace
}  // namespace quorate::node
