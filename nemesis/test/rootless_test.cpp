// The packet network without /dev/net/tun, and without root: real namespaces, devices and TCP.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/time.h"
#include "nemesis/packet/packet_network.h"
#include "nemesis/packet/user_namespace.h"
#include "nemesis/test/network_test.h"

namespace quorate {
namespace {

using namespace traffic;
using ::testing::HasSubstr;

constexpr uid_t kNobody = 65534;

std::unique_ptr<Network> veth_network(std::vector<std::string> endpoints) {
  return PacketNetwork::create(std::move(endpoints), 1, DeviceKind::kVeth).value();
}

class VethNetworkTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "these tests are made for root";
  }
};

bool speaks_both_ways(const Network& network, std::string_view one, std::string_view other) {
  const TcpPair pair(network, one, other);
  send_text(pair.client, "there");
  if (receive_text(pair.server, kSoonMs) != "there") return false;
  send_text(pair.server, "and back");
  return receive_text(pair.client, kSoonMs) == "and back";
}

std::size_t interfaces_here() {
  std::size_t found = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/sys/class/net")) {
    ++found;
  }
  return found;
}

TEST_F(VethNetworkTest, DeliversBothWaysBetweenEveryTwoEndpoints) {
  const std::unique_ptr<Network> network = veth_network({"n1", "n2", "c1"});
  EXPECT_THAT(network->about(), HasSubstr("veth"));
  EXPECT_TRUE(speaks_both_ways(*network, "n1", "n2"));
  EXPECT_TRUE(speaks_both_ways(*network, "n2", "c1"));
  EXPECT_TRUE(speaks_both_ways(*network, "c1", "n1"));
  EXPECT_GT(network->counters("n1", "n2").forwarded, 0U);
}

// Also shows that checksums are computed by the sender: the receiver checks them.
TEST_F(VethNetworkTest, CarriesManyMegabytesUnharmed) {
  const std::unique_ptr<Network> network = veth_network({"n1", "n2"});
  EXPECT_TRUE(carries_many_megabytes(*network, "n1", "n2"));
}

TEST_F(VethNetworkTest, CutsOneDirectionAndHealsIt) {
  const std::unique_ptr<Network> network = veth_network({"n1", "n2"});
  const TcpPair pair(*network, "n1", "n2");
  ASSERT_TRUE(network->set_link("n1", "n2", LinkState{.cut = true}));
  send_text(pair.client, "late");
  EXPECT_EQ(receive_text(pair.server, kNeverMs), "");
  EXPECT_GT(network->counters("n1", "n2").cut, 0U);
  network->heal_all_links();
  EXPECT_EQ(receive_text(pair.server, kSoonMs), "late");
}

TEST_F(VethNetworkTest, LeavesTheMachinesOwnInterfacesAlone) {
  const std::size_t before = interfaces_here();
  {
    const std::unique_ptr<Network> network = veth_network({"n1", "n2", "n3"});
    EXPECT_EQ(interfaces_here(), before);
  }
  EXPECT_EQ(interfaces_here(), before);
}

TEST_F(VethNetworkTest, ReachesTheLastOfManyEndpoints) {
  std::vector<std::string> names;
  for (int i = 1; i <= 50; ++i) names.push_back("n" + std::to_string(i));
  const std::unique_ptr<Network> network = veth_network(names);
  EXPECT_TRUE(speaks_both_ways(*network, "n1", "n50"));
}

// Exit codes of the children below: they are processes of their own, which give up root.
enum Ending { kWell = 0, kNoNobody = 2, kNoRights = 3, kNoNetwork = 4, kWrongKind = 5, kMute = 6 };

// A /dev/net/tun that everybody, or only root, may open: in a mount namespace of this process's
// own.
void make_tun_file(mode_t mode) {
  const bool made = unshare(CLONE_NEWNS) == 0 &&
                    mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                    mount("none", "/dev/net", "tmpfs", 0, nullptr) == 0 &&
                    mknod("/dev/net/tun", S_IFCHR | mode, makedev(10, 200)) == 0 &&
                    chmod("/dev/net/tun", mode) == 0;
  if (!made) std::exit(kNoNobody);
}

void become_nobody() {
  const bool became = setgid(kNobody) == 0 && setuid(kNobody) == 0 && getuid() == kNobody &&
                      prctl(PR_SET_DUMPABLE, 1) == 0;  // as a program that nobody starts is
  if (!became || may_make_namespaces()) std::exit(kNoNobody);
}

[[noreturn]] void network_as_nobody(mode_t tun_mode, const char* kind) {
  make_tun_file(tun_mode);
  become_nobody();
  if (const auto gained = gain_namespaces(); !gained) {
    std::fputs(gained.error().context.c_str(), stderr);
    std::exit(kNoRights);
  }
  const auto network = make_packet_network({"n1", "n2", "c1"});
  if (!network) {
    std::fputs(network.error().context.c_str(), stderr);
    std::exit(kNoNetwork);
  }
  if ((*network)->about().find(kind) == std::string::npos) std::exit(kWrongKind);
  std::exit(speaks_both_ways(**network, "n1", "n2") ? kWell : kMute);
}

class AsNobodyTest : public VethNetworkTest {
 protected:
  void SetUp() override {
    VethNetworkTest::SetUp();
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }
};

TEST_F(AsNobodyTest, TunDevicesWorkWhereTheFileMayBeOpened) {
  EXPECT_EXIT(network_as_nobody(0666, "TUN"), testing::ExitedWithCode(kWell), "");
}

TEST_F(AsNobodyTest, VethPairsWorkWhereItMayNot) {
  EXPECT_EXIT(network_as_nobody(0600, "veth"), testing::ExitedWithCode(kWell), "");
}

[[noreturn]] void namespaces_denied() {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) std::exit(kNoNobody);  // counts the limit below
  const int limit = open("/proc/sys/user/max_user_namespaces", O_WRONLY);
  if (limit < 0 || write(limit, "0", 1) != 1) std::exit(kNoNobody);
  const auto possible = can_enter_user_namespace();
  if (possible) std::exit(kNoRights);
  std::fputs(possible.error().context.c_str(), stderr);
  std::exit(possible.error().code == ErrorCode::kUnsupported ? kWell : kNoNetwork);
}

TEST_F(AsNobodyTest, SaysWhatKeepsItFromNamespacesAndWhatWouldChangeThat) {
  EXPECT_EXIT(namespaces_denied(), testing::ExitedWithCode(kWell),
              "may not make network namespaces.*sysctl user.max_user_namespaces");
}

}  // namespace
}  // namespace quorate
