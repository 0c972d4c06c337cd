#include "harness/run/own_cost.h"

#include <ctime>
#include <thread>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using namespace std::chrono_literals;

Duration cpu_time_of_this_thread() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// Processor time, however long it takes to get it.
void burn(Duration time) {
  const Duration end = cpu_time_of_this_thread() + time;
  while (cpu_time_of_this_thread() < end) {
  }
}

TEST(OwnCost, IsNullWhereNoLoadWasMeasured) {
  EventLoop loop;
  OwnCost cost(loop);
  EXPECT_TRUE(cost.to_json().is_null());
  cost.begin();
  EXPECT_TRUE(cost.to_json().is_null()) << "not over yet";
}

TEST(OwnCost, CountsProcessorTimeOfAllThreads) {
  EventLoop loop;
  OwnCost cost(loop);
  cost.begin();
  std::thread other([] { burn(60ms); });
  burn(60ms);
  other.join();
  cost.end();
  const Json json = cost.to_json();
  EXPECT_GE(json["load-s"].get<double>(), 0.06);
  EXPECT_GE(json["cpu-s"].get<double>(), 0.11);
  EXPECT_NEAR(json["cpu-share"].get<double>(),
              json["cpu-s"].get<double>() / json["load-s"].get<double>(), 1e-9);
  EXPECT_GT(json["peak-memory-bytes"].get<std::int64_t>(), 1'000'000);
  burn(20ms);
  EXPECT_EQ(cost.to_json()["cpu-s"], json["cpu-s"]) << "only the load counts";
}

TEST(OwnCost, TellsHowLateTheLoopWas) {
  EventLoop loop;
  OwnCost cost(loop);
  cost.begin();
  // Something keeps the loop busy when the first sample is due.
  boost::asio::post(loop.io(), [] { burn(50ms); });
  loop.run_until([] { return false; }, monotonic_now() + 400ms);
  cost.end();
  const Json delay = cost.to_json()["loop-delay"];
  EXPECT_GE(delay["samples"].get<int>(), 2);
  EXPECT_GE(delay["max-us"].get<double>(), 35'000);
  EXPECT_LE(delay["p50-us"].get<double>(), delay["max-us"].get<double>());
  loop.run_until([] { return false; }, monotonic_now() + 30ms);
  EXPECT_EQ(cost.to_json()["loop-delay"], delay) << "it went on after the load";
}

TEST(DelaySamples, KeepTheirQuantilesHoweverMany) {
  DelaySamples samples;
  EXPECT_EQ(samples.to_json(), (Json{{"samples", 0}}));
  for (std::int64_t i = 1; i <= 500'000; ++i) samples.add(i * 1000);
  const Json json = samples.to_json();
  EXPECT_EQ(json["samples"], 500'000);
  EXPECT_NEAR(json["p50-us"].get<double>(), 250'000, 1000);
  EXPECT_NEAR(json["p99-us"].get<double>(), 495'000, 1000);
  EXPECT_EQ(json["max-us"], 500'000.0);
}

}  // namespace
}  // namespace quorate
