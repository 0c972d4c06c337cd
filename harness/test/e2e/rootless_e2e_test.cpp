// The main job without root, on each network that is left then, and what doctor says about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/test/e2e/as_nobody.h"
#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RootlessE2e : public testing::Test {
 protected:
  void SetUp() override {
    if (!packet_network_works()) GTEST_SKIP() << "these tests become user nobody: they need root";
    if (!nobody_may_make_namespaces()) GTEST_SKIP() << "no user namespaces for nobody here";
    open_to_nobody(scratch_.path());
  }

  Finished as_nobody(const std::string& tun_mode, bool confined,
                     const std::vector<std::string>& arguments) const {
    return Cli(scratch_.path(), arguments, nobody_prefix(scratch_.path(), tun_mode, confined))
        .wait();
  }
  std::vector<std::string> run_under_faults() const {
    return {"run",
            "--out",
            out(),
            "--time",
            "2",
            "--nodes",
            "3",
            "--seed",
            "5",
            "--nemesis",
            "kill,partition:halves",
            "--nemesis-interval",
            "500ms"};
  }
  std::filesystem::path out() const { return scratch_.path() / "out" / "run"; }
  Json network_used() const { return json_file(out() / "test.json")["network-used"]; }

  TemporaryFolder scratch_;
};

TEST_F(RootlessE2e, NobodyGetsThePacketNetworkOnTunDevices) {
  const Finished finished = as_nobody("0666", false, run_under_faults());
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, StartsWith("pass"));
  EXPECT_THAT(finished.err, StartsWith("network packet: "));
  EXPECT_EQ(network_used()["kind"], "packet");
  EXPECT_THAT(network_used()["about"].get<std::string>(), HasSubstr("TUN"));
}

TEST_F(RootlessE2e, NobodyGetsThePacketNetworkOnVethPairsWhereTunIsForRootOnly) {
  const Finished finished = as_nobody("0600", false, run_under_faults());
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, StartsWith("pass"));
  EXPECT_THAT(network_used()["about"].get<std::string>(), HasSubstr("veth"));
}

TEST_F(RootlessE2e, NobodyGetsTheProxyWhereNamespacesAreRefusedAndIsToldWhy) {
  const Finished finished = as_nobody("0666", true, run_under_faults());
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, StartsWith("pass"));
  EXPECT_THAT(finished.err, StartsWith("network proxy: "));
  EXPECT_EQ(network_used()["kind"], "proxy");
  EXPECT_THAT(network_used()["why"].get<std::string>(),
              HasSubstr("may not make network namespaces"));
}

TEST_F(RootlessE2e, APacketNetworkThatIsAskedForIsNotReplaced) {
  std::vector<std::string> arguments = run_under_faults();
  arguments.insert(arguments.end(), {"--network", "packet"});
  const Finished finished = as_nobody("0666", true, arguments);
  EXPECT_EQ(finished.exit_code, 254) << finished.out << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("--network packet: may not make network namespaces"));
  EXPECT_FALSE(std::filesystem::exists(out()));
}

TEST_F(RootlessE2e, DoctorSaysWhatWorksAndWhatWouldChangeTheRest) {
  const Finished veth = as_nobody("0600", false, {"doctor", "--json", "--out", out()});
  EXPECT_EQ(veth.exit_code, 0) << veth.out << veth.err;
  const Json told = parse_json(veth.out, "doctor").value();
  EXPECT_TRUE(told["ready"].get<bool>());
  std::map<std::string, Json> checks;
  for (const Json& check : told["checks"]) checks[check["name"].get<std::string>()] = check;
  EXPECT_FALSE(checks["tun"]["ok"].get<bool>());
  EXPECT_THAT(checks["tun"]["text"].get<std::string>(), HasSubstr("chmod 0666 /dev/net/tun"));
  for (const char* name : {"namespaces", "veth", "packet", "proxy", "quorate-node", "folder"}) {
    EXPECT_TRUE(checks[name]["ok"].get<bool>()) << checks[name];
  }
  const Finished proxy = as_nobody("0666", true, {"doctor", "--out", out()});
  EXPECT_EQ(proxy.exit_code, 0) << proxy.out << proxy.err;
  EXPECT_THAT(proxy.out, HasSubstr("--network proxy"));
  EXPECT_FALSE(std::filesystem::exists(out())) << "it leaves nothing behind";
}

TEST_F(RootlessE2e, DoctorIsNotContentWithoutAPlaceForRuns) {
  const Finished finished = as_nobody("0666", false, {"doctor", "--out", "/proc/nowhere"});
  EXPECT_EQ(finished.exit_code, 1) << finished.out;
  EXPECT_THAT(finished.out, HasSubstr("not ready"));
}

class ProxyE2e : public testing::TestWithParam<const char*> {
 protected:
  Finished run(std::vector<std::string> more) {
    more.insert(more.begin(),
                {"run", "--quiet", "--out", (scratch_.path() / "run").string(), "--network",
                 "proxy", "--mode", GetParam(), "--time", "4", "--nemesis-interval", "1s"});
    return Cli(scratch_.path(), std::move(more)).wait();
  }
  TemporaryFolder scratch_;
};

TEST_P(ProxyE2e, QuorumsThatMeetPassUnderKillsAndPartitions) {
  const Finished finished = run({"--r", "3", "--w", "3", "--nemesis", "kill,partition"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, StartsWith("pass"));
  const Json cost = json_file(scratch_.path() / "run" / "results.json")["measures"]["harness"];
  EXPECT_EQ(cost["network"]["samples"], 5 * 50) << cost;
}

TEST_P(ProxyE2e, QuorumsThatNeedNotMeetAreFlaggedForStaleReads) {
  const Finished finished = run(
      {"--r", "2", "--w", "2", "--nemesis", "partition:halves", "--expect-violation", "latest"});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("stale read"));
}

INSTANTIATE_TEST_SUITE_P(, ProxyE2e, testing::Values("coordinator", "client"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace quorate::e2e
