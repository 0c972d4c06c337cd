#include "node/server/storage/durability.h"

#include <gtest/gtest.h>

namespace quorate::node {
namespace {

TEST(DurabilityText, ReadsWhatItWrites) {
  for (const char* text : {"batch", "none", "periodic:250ms", "periodic:1ms", "periodic:10s"}) {
    const auto options = parse_store_options(text);
    ASSERT_TRUE(options) << text;
    EXPECT_EQ(to_string(*options), text);
  }
  EXPECT_EQ(parse_store_options("periodic")->durability, Durability::kPeriodic);
  EXPECT_EQ(parse_store_options("periodic")->period, StoreOptions{}.period);
}

TEST(DurabilityText, RefusesWhatIsNoDurability) {
  for (const char* text : {"", "Batch", "periodic:", "periodic:0ms", "periodic:11m", "periodic:x",
                           "batch:10ms", "none ", "periodic(10ms)"}) {
    const auto options = parse_store_options(text);
    ASSERT_FALSE(options) << text;
    EXPECT_EQ(options.error().code, ErrorCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace quorate::node
