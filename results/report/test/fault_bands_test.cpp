#include "results/report/fault_bands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/history_json.h"

namespace quorate {
namespace {

History history_of(const std::string& lines) { return parse_history(lines, "test").value(); }

TEST(FaultBands, LastFromInjectionToTheBeginningOfHealing) {
  const std::vector<FaultBand> bands = fault_bands(history_of(
      R"({"time":10,"process":"nemesis","type":"invoke","f":"inject-kill","value":null}
{"time":20,"process":"nemesis","type":"ok","f":"inject-kill","value":{"nodes":["n1","n4"],"pids":[1,2]}}
{"time":30,"process":"nemesis","type":"ok","f":"inject-slow-links","value":{"delay":"50ms"}}
{"time":40,"process":"nemesis","type":"invoke","f":"heal-kill","value":null}
{"time":60,"process":"nemesis","type":"ok","f":"heal-kill","value":null}
{"time":70,"process":"nemesis","type":"ok","f":"inject-kill","value":{"nodes":["n2"]}}
{"time":90,"process":"nemesis","type":"invoke","f":"heal-kill","value":null}
)"));
  ASSERT_EQ(bands.size(), 3U);
  EXPECT_EQ(bands[0].fault, "kill");
  EXPECT_EQ(bands[0].from_ns, 20);
  EXPECT_EQ(bands[0].to_ns, 40);
  EXPECT_THAT(bands[0].nodes, testing::ElementsAre("n1", "n4"));
  EXPECT_EQ(bands[1].fault, "slow-links");
  EXPECT_EQ(bands[1].to_ns, 90) << "never healed: until the end";
  EXPECT_TRUE(bands[1].nodes.empty());
  EXPECT_EQ(bands[2].from_ns, 70);
  EXPECT_EQ(bands[2].to_ns, 90);
}

TEST(FaultBands, WhatCouldNotBeInjectedIsNone) {
  const std::vector<FaultBand> bands = fault_bands(history_of(
      R"({"time":10,"process":"nemesis","type":"invoke","f":"inject-kill","value":null}
{"time":20,"process":"nemesis","type":"info","f":"inject-kill","value":{"error":"no"}}
{"time":30,"process":"nemesis","type":"invoke","f":"heal-kill","value":null}
)"));
  EXPECT_TRUE(bands.empty());
}

TEST(FaultBands, TheEndIsThatOfTheLastEventOfAnyKind) {
  EXPECT_EQ(end_ns(History()), 0);
  EXPECT_EQ(end_ns(history_of(
                R"({"time":10,"process":0,"type":"invoke","f":"write","value":1}
{"time":35,"process":0,"type":"info","f":"write","value":1}
)")),
            35);
}

}  // namespace
}  // namespace quorate
