#include "base/time.h"

#include <gtest/gtest.h>

namespace quorate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Duration, ReadsEveryUnitAndPlainSeconds) {
  EXPECT_EQ(parse_duration("250ms").value(), milliseconds(250));
  EXPECT_EQ(parse_duration("10").value(), seconds(10));
  EXPECT_EQ(parse_duration("1.5s").value(), milliseconds(1500));
  EXPECT_EQ(parse_duration("2m").value(), std::chrono::minutes(2));
  EXPECT_EQ(parse_duration("8h").value(), std::chrono::hours(8));
  EXPECT_EQ(parse_duration("100us").value(), std::chrono::microseconds(100));
}

TEST(Duration, RefusesWhatIsNotOneAndSaysSo) {
  for (const char* text : {"", "s", "-1s", "10 s", "5d", "1e99h", "nan"}) {
    const Result<Duration> parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(parsed.error().context.find("is not a duration"), std::string::npos);
  }
}

TEST(Duration, IsWrittenInTheFormThatIsRead) {
  for (const char* text : {"250ms", "10s", "1.5s", "2m", "8h", "100us", "0s", "12.5ms"}) {
    EXPECT_EQ(format_duration(parse_duration(text).value()), text);
  }
}

}  // namespace
}  // namespace quorate
