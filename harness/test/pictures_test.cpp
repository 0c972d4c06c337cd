#include "harness/run/pictures.h"

#include <set>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/test/temporary_folder.h"
#include "checker/checker.h"
#include "results/history_json.h"

namespace quorate {
namespace {

constexpr std::string_view kStale =
    R"({"process":1,"type":"invoke","f":"write","key":"x","value":1}
{"process":1,"type":"ok","f":"write","key":"x","value":1}
{"process":2,"type":"invoke","f":"read","key":"x","value":null}
{"process":2,"type":"ok","f":"read","key":"x","value":null}
)";

Verdict verdict_on(const History& history, std::vector<Property> properties) {
  Verdict verdict;
  for (const Property property : properties) {
    PropertyVerdict judged{.property = property};
    judged.result = register_checker(property)->check(history, Budget{});
    verdict.properties.push_back(judged);
  }
  return verdict;
}

TEST(Pictures, AreNamedAfterPropertyAndAnomaly) {
  const TemporaryFolder scratch;
  const History history = parse_history(kStale, "test").value();
  const auto folder = scratch.path() / "deep" / "pictures";
  const Verdict verdict = verdict_on(history, {Property::kLatest, Property::kLinearizable});
  EXPECT_EQ(write_pictures(folder, history, verdict).value(), 2);
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  const std::set<std::string> expected{"latest-1-stale-read.svg", "linearizable-1-stale-read.svg"};
  EXPECT_EQ(names, expected);
  EXPECT_TRUE(read_file(folder / "latest-1-stale-read.svg").value().starts_with("<svg"));
}

TEST(Pictures, NeedNoFolderWhereNothingIsWrong) {
  const TemporaryFolder scratch;
  const History history = parse_history(kStale, "test").value();
  const Verdict verdict = verdict_on(history, {Property::kNoDirtyRead});
  EXPECT_EQ(write_pictures(scratch.path() / "pictures", history, verdict).value(), 0);
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "pictures"));
}

TEST(Pictures, SayWhereTheyCannotBeWritten) {
  const TemporaryFolder scratch;
  const History history = parse_history(kStale, "test").value();
  const auto written =
      write_pictures("/proc/pictures", history, verdict_on(history, {Property::kLatest}));
  ASSERT_FALSE(written.has_value());
  EXPECT_NE(written.error().context.find("/proc/pictures"), std::string::npos);
}

}  // namespace
}  // namespace quorate
