#include "harness/run/event_loop.h"

#include <atomic>
#include <thread>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using namespace std::chrono_literals;

// Longer than a test may take: a loop that waits for it fails by its time limit.
constexpr auto kFarAway = 1h;

TEST(EventLoop, ReturnsAtTheDeadlineAndSaysThatTheConditionDidNotHold) {
  EventLoop loop;
  const Instant deadline = monotonic_now() + 20ms;
  EXPECT_FALSE(loop.run_until([] { return false; }, deadline));
  EXPECT_GE(monotonic_now(), deadline);
}

TEST(EventLoop, ReturnsAtTheDeadlineAlsoWhereEventsNeverEnd) {
  EventLoop loop;
  std::int64_t served = 0;
  std::function<void()> again = [&] {
    ++served;
    boost::asio::post(loop.io(), again);
  };
  again();
  EXPECT_FALSE(loop.run_until([] { return false; }, monotonic_now() + 20ms));
  EXPECT_GT(served, 1);
}

TEST(EventLoop, AsksTheConditionBeforeItWaits) {
  EventLoop loop;
  EXPECT_TRUE(loop.run_until([] { return true; }, monotonic_now() + kFarAway));
  EXPECT_TRUE(loop.run_until([] { return true; }, monotonic_now() - 1s)) << "it holds all the same";
}

TEST(EventLoop, ReturnsAsSoonAsAnEventMakesTheConditionHold) {
  EventLoop loop;
  boost::asio::steady_timer never(loop.io(), kFarAway);
  never.async_wait([](boost::system::error_code) {});
  boost::asio::steady_timer soon(loop.io(), 5ms);
  bool done = false;
  soon.async_wait([&](boost::system::error_code) { done = true; });
  EXPECT_TRUE(loop.run_until([&] { return done; }, monotonic_now() + kFarAway));
}

TEST(EventLoop, ServesPostsFromOtherThreads) {
  EventLoop loop;
  int served = 0;
  const std::thread::id here = std::this_thread::get_id();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        boost::asio::post(loop.io(), [&] {
          EXPECT_EQ(std::this_thread::get_id(), here);
          ++served;
        });
      }
    });
  }
  EXPECT_TRUE(loop.run_until([&] { return served == 400; }, monotonic_now() + kFarAway));
  for (std::thread& thread : threads) thread.join();
}

TEST(EventLoop, WakesUpForAPostThatComesWhileItWaits) {
  EventLoop loop;
  bool waiting = false;
  bool done = false;
  std::thread other;
  // The first event starts the thread, so that its post comes when the loop runs already.
  boost::asio::post(loop.io(), [&] {
    waiting = true;
    other = std::thread([&] { boost::asio::post(loop.io(), [&] { done = true; }); });
  });
  loop.run_until([&] { return done; });
  other.join();
  EXPECT_TRUE(waiting);
}

TEST(EventLoop, CanBeRunAgainAndAgain) {
  EventLoop loop;
  for (int round = 0; round < 3; ++round) {
    bool done = false;
    boost::asio::post(loop.io(), [&] { done = true; });
    EXPECT_TRUE(loop.run_until([&] { return done; }, monotonic_now() + kFarAway));
    EXPECT_FALSE(loop.run_until([] { return false; }, monotonic_now() + 1ms));
  }
}

TEST(EventLoop, WaitsWithoutADeadlineForAPostThatComesLate) {
  EventLoop loop;
  std::atomic<int> asked = 0;
  bool done = false;
  std::thread other([&] {
    while (asked == 0) std::this_thread::yield();
    // Leaves a loop that would end for want of work the time to do so.
    std::this_thread::sleep_for(5ms);
    boost::asio::post(loop.io(), [&] { done = true; });
  });
  loop.run_until([&] {
    ++asked;
    return done;
  });
  other.join();
  EXPECT_EQ(asked, 2) << "asked before it waits and after the event, and not meanwhile";
}

TEST(EventLoop, RunsAgainAfterItWasStopped) {
  EventLoop loop;
  loop.io().stop();
  bool done = false;
  boost::asio::post(loop.io(), [&] { done = true; });
  loop.run_until([&] { return done; });
  loop.io().stop();
  boost::asio::post(loop.io(), [&] { done = false; });
  EXPECT_TRUE(loop.run_until([&] { return !done; }, monotonic_now() + kFarAway));
}

TEST(EventLoop, ServesWhatIsReadyWithoutADeadlineToo) {
  EventLoop loop;
  int served = 0;
  for (int i = 0; i < 1000; ++i) boost::asio::post(loop.io(), [&] { ++served; });
  loop.run_until([&] { return served == 1000; });
  EXPECT_EQ(served, 1000);
}

}  // namespace
}  // namespace quorate
