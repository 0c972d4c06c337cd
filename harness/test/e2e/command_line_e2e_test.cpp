// Wrong use is refused with exit 254, in words, before anything starts.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using testing::HasSubstr;

struct Refusal {
  std::vector<std::string> arguments;
  std::string says;
};

Finished quorate(std::vector<std::string> arguments) {
  const TemporaryFolder scratch;
  return Cli(scratch.path(), std::move(arguments)).wait();
}

TEST(CommandLineE2e, WrongUseIsRefusedInWords) {
  const std::vector<Refusal> refusals{
      {{}, "subcommand"},
      {{"fly"}, "fly"},
      {{"run", "--speed", "9"}, "--speed"},
      {{"run", "--r", "6"}, "--r is 6, and must be between 1 and 5"},
      {{"run", "--nodes", "0"}, "--nodes is 0"},
      {{"run", "--n", "6"}, "--n is 6, and must be between 1 and 5"},
      {{"run", "--mode", "psychic"}, "there is: coordinator, client"},
      {{"run", "--version-scheme", "zodiac"}, "unknown"},
      {{"run", "--read-mode", "sometimes"}, "there is: none, async, blocking, write-back"},
      {{"run", "--fan-out", "some"}, "there is: all, exact"},
      {{"run", "--durability", "fsync"}, "there is: batch, periodic, none"},
      {{"run", "--network", "pigeon"}, "there is: auto, packet, proxy, none"},
      {{"run", "--nemesis", "earthquake"}, "earthquake"},
      {{"run", "--nemesis", "partition", "--network", "none"}, "none"},
      {{"run", "--workload", "bank"}, "there is: register, delete, set, counter, sessions"},
      {{"run", "--workload", "counter", "--keys", "9"}, "the counter workload has no --keys"},
      {{"run", "--probe-delay", "9ms"}, "the register workload has no --probe-delay"},
      {{"run", "--key-distribution", "flat"}, "there is: uniform, zipf, hot-cold"},
      {{"run", "--writers", "few"}, "there is: any, one-per-key"},
      {{"run", "--system", "oracle"}, "there is: quorate"},
      {{"run", "--time", "soon"}, "is not a duration"},
      {{"run", "--timeout", "1ms"}, "--timeout is 1ms"},
      {{"run", "--seed", "lucky"}, "--seed lucky"},
      {{"run", "--property", "perfect"}, "there is: latest"},
      {{"run", "--property", "causal"}, "no checker judges \"causal\""},
      {{"run", "--expect-violation", "causal"}, "no checker judges \"causal\""},
      {{"run", "--expect-violation", "perfect"}, "there is: latest"},
      {{"run", "--read-share", "1.5"}, "between 0 and 1"},
      {{"check"}, "target"},
      {{"check", "nowhere.jsonl"}, "nowhere.jsonl"},
      {{"check", "/", "--model", "queue"}, "there is: register"},
      {{"check", "/", "--budget", "much"}, "--budget much"},
      {{"check", "/", "--initial", "{"}, "--initial"},
      {{"check", "/"}, "test.json"}};
  for (const Refusal& refusal : refusals) {
    const Finished finished = quorate(refusal.arguments);
    EXPECT_EQ(finished.exit_code, 254) << testing::PrintToString(refusal.arguments);
    EXPECT_THAT(finished.err + finished.out, HasSubstr(refusal.says))
        << testing::PrintToString(refusal.arguments);
  }
}

TEST(CommandLineE2e, HelpHasExamplesAndSucceeds) {
  EXPECT_EQ(quorate({"--help"}).exit_code, 0);
  const Finished run = quorate({"run", "--help"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("Examples:"));
  EXPECT_THAT(quorate({"faults"}).out, HasSubstr("partition:majority-ring"));
  const Finished workloads = quorate({"workloads"});
  EXPECT_THAT(workloads.out, HasSubstr("register"));
  EXPECT_THAT(workloads.out, HasSubstr("takes --probe-delay"));
}

TEST(CommandLineE2e, AFolderThatIsInUseIsNotOverwritten) {
  const TemporaryFolder scratch;
  std::filesystem::create_directory(scratch.path() / "mine");
  std::ofstream(scratch.path() / "mine" / "thesis.txt") << "years of work";
  const Finished finished = Cli(scratch.path(), {"run", "--out", "mine"}).wait();
  EXPECT_EQ(finished.exit_code, 254);
  EXPECT_THAT(finished.err, HasSubstr("is there already"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.path() / "mine"), {}), 1);
}

TEST(CommandLineE2e, AHistoryOfSomebodyElseIsJudgedByOneProperty) {
  const TemporaryFolder scratch;
  const auto history = scratch.path() / "history.jsonl";
  // W1 done, W2 done, then a read of 1: stale.
  std::ofstream(history) << R"({"process":0,"type":"invoke","f":"write","value":1}
{"process":0,"type":"ok","f":"write","value":1}
{"process":0,"type":"invoke","f":"write","value":2}
{"process":0,"type":"ok","f":"write","value":2}
{"process":1,"type":"invoke","f":"read"}
{"process":1,"type":"ok","f":"read","value":1}
)";
  const Finished stale =
      Cli(scratch.path(), {"check", "history.jsonl", "--property", "latest"}).wait();
  EXPECT_EQ(stale.exit_code, 1) << stale.out << stale.err;
  EXPECT_THAT(stale.out, HasSubstr("stale read"));
  EXPECT_EQ(Cli(scratch.path(), {"check", "history.jsonl", "--property", "no-dirty-read"})
                .wait()
                .exit_code,
            0);
  EXPECT_EQ(Cli(scratch.path(), {"check", "history.jsonl", "--property", "no-lost-write"})
                .wait()
                .exit_code,
            2);
}

TEST(CommandLineE2e, ADamagedHistoryIsNamedByLineAndColumn) {
  const TemporaryFolder scratch;
  std::ofstream(scratch.path() / "history.jsonl")
      << "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n{\"process\":0,\"ty";
  const Finished finished = Cli(scratch.path(), {"check", "history.jsonl"}).wait();
  EXPECT_EQ(finished.exit_code, 254);
  EXPECT_THAT(finished.err, HasSubstr("history.jsonl:2:"));
}

}  // namespace
}  // namespace quorate::e2e
