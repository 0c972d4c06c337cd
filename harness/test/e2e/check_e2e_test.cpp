// `quorate check FILE`: other people's histories, as a stranger would hand them over.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using testing::HasSubstr;

class CheckE2e : public testing::Test {
 protected:
  std::string file(std::string_view name, std::string_view content) const {
    const std::filesystem::path path = scratch_.path() / name;
    std::ofstream(path) << content;
    return path.string();
  }
  Finished check(const std::string& target, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"check", target});
    return Cli(scratch_.path(), std::move(more)).wait();
  }

  TemporaryFolder scratch_;
};

constexpr std::string_view kTwoHolders =
    "; a lock service under a partition\n"
    "[{:process 0, :type :invoke, :f :acquire}\n"
    " {:process 0, :type :ok, :f :acquire}\n"
    " {:process :nemesis, :type :info, :f :start, :value \"cut\"}\n"
    " {:process 1, :type :invoke, :f :acquire}\n"
    " {:process 1, :type :ok, :f :acquire}]\n";

constexpr std::string_view kCas =
    "INFO  jepsen.util - 0\t:invoke\t:cas\t[0 1]\n"
    "INFO  jepsen.util - 0\t:ok\t:cas\t[0 1]\n"
    "INFO  jepsen.util - 1\t:invoke\t:read\tnil\n"
    "INFO  jepsen.util - 1\t:ok\t:read\t1\n";

TEST_F(CheckE2e, FormatsAreRecognisedAndModelsJudged) {
  const Finished mutex = check(file("locks.edn", kTwoHolders), {"--model", "mutex"});
  EXPECT_EQ(mutex.exit_code, 1) << mutex.out << mutex.err;
  EXPECT_THAT(mutex.out, HasSubstr("duplicate effect"));
  const std::string log = file("cas.log", kCas);
  EXPECT_EQ(check(log, {"--model", "cas-register", "--initial", "0"}).exit_code, 0);
  EXPECT_EQ(check(log, {"--model", "cas-register"}).exit_code, 1) << "nothing was there";
  EXPECT_EQ(check(log, {"--model", "cas-register", "--initial", "0", "--budget", "0s"}).exit_code,
            2);
  const std::string accounts =
      file("accounts.edn",
           "{:process 0 :type :invoke :f :txn :value [[:r :x nil] [:w :y 5]]}\n"
           "{:process 0 :type :ok :f :txn :value [[:r :x 3] [:w :y 5]]}\n");
  const std::vector<std::string> multi{"--model", "multi-register", "--initial"};
  EXPECT_EQ(check(accounts, {multi[0], multi[1], multi[2], "{x 3, y 0}"}).exit_code, 0);
  EXPECT_EQ(check(accounts, {multi[0], multi[1], multi[2], "{x 4, y 0}"}).exit_code, 1);
}

TEST_F(CheckE2e, JsonSaysWhatWasJudgedAndHow) {
  const Finished checked = check(file("locks.edn", kTwoHolders), {"--model", "mutex", "--json"});
  const Json json = parse_json(checked.out, "check").value();
  EXPECT_EQ(json["outcome"], "violation");
  EXPECT_EQ(json["model"], "mutex");
  EXPECT_EQ(json["format"], "edn");
  EXPECT_EQ(json["exit-code"], 1);
  const Json violation = json["properties"][0]["violations"][0];
  EXPECT_EQ(violation["ops"], Json::array({0, 1}));
  EXPECT_FALSE(violation["edges"].empty());
}

TEST_F(CheckE2e, APictureOfEachViolationIsDrawnWhereThatIsAskedFor) {
  const std::filesystem::path pictures = scratch_.path() / "pictures";
  check(file("locks.edn", kTwoHolders), {"--model", "mutex", "--pictures", pictures.string()});
  std::ifstream drawn(pictures / "linearizable-1-duplicate-effect.svg");
  const std::string svg{std::istreambuf_iterator<char>(drawn), {}};
  EXPECT_THAT(svg, testing::StartsWith("<svg"));
  EXPECT_THAT(svg, HasSubstr("process 1"));
}

TEST_F(CheckE2e, WhatCannotBeReadIsRefusedWithLineColumnAndReason) {
  const Finished edn = check(file("broken.edn", "[{:process 0, :type :invoke,\n  :f :fly}]\n"));
  EXPECT_EQ(edn.exit_code, 254);
  EXPECT_THAT(edn.err, HasSubstr("broken.edn:2:6: "));
  const Finished log = check(file("broken.log", "0\t:invoke\t:read\tnil\n0\t:ok\n"));
  EXPECT_EQ(log.exit_code, 254);
  EXPECT_THAT(log.err, HasSubstr("broken.log:2:"));
  const Finished json = check(file("broken.jsonl", "{\"process\":1,\"type\":\"invoke\"}\n"));
  EXPECT_EQ(json.exit_code, 254);
  EXPECT_THAT(json.err, HasSubstr("broken.jsonl:1:"));
  const Finished other = check(file("locks.edn", kTwoHolders));
  EXPECT_EQ(other.exit_code, 254);
  EXPECT_THAT(other.err, HasSubstr("acquire"));
  EXPECT_THAT(other.err, HasSubstr("--model"));
}

TEST_F(CheckE2e, WrongWordsAreRefusedInWords) {
  const std::string log = file("cas.log", kCas);
  EXPECT_THAT(check(log, {"--model", "bank"}).err, HasSubstr("there is: register, cas-register"));
  EXPECT_THAT(check(log, {"--format", "xml"}).err, HasSubstr("jepsen-log"));
  EXPECT_THAT(check(log, {"--format", "edn"}).err, HasSubstr("cas.log:1:"));
  EXPECT_THAT(check(log, {"--model", "mutex", "--property", "latest"}).err,
              HasSubstr("no checker judges \"latest\" of a mutex"));
  EXPECT_THAT(check(scratch_.path().string(), {"--model", "mutex"}).err,
              HasSubstr("--model is for a history"));
}

// The recorded histories of real systems that the project is checked against, where they are there.
struct KnownVerdict {
  std::filesystem::path file;
  std::string model;
  std::string initial;
  int exit_code = 0;
};

// One line of verdicts.csv: file,model,initial,expected,source.
KnownVerdict known_verdict(const std::filesystem::path& folder, const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  return {folder / fields.at(0), fields.at(1), fields.at(2), fields.at(3) == "ok" ? 0 : 1};
}

TEST_F(CheckE2e, RecordedHistoriesGetTheirKnownVerdicts) {
  const char* source = std::getenv("QUORATE_SOURCE");
  const auto folder =
      std::filesystem::path(source == nullptr ? "." : source) / ".." / "shared" / "corpora";
  if (!std::filesystem::exists(folder / "verdicts.csv")) {
    GTEST_SKIP() << "the recorded histories are not here: " << folder;
  }
  std::ifstream csv(folder / "verdicts.csv");
  std::string line;
  std::getline(csv, line);
  int judged = 0;
  while (std::getline(csv, line)) {
    const KnownVerdict known = known_verdict(folder, line);
    const Finished checked =
        check(known.file.string(), {"--model", known.model, "--initial", known.initial});
    EXPECT_EQ(checked.exit_code, known.exit_code) << line << "\n" << checked.out << checked.err;
    ++judged;
  }
  EXPECT_GT(judged, 100);
}

}  // namespace
}  // namespace quorate::e2e
