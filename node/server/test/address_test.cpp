#include "node/server/address.h"

#include <gtest/gtest.h>

namespace quorate::node {
namespace {

TEST(Address, ReadsAndWritesBothFamilies) {
  for (const char* text : {"127.0.0.1:0", "10.77.0.1:7000", "[::1]:65535"}) {
    const Result<Address> address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_string(*address), text);
  }
}

TEST(Address, RefusesWhatIsNoAddress) {
  for (const char* text : {"", ":", "7000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "127.0.0.1:-1", "127.0.0.1:7000x", "localhost:7000", "1.2.3:4"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(Members, KeepTheirOrderBecauseTheirPlaceIsTheReplicaIndex) {
  const auto members = parse_members("n2=10.0.0.2:7,n1=10.0.0.1:7");
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 2U);
  EXPECT_EQ((*members)[0], (ClusterMember{"n2", {"10.0.0.2", 7}}));
  EXPECT_EQ(find_member(*members, "n1").value(), 1U);
  EXPECT_FALSE(find_member(*members, "n3"));
}

TEST(Members, RefuseListsThatNameNobodyOrOneTwice) {
  for (const char* text : {"", "n1", "n1=", "=10.0.0.1:7", "n1=10.0.0.1:7,n1=10.0.0.2:7",
                           "n1=10.0.0.1:7,,n2=10.0.0.2:7", "n 1=10.0.0.1:7"}) {
    EXPECT_FALSE(parse_members(text)) << text;
  }
}

}  // namespace
}  // namespace quorate::node
