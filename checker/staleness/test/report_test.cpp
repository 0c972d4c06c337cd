#include "checker/staleness/report.h"

#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checker/staleness/test/staleness_oracle.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

StalenessReport report_of(const std::vector<TestOp>& ops, const StalenessOptions& options = {}) {
  return measure_staleness_in_full(history_of(ops), options, Budget{});
}
StalenessReport report_of(std::string_view notation) { return report_of(parse_ops(notation)); }

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(StalenessReport, OfTheoryHistories) {
  const StalenessReport h31 = report_of("W1[1,2] W2[3,4] W3[5,6] R1[7,8]");
  EXPECT_EQ(h31.k.value, 3);
  EXPECT_EQ(h31.delta.value, 3'000'000);
  EXPECT_EQ(h31.reads_by_k.at(3), 1U);
  const StalenessReport h33 = report_of("W1[1,2] W2[3,10] R2[4,5] R1[6,7]");
  EXPECT_EQ(h33.k.value, 2);
  EXPECT_EQ(h33.delta.value, 1'000'000);
  EXPECT_EQ(h33.gamma.value, 1'000'000);
  EXPECT_EQ(h33.worst_keys[0].k_weak_max, 1U);
  const StalenessReport h34 = report_of("W1[1,4] W2[2,5] W3[3,6] R1[7,10] R2[8,11] R3[9,12]");
  EXPECT_EQ(h34.k.value, 3);
  EXPECT_TRUE(h34.k_exact);
  EXPECT_EQ(h34.worst_keys[0].k_weak_max, 1U);
  EXPECT_EQ(h34.reads_by_k.at(1), 3U);
}

TEST(StalenessReport, NamesTheWorstKeys) {
  const StalenessReport report = report_of(
      "a:W1[1,2] a:W2[3,4] a:R1[5,6] b:W3[11,12] b:W4[13,14] b:W5[15,16] b:R3[17,18] "
      "c:W6[21,22] c:R6[23,24]");
  EXPECT_EQ(report.keys, 3U);
  ASSERT_EQ(report.worst_keys.size(), 3U);
  EXPECT_EQ(report.worst_keys[0].key, "b");
  EXPECT_EQ(report.worst_keys[1].key, "a");
  EXPECT_EQ(report.k.key, "b");
  EXPECT_EQ(report.delta.key, "b");
}

TEST(StalenessReport, IncludesTheNumbersOfMeasureStaleness) {
  const History history = history_of("W1[1,2] W2[3,4] R1[5,6] R2[7,8] R1[9,10]");
  const StalenessReport report = measure_staleness_in_full(history, {}, Budget{});
  EXPECT_EQ(report.summary, measure_staleness(history));
  const Json json = to_json(report);
  EXPECT_EQ(json["k_max"], 2);
  EXPECT_EQ(json["smallest_k"], 2);
}

TEST(StalenessReport, SaysAtLeastWhereWritesOfUnknownOutcomeWereRead) {
  const StalenessReport report = report_of("W1[1,INF]i W2[2,3] R1[4,5] R2[6,7] R1[8,9]");
  EXPECT_TRUE(report.lower_bounds);
  EXPECT_EQ(report.k.value, 2);
  EXPECT_NE(joined(staleness_table(report)).find("≥ 2"), std::string::npos);
}

TEST(StalenessReport, JudgesNoKeyThatItCannot) {
  const StalenessReport duplicate = report_of("W1[1,2] W1[3,4] R1[5,6] y:W2[7,8] y:R2[9,10]");
  EXPECT_EQ(duplicate.keys_not_judged, 1U);
  EXPECT_NE(duplicate.not_judged_reason.find("two writes"), std::string::npos);
  EXPECT_EQ(duplicate.summary["reads_not_judged"], 1);
  const History history = history_of("W1[1,2] R1[3,4]");
  const StalenessReport late = measure_staleness_in_full(history, {}, Budget{Duration{0}, 1 << 30});
  EXPECT_EQ(late.keys_not_judged, 1U);
  const StalenessReport small =
      measure_staleness_in_full(history, {}, Budget{std::chrono::seconds(9), 10});
  EXPECT_NE(small.not_judged_reason.find("bytes"), std::string::npos);
}

TEST(StalenessReport, ExplainsTheReadItsWriteAndTheWritesBetween) {
  const StalenessReport report = report_of("W1[1,2] W2[3,4] W3[5,6] R1[7,8]");
  const std::string text = joined(report.lines);
  for (const char* part :
       {"k = 3", "wrote 1 ", "wrote 2 ", "wrote 3 ", "read 1 ", "Delta = 3.000 ms"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(StalenessReport, ExplainsTheValuesThatFitNoOrder) {
  const StalenessReport report =
      report_of("W1[1,4] W2[2,5] W3[3,6] R1[7,10] R2[8,11] R3[9,12] W4[20,21] R4[22,23]");
  const std::string text = joined(report.lines);
  EXPECT_NE(text.find("k > 2"), std::string::npos) << text;
  EXPECT_EQ(text.find("wrote 4"), std::string::npos) << text;
}

TEST(StalenessReport, CountsOnlyWritesThatBeganAfterTheValue) {
  const StalenessReport report = report_of("W2[1,4] W1[2,5] W3[6,7] W4[8,9] R1[10,11]");
  const std::string text = joined(report.lines);
  EXPECT_NE(text.find("2 versions behind"), std::string::npos) << text;
  EXPECT_EQ(text.find("wrote 2"), std::string::npos) << text;
}

TEST(StalenessReport, OfNothingHasNumbersToo) {
  const StalenessReport report = report_of("");
  EXPECT_EQ(report.keys, 0U);
  EXPECT_TRUE(report.lines.empty());
  EXPECT_EQ(to_json(report)["smallest_k"], 0);
  EXPECT_TRUE(staleness_table(report).empty());
}

bool all_finite(const Json& json) {
  if (json.is_number_float()) return std::isfinite(json.get<double>());
  if (!json.is_structured()) return true;
  for (const Json& part : json) {
    if (!all_finite(part)) return false;
  }
  return true;
}

TEST(StalenessReport, IsFiniteAndDeterministicOnRandomHistories) {
  RandomStream random(5, "report");
  StalenessOptions options;
  options.sizes = {3, 1, 1};
  options.trials = 50;
  for (int round = 0; round < random_rounds() / 20; ++round) {
    options.fan_out_exact = round % 2 == 0;
    const auto ops = round % 3 == 0 ? random_ops(&random) : oracle::random_stale_ops(5, 5, &random);
    const StalenessReport report = report_of(ops, options);
    const Json json = to_json(report);
    ASSERT_TRUE(all_finite(json)) << json.dump() << to_notation(ops);
    ASSERT_EQ(json, to_json(report_of(ops, options))) << to_notation(ops);
    ASSERT_EQ(report.summary, measure_staleness(history_of(ops)));
    staleness_table(report);
  }
}

// Writes and reads that alternate on many keys. Reads come `gaps` positions after their write, and
// return the value before it where `stale` says so.
std::vector<TestOp> probe(int rounds, const std::function<bool(int)>& stale) {
  std::vector<TestOp> ops;
  for (int i = 1; i <= rounds; ++i) {
    const Position at = 1000 * Position{i};
    ops.push_back({Function::kWrite, i, at, at + 4});
    ops.push_back({Function::kRead, stale(i) ? i - 1 : i, at + 5, at + 9});
  }
  return ops;
}

TEST(StalenessReport, ConfirmsThePredictionOfAStoreThatBehavesLikeTheModel) {
  // Three replicas, one asked, fan-out exact, equal delays: one read of three is fresh.
  RandomStream random(6, "report");
  StalenessOptions options;
  options.sizes = {3, 1, 1};
  options.fan_out_exact = true;
  options.margin = 0.05;
  const StalenessReport model =
      report_of(probe(6000, [&](int) { return random.chance(2.0 / 3); }), options);
  ASSERT_TRUE(model.prediction.made) << model.prediction.reason;
  EXPECT_NEAR(model.fresh.predicted, 1.0 / 3, 0.01);
  EXPECT_EQ(model.fresh.decision, Decision::kConfirmed) << joined(staleness_table(model));
  EXPECT_EQ(model.buckets[0].fresh.decision, Decision::kConfirmed);
  const StalenessReport better =
      report_of(probe(6000, [&](int) { return random.chance(0.4); }), options);
  EXPECT_EQ(better.fresh.decision, Decision::kRefuted);
  const StalenessReport few =
      report_of(probe(20, [&](int) { return random.chance(2.0 / 3); }), options);
  EXPECT_EQ(few.fresh.decision, Decision::kNeedMore);
}

TEST(StalenessReport, TableStandsInColumns) {
  StalenessOptions options;
  options.sizes = {3, 1, 1};
  const StalenessReport report = report_of(probe(50, [](int i) { return i % 5 == 0; }), options);
  const std::vector<std::string> lines = staleness_table(report);
  const std::string text = joined(lines);
  for (const char* part :
       {"smallest k", "time since the write", "1ms to 2ms", "within 2 versions", "estimated"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(MessageDelays, AreHalfOfWhatClientsSaw) {
  const History history = history_of("W1[1,5] R1[6,8] W2[9,INF]i");
  const MessageDelays delays = estimate_delays(history);
  ASSERT_EQ(delays.replicas.size(), 1U);
  EXPECT_EQ(delays.replicas[0].write, std::vector<std::int64_t>{2'000'000});
  EXPECT_EQ(delays.replicas[0].acknowledge, delays.replicas[0].write);
  EXPECT_EQ(delays.replicas[0].read, std::vector<std::int64_t>{1'000'000});
  EXPECT_EQ(delays.replicas[0].respond, delays.replicas[0].read);
  EXPECT_NE(delays.source.find("estimated"), std::string::npos);
  EXPECT_TRUE(estimate_delays(history_of("")).empty());
}

}  // namespace
}  // namespace quorate
