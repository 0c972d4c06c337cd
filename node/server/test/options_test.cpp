#include "node/server/options.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

Result<std::variant<Options, ShowText>> parse(const std::string& line) {
  std::vector<std::string> words{"quorate-node"};
  std::istringstream stream(line);
  for (std::string word; stream >> word;) words.push_back(word);
  std::vector<const char*> argv;
  argv.reserve(words.size());
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

Options accepted(const std::string& line) {
  const auto parsed = parse(line);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().to_string();
    return {};
  }
  return std::get<Options>(*parsed);
}

std::string refused(const std::string& line) {
  const auto parsed = parse(line);
  return parsed ? "accepted" : parsed.error().to_string();
}

constexpr const char* kThree = "--peers n1=127.0.0.1:1,n2=127.0.0.1:2,n3=127.0.0.1:3 ";

TEST(NodeOptions, FillInTheDocumentedDefaults) {
  const Options options = accepted(std::string("--name n2 --data d ") + kThree);
  EXPECT_EQ(options.listen, (Address{"127.0.0.1", 0}));
  EXPECT_EQ(options.timeout, std::chrono::seconds(1));
  EXPECT_EQ(options.read_mode, ReadMode::kWriteBack);
  EXPECT_EQ(options.peers.size(), 3U);
  const QuorumSize quorum = quorum_of(options, 3).value();
  EXPECT_EQ(quorum.r, 2);
  EXPECT_EQ(quorum.w, 2);
}

TEST(NodeOptions, ReadWhatIsGiven) {
  const Options options = accepted(
      "--name n1 --data d --listen 127.0.0.1:7 --r 1 --w 3 --timeout 250ms --read-mode none "
      "--ready-file f --cluster blue --log-level warn " +
      std::string(kThree));
  EXPECT_EQ(options.listen.port, 7);
  EXPECT_EQ(options.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(options.read_mode, ReadMode::kNone);
  EXPECT_EQ(options.ready_file, "f");
  EXPECT_EQ(options.cluster, "blue");
  EXPECT_EQ(quorum_of(options, 3).value().w, 3);
}

TEST(NodeOptions, MayLeaveThePeersForLater) {
  EXPECT_TRUE(accepted("--name n1 --data d").peers.empty());
}

TEST(NodeOptions, RefuseWhatIsNotBuiltYetByName) {
  for (const char* option : {"--read-mode async", "--read-mode blocking", "--version-scheme clock",
                             "--version-scheme local-counter"}) {
    const std::string said = refused(std::string("--name n1 --data d ") + option);
    EXPECT_THAT(said, HasSubstr(option));
    EXPECT_THAT(said, HasSubstr("not built yet"));
  }
}

TEST(NodeOptions, RefuseWhatMakesNoSense) {
  for (const char* option : {"--read-mode sometimes", "--durability maybe", "--version-scheme x",
                             "--timeout 0s", "--timeout soon", "--listen nowhere", "--r 0",
                             "--w -1", "--r 4", "--w 4", "--log-level loud", "--unheard-of 1"}) {
    EXPECT_NE(refused(std::string("--name n1 --data d ") + kThree + option), "accepted") << option;
  }
  EXPECT_NE(refused("--data d"), "accepted");
  EXPECT_NE(refused("--name n1"), "accepted");
  EXPECT_THAT(refused(std::string("--name n9 --data d ") + kThree), HasSubstr("n9 is not in it"));
}

TEST(NodeOptions, HelpHasExamples) {
  const auto parsed = parse("--help");
  ASSERT_TRUE(parsed);
  EXPECT_THAT(std::get<ShowText>(*parsed).text, HasSubstr("redis-cli -p 7000 SET greeting hello"));
}

TEST(QuorumWarning, SpeaksExactlyWhereReadAndWriteQuorumsMayMiss) {
  EXPECT_EQ(quorum_warning({3, 2, 2}), "");
  EXPECT_EQ(quorum_warning({5, 1, 5}), "");
  EXPECT_THAT(quorum_warning({3, 1, 2}), HasSubstr("1 + 2 is not greater than n = 3"));
  EXPECT_NE(quorum_warning({5, 2, 2}), "");
}

}  // namespace
}  // namespace quorate::node
