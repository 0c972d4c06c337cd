// The packet network as a whole: real namespaces, real devices, real TCP and UDP.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <thread>

#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/time.h"
#include "nemesis/test/network_test.h"

namespace quorate {
namespace {

using namespace traffic;
using ::testing::HasSubstr;

class PacketNetworkTest : public NetworkTest {};

ino_t own_namespace() {
  struct stat about {};
  QUORATE_CHECK(stat("/proc/thread-self/ns/net", &about) == 0);
  return about.st_ino;
}

ino_t namespace_of(const Network& network, std::string_view endpoint) {
  struct stat about {};
  QUORATE_CHECK(fstat(network.namespace_fd(endpoint), &about) == 0);
  return about.st_ino;
}

std::size_t entries_of(const char* folder) {
  DIR* open = opendir(folder);
  QUORATE_CHECK(open != nullptr);
  std::size_t entries = 0;
  while (readdir(open) != nullptr) ++entries;
  closedir(open);
  return entries;
}

std::size_t switch_threads() {
  std::size_t found = 0;
  std::error_code gone;  // a thread may end while it is looked at
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", gone)) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    if (name == "packet-switch") ++found;
  }
  return found;
}

// A thread names itself when it first runs, and leaves /proc a little after it has been joined.
bool switch_threads_become(std::size_t wanted) {
  const Instant deadline = monotonic_now() + std::chrono::milliseconds(kSoonMs);
  while (switch_threads() != wanted) {
    if (monotonic_now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST_F(PacketNetworkTest, DeliversBothWaysBetweenEveryTwoEndpoints) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2", "c1"});
  for (const auto& [from, to] :
       {std::pair("n1", "n2"), std::pair("n2", "c1"), std::pair("c1", "n1")}) {
    const TcpPair pair(*network, from, to);
    send_text(pair.client, "there");
    EXPECT_EQ(receive_text(pair.server, kSoonMs), "there");
    send_text(pair.server, "and back");
    EXPECT_EQ(receive_text(pair.client, kSoonMs), "and back");
  }
}

TEST_F(PacketNetworkTest, CarriesManyMegabytesUnharmed) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  EXPECT_TRUE(carries_many_megabytes(*network, "n1", "n2"));
}

TEST_F(PacketNetworkTest, CutsOneDirectionAndLeavesTheOtherAlone) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2", "n3"});
  const UdpPair pair(*network, "n1", "n2");
  const UdpPair bystanders(*network, "n1", "n3");
  ASSERT_TRUE(network->set_link("n1", "n2", LinkState{.cut = true}));
  send_text(pair.left, "lost");
  send_text(pair.right, "arrives");
  send_text(bystanders.left, "passes by");
  EXPECT_EQ(receive_text(pair.left, kSoonMs), "arrives");
  EXPECT_EQ(receive_text(bystanders.right, kSoonMs), "passes by");
  EXPECT_EQ(receive_text(pair.right, kNeverMs), "");
  ASSERT_TRUE(network->set_link("n1", "n2", LinkState{}));
  send_text(pair.left, "healed");
  EXPECT_EQ(receive_text(pair.right, kSoonMs), "healed");
}

TEST_F(PacketNetworkTest, LetsTcpGoOnAfterHealingAsIfNothingHadHappened) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  const TcpPair pair(*network, "n1", "n2");
  ASSERT_TRUE(network->set_link("n1", "n2", LinkState{.cut = true}));
  send_text(pair.client, "late");
  EXPECT_EQ(receive_text(pair.server, kNeverMs), "");
  network->heal_all_links();
  EXPECT_EQ(receive_text(pair.server, kSoonMs), "late");
  network->heal_all_links();
}

TEST_F(PacketNetworkTest, CountsWhatItForwardsAndWhatItCuts) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  const UdpPair pair(*network, "n1", "n2");
  for (int i = 0; i < 7; ++i) {
    send_text(pair.left, "x");
    ASSERT_EQ(receive_text(pair.right, kSoonMs), "x");
  }
  ASSERT_TRUE(network->set_link("n1", "n2", LinkState{.cut = true}));
  for (int i = 0; i < 5; ++i) send_text(pair.left, "x");
  const Instant deadline = monotonic_now() + std::chrono::milliseconds(kSoonMs);
  while (network->counters("n1", "n2").cut < 5 && monotonic_now() < deadline) {
    std::this_thread::yield();
  }
  const LinkCounters there = network->counters("n1", "n2");
  EXPECT_EQ(there.forwarded, 7U);
  EXPECT_EQ(there.cut, 5U);
  EXPECT_EQ(there.refused, 0U);
  EXPECT_EQ(network->counters("n2", "n1").forwarded, 0U);
}

TEST_F(PacketNetworkTest, GivesEveryEndpointANamespaceAndAnAddressOfItsOwn) {
  std::vector<std::string> names;
  for (int i = 1; i <= 25; ++i) names.push_back("n" + std::to_string(i));
  const Instant start = monotonic_now();
  const std::unique_ptr<Network> network = network_of(names);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(monotonic_now() - start);
  RecordProperty("set_up_us", std::to_string(took.count()));
  std::set<ino_t> namespaces{own_namespace()};
  std::set<std::string> addresses;
  for (const std::string& name : names) {
    EXPECT_TRUE(namespaces.insert(namespace_of(*network, name)).second);
    addresses.insert(network->address(name));
  }
  EXPECT_EQ(addresses.size(), 25U);
  const TcpPair far(*network, "n1", "n25");
  send_text(far.client, "hello");
  EXPECT_EQ(receive_text(far.server, kSoonMs), "hello");
}

TEST_F(PacketNetworkTest, LetsTwoNetworksWithTheSameAddressesStandSideBySide) {
  const std::unique_ptr<Network> one = network_of({"n1", "n2"});
  const std::unique_ptr<Network> two = network_of({"n1", "n2"});
  const TcpPair in_one(*one, "n1", "n2");
  const TcpPair in_two(*two, "n1", "n2");
  send_text(in_one.client, "one");
  send_text(in_two.client, "two");
  EXPECT_EQ(receive_text(in_one.server, kSoonMs), "one");
  EXPECT_EQ(receive_text(in_two.server, kSoonMs), "two");
}

TEST_F(PacketNetworkTest, LeavesNeitherDescriptorNorThreadNorDeviceBehind) {
  const std::size_t files = entries_of("/proc/self/fd");
  const std::size_t devices = entries_of("/sys/class/net");
  {
    const std::unique_ptr<Network> network = network_of({"n1", "n2", "n3"});
    EXPECT_GE(entries_of("/proc/self/fd"), files + 6);
    EXPECT_TRUE(switch_threads_become(1));
    EXPECT_EQ(entries_of("/sys/class/net"), devices);
  }
  EXPECT_EQ(entries_of("/proc/self/fd"), files);
  EXPECT_TRUE(switch_threads_become(0));
  EXPECT_EQ(entries_of("/sys/class/net"), devices);
}

TEST_F(PacketNetworkTest, HandsNoDescriptorToTheProcessesItStarts) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  for (int fd = 3; fd < 256; ++fd) {
    const int flags = fcntl(fd, F_GETFD);
    if (flags < 0) continue;
    std::array<char, 256> target{};
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    ASSERT_GT(readlink(link.c_str(), target.data(), target.size() - 1), 0);
    const std::string_view name(target.data());
    const bool ours = name == "/dev/net/tun" || name.starts_with("net:[") ||
                      name == "anon_inode:[eventpoll]" || name == "anon_inode:[eventfd]" ||
                      name == "anon_inode:[timerfd]";
    EXPECT_TRUE(!ours || (flags & FD_CLOEXEC) != 0) << name;
  }
}

TEST_F(PacketNetworkTest, CanBeDestroyedUnderTraffic) {
  for (int round = 0; round < 10; ++round) {
    std::unique_ptr<Network> network = network_of({"n1", "n2"});
    const UdpPair pair(*network, "n1", "n2");
    std::atomic<bool> stop{false};
    std::thread talker([&] {
      // Once the device is gone, sending fails; that is part of the test.
      while (!stop) send(pair.left.get(), "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    });
    EXPECT_EQ(receive_text(pair.right, kSoonMs), "x");
    network.reset();
    stop = true;
    talker.join();
  }
}

TEST_F(PacketNetworkTest, SurvivesADeviceTakenDownFromInside) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2", "n3"});
  {
    const ScopedNamespace inside(network->namespace_fd("n1"));
    ASSERT_EQ(std::system("ip link delete quorate0 2>/dev/null"), 0);
  }
  const TcpPair pair(*network, "n2", "n3");
  send_text(pair.client, "still here");
  EXPECT_EQ(receive_text(pair.server, kSoonMs), "still here");
}

TEST_F(PacketNetworkTest, ScopedNamespaceReturnsToWhereItCameFrom) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  const ino_t home = own_namespace();
  {
    const ScopedNamespace outer(network->namespace_fd("n1"));
    EXPECT_EQ(own_namespace(), namespace_of(*network, "n1"));
    {
      const ScopedNamespace inner(network->namespace_fd("n2"));
      EXPECT_EQ(own_namespace(), namespace_of(*network, "n2"));
      const ScopedNamespace nothing(-1);
      EXPECT_EQ(own_namespace(), namespace_of(*network, "n2"));
    }
    EXPECT_EQ(own_namespace(), namespace_of(*network, "n1"));
  }
  EXPECT_EQ(own_namespace(), home);
}

TEST_F(PacketNetworkTest, RefusesLinksAndEndpointsThatDoNotExist) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  EXPECT_EQ(network->set_link("n1", "n9", LinkState{}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(network->set_link("n9", "n1", LinkState{}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(network->set_link("n1", "n1", LinkState{}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(make_packet_network({"n1", "n1"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(make_packet_network(std::vector<std::string>(251, "n")).error().code,
            ErrorCode::kLimit);
}

// Runs in a process of its own, which has given up root.
[[noreturn]] void try_as_nobody() {
  if (setuid(65534) != 0) std::exit(2);
  const Result<std::unique_ptr<Network>> network = make_packet_network({"n1", "n2"});
  if (network) std::exit(3);
  std::fputs(network.error().to_string().c_str(), stderr);
  std::exit(network.error().code == ErrorCode::kUnsupported ? 0 : 4);
}

TEST_F(PacketNetworkTest, WithoutRootSaysWhatIsMissingAndWhatToDo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(try_as_nobody(), testing::ExitedWithCode(0), "that needs root, or a user namespace");
}

}  // namespace
}  // namespace quorate
