#include "results/report/packed_run.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "results/report/test/a_run.h"

namespace quorate {
namespace {

// The other way round, as the viewer does it.
struct Unpacked {
  Json head;
  std::map<std::string, std::vector<std::int64_t>> columns;
  std::vector<std::string> texts;
};

std::vector<std::int64_t> numbers_in(std::string_view bytes, bool delta) {
  std::vector<std::int64_t> numbers;
  std::int64_t before = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    std::uint64_t rest = 0;
    int shift = 0;
    unsigned char byte = 0;
    do {
      byte = static_cast<unsigned char>(bytes[at++]);
      rest |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    const auto number = static_cast<std::int64_t>(rest >> 1) ^ -static_cast<std::int64_t>(rest & 1);
    before = delta ? before + number : number;
    numbers.push_back(before);
  }
  return numbers;
}

Unpacked unpack(const std::string& packed) {
  EXPECT_EQ(packed.substr(0, 4), "QRP1");
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) {
    length |= static_cast<std::size_t>(static_cast<unsigned char>(packed.at(4 + i))) << (8 * i);
  }
  Unpacked result;
  result.head = parse_json(packed.substr(8, length), "head").value();
  std::size_t at = 8 + length;
  for (const Json& column : result.head["columns"]) {
    const auto bytes = column["bytes"].get<std::size_t>();
    result.columns[column["name"].get<std::string>()] =
        numbers_in(std::string_view(packed).substr(at, bytes), column["delta"].get<bool>());
    at += bytes;
  }
  EXPECT_EQ(packed.size() - at, result.head["texts"].get<std::size_t>());
  std::string text;
  for (; at < packed.size(); ++at) {
    if (packed[at] != '\0') {
      text += packed[at];
      continue;
    }
    result.texts.push_back(text);
    text.clear();
  }
  return result;
}

class PackedRunTest : public testing::Test {
 protected:
  SavedRun record() {
    write_run(scratch_ / "run");
    return read_run(scratch_ / "run").value();
  }
  const TemporaryFolder scratch_;
};

TEST_F(PackedRunTest, HasEveryOperationWithAllThatIsKnownOfIt) {
  Unpacked run = unpack(packed_run(record()));
  const auto text = [&run](const char* column, std::size_t op) {
    return run.texts.at(static_cast<std::size_t>(run.columns[column].at(op)));
  };
  EXPECT_EQ(run.head["kind"], "run");
  EXPECT_EQ(run.columns["number"], (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(run.columns["process"], (std::vector<std::int64_t>{0, 1, 0, 2, 3}));
  EXPECT_EQ(run.columns["invoked"], (std::vector<std::int64_t>{1, 5, 7, 9, 12}));
  EXPECT_EQ(run.columns["completed"], (std::vector<std::int64_t>{1, 1, 1, -1, 1}));
  EXPECT_EQ(run.columns["duration_ns"],
            (std::vector<std::int64_t>{1'000'000, 1'000'000, 2'000'000, -1, 1'000'000}));
  EXPECT_EQ(text("key", 0), "\"k1\"");
  EXPECT_EQ(text("value", 1), "\"new\"");
  EXPECT_EQ(text("value", 2), "\"old\"");
  EXPECT_EQ(text("version", 0), "1.a.1");
  EXPECT_EQ(text("version", 1), "");
  EXPECT_EQ(text("node", 4), "n3");
  EXPECT_EQ(text("error", 4), "refused & gone");
  EXPECT_EQ(text("replicas", 0), "[\"n1\"]");
  EXPECT_EQ(run.columns["flags"].at(2), 0) << "an ok read";
  EXPECT_EQ(run.columns["flags"].at(3), 1 + 2 * 16) << "a write of unknown outcome";
  EXPECT_EQ(run.head["functions"].at(1), "write");
  EXPECT_EQ(run.head["outcomes"].at(2), "info");
}

TEST_F(PackedRunTest, TellsFaultsMarksAndPictures) {
  const Json head = unpack(packed_run(record())).head;
  ASSERT_EQ(head["faults"].size(), 1U);
  EXPECT_EQ(head["faults"][0]["did"]["pids"][0], 7);
  EXPECT_EQ(head["marks"].back()["value"]["records"], 2);
  EXPECT_EQ(head["pictures"].size(), 2U);
  EXPECT_EQ(head["end_ns"], 20'000'000);
}

TEST_F(PackedRunTest, SaysThatItIsSampledAndKeepsTheOperationsOfViolations) {
  std::string lines;
  for (int i = 0; i < 2000; ++i) {
    lines += R"({"process":0,"type":"invoke","f":"read"})"
             "\n";
    lines += R"({"process":0,"type":"ok","f":"read","value":null})"
             "\n";
  }
  SavedRun large = record();
  large.history = parse_history(lines, "test").value();
  large.results["properties"][0]["violations"][0]["ops"] = {1, 1500};
  Unpacked run = unpack(packed_run(large, 100));
  EXPECT_EQ(run.head["operations"]["all"], 2000);
  EXPECT_GT(run.head["operations"]["step"].get<int>(), 1);
  EXPECT_EQ(run.head["operations"]["shown"].get<std::size_t>(), run.columns["number"].size());
  EXPECT_THAT(run.columns["number"], testing::IsSupersetOf({1, 1500}));
  EXPECT_EQ(run.head["series"]["reads"]["whole_run"]["count"], 2000) << "measured from all";
}

TEST_F(PackedRunTest, IsTheSameForTheSameRun) {
  const SavedRun once = record();
  EXPECT_EQ(packed_run(once), packed_run(once));
}

}  // namespace
}  // namespace quorate
