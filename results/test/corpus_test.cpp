// Recorded histories of real systems: every one is read, with as many operations of each outcome as
// its text tells. The files are no part of the project; where they are not, the tests are skipped.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/file.h"
#include "results/history_file.h"

namespace quorate {
namespace {

// Operations by outcome, and marks.
struct Counts {
  std::size_t ok = 0;
  std::size_t fail = 0;
  std::size_t info = 0;
  std::size_t marks = 0;
  bool operator==(const Counts&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Counts& counts) {
  return out << counts.ok << " ok, " << counts.fail << " fail, " << counts.info << " info, "
             << counts.marks << " marks";
}

std::size_t occurrences(const std::string& text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t i = text.find(what); i != std::string::npos; i = text.find(what, i + 1)) ++count;
  return count;
}

// Told without any parser: only the nemesis makes marks, and each of its events is one.
Counts counts_in_text(const std::string& text, HistoryFormat format) {
  const std::string before = format == HistoryFormat::kEdn ? ":type " : "";
  Counts counts;
  counts.ok = occurrences(text, before + ":ok");
  counts.fail = occurrences(text, before + ":fail");
  counts.info = occurrences(text, before + ":invoke") - counts.ok - counts.fail;
  counts.marks = occurrences(text, ":process :nemesis");
  return counts;
}

Counts counts_in(const History& history) {
  Counts counts;
  for (const Op& op : history.ops()) {
    ++(op.outcome == Outcome::kOk     ? counts.ok
       : op.outcome == Outcome::kFail ? counts.fail
                                      : counts.info);
  }
  counts.marks = history.marks().size();
  return counts;
}

class Corpus : public testing::Test {
 protected:
  void SetUp() override {
    const char* named = std::getenv("QUORATE_CORPORA");
    const char* source = std::getenv("QUORATE_SOURCE");
    if (named != nullptr) {
      folder_ = named;
    } else if (source != nullptr) {
      folder_ = std::filesystem::path(source) / ".." / "shared" / "corpora";
    }
    if (!std::filesystem::exists(folder_ / "verdicts.csv")) {
      GTEST_SKIP() << "the recorded histories (verdicts.csv and its files) are not in \""
                   << folder_.string() << "\"; name their folder in QUORATE_CORPORA";
    }
  }

  std::vector<std::string> files() const {
    std::ifstream verdicts(folder_ / "verdicts.csv");
    std::vector<std::string> names;
    std::string line;
    std::getline(verdicts, line);
    while (std::getline(verdicts, line)) names.push_back(line.substr(0, line.find(',')));
    return names;
  }

  ReadHistory read(const std::string& name, const ReadOptions& options = {}) const {
    Result<ReadHistory> read = read_history_file(folder_ / name, options);
    EXPECT_TRUE(read) << read.error().context;
    return read ? std::move(*read) : ReadHistory{};
  }

  std::filesystem::path folder_;
};

TEST_F(Corpus, EveryNamedFileIsReadWithTheOperationsThatItsTextTells) {
  const std::vector<std::string> names = files();
  EXPECT_GE(names.size(), 108U - 1);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const ReadHistory read_now = read(name);
    const bool log = name.ends_with(".log");
    EXPECT_EQ(read_now.format, log ? HistoryFormat::kJepsenLog : HistoryFormat::kEdn);
    EXPECT_EQ(counts_in(read_now.history),
              counts_in_text(read_file(folder_ / name).value(), read_now.format));
  }
}

TEST_F(Corpus, HasTheKnownCounts) {
  const std::map<std::string, Counts> known{
      {"redis-sentinel/redis-simple-test.edn", {300, 0, 0, 10}},
      {"redis-sentinel/redis-split-brain-test.edn", {8815, 1, 0, 22}},
      {"knossos/mutex/bad/etcd.edn", {261, 299, 3, 12}},
      {"knossos/multi-register/good/multi-register.edn", {119, 2, 2, 4}},
      {"knossos/cas-register/bad/cas-failure.edn", {205, 85, 1, 8}},
      {"raft/canonical-raft.edn", {40, 127, 123, 342}},
      {"kv-append/c50-ok.txt", {1712, 0, 0, 0}},
      {"micro/pending-writes.log", {15, 0, 5, 0}},
  };
  for (const auto& [name, counts] : known) EXPECT_EQ(counts_in(read(name).history), counts) << name;
}

TEST_F(Corpus, ANilThatIsUnknownIsAReadThatSaysNothing) {
  const std::string name = "knossos/cas-register/bad/cas-failure.edn";
  ReadOptions options;
  options.nil_read_is_unknown = true;
  const History absent = read(name).history;
  const History unknown = read(name, options).history;
  const auto nil_reads = [](const History& history) {
    std::size_t count = 0;
    for (const Op& op : history.ops()) {
      const bool ok_read = op.function == Function::kRead && op.outcome == Outcome::kOk;
      if (ok_read && op.value == kAbsent) ++count;
    }
    return count;
  };
  EXPECT_GT(nil_reads(absent), 0U);
  EXPECT_EQ(nil_reads(unknown), 0U);
  EXPECT_EQ(counts_in(unknown).fail, counts_in(absent).fail + nil_reads(absent));
}

TEST_F(Corpus, KeysAndValuesAreJson) {
  const History registers = read("knossos/multi-register/good/multi-register.edn").history;
  EXPECT_EQ(registers.text(registers.ops()[0].value), R"([["r","x",0]])");
  EXPECT_EQ(registers.text(registers.ops()[3].value), R"([["w","y",2]])");
  const History appended = read("kv-append/c01-ok.txt").history;
  EXPECT_EQ(appended.ops()[0].function, Function::kAppend);
  EXPECT_EQ(appended.text(appended.ops()[0].key), R"("0")");
  EXPECT_EQ(appended.text(appended.ops()[0].value), R"("x 0 0 y")");
  const History etcd = read("jepsen-etcd/etcd_000.log").history;
  EXPECT_EQ(etcd.text(etcd.ops()[7].key), "");
  const History redis = read("redis-sentinel/redis-simple-test.edn").history;
  EXPECT_EQ(redis.text(redis.ops()[0].node), "n1");
  const History mutex = read("knossos/mutex/bad/etcd.edn").history;
  EXPECT_EQ(mutex.text(mutex.ops()[0].error), "not-held");
}

}  // namespace
}  // namespace quorate
