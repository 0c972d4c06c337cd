#include "node/core/client_command.h"

#include <gmock/gmock.h>

#include "node/core/limits.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

const CommandDefaults kDefaults{{5, 3, 3}, milliseconds(1000)};

Result<ClientCommand> parse(const std::vector<std::string>& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  return parse_client_command(views, kDefaults);
}

std::string mistake(const std::vector<std::string>& words) {
  const auto command = parse(words);
  if (command) return "";
  EXPECT_EQ(command.error().code, ErrorCode::kInvalidArgument);
  return command.error().context;
}

TEST(ClientCommand, TakesTheDefaultsForWhatItDoesNotSay) {
  const auto set = parse({"SET", "k", "v"});
  ASSERT_TRUE(set);
  EXPECT_EQ(*set,
            (ClientCommand{CommandKind::kSet, "k", "v", {5, 3, 3}, milliseconds(1000), false}));
  const auto get = parse({"get", "k"});
  ASSERT_TRUE(get);
  EXPECT_EQ(get->kind, CommandKind::kGet);
  EXPECT_EQ(parse({"DeL", "k"})->kind, CommandKind::kDel);
}

TEST(ClientCommand, ReadsOptionsInAnyOrderAndCase) {
  const auto command = parse({"GET", "k", "meta", "timeout", "60000", "w", "5", "R", "1"});
  ASSERT_TRUE(command) << command.error().to_string();
  EXPECT_EQ(*command,
            (ClientCommand{CommandKind::kGet, "k", "", {5, 1, 5}, milliseconds(60000), true}));
}

TEST(ClientCommand, RefusesWhatCannotBeInWords) {
  EXPECT_THAT(mistake({}), HasSubstr("unknown command"));
  EXPECT_THAT(mistake({"FLUSHALL"}), HasSubstr("unknown command"));
  EXPECT_THAT(mistake({"SET", "k"}), HasSubstr("wrong number of arguments for 'SET'"));
  EXPECT_THAT(mistake({"GET"}), HasSubstr("wrong number of arguments for 'GET'"));
  EXPECT_THAT(mistake({"GET", "k", "EX"}), HasSubstr("unknown option 'EX'"));
  EXPECT_THAT(mistake({"GET", "k", "R"}), HasSubstr("R needs a number"));
  EXPECT_THAT(mistake({"GET", "k", "R", "two"}),
              HasSubstr("R is not a number, ONE, QUORUM or ALL: 'two'"));
  EXPECT_THAT(mistake({"GET", "k", "R", "-1"}), HasSubstr("not a number"));
  EXPECT_THAT(mistake({"GET", "k", "R", "99999999999999999999"}), HasSubstr("not a number"));
  EXPECT_THAT(mistake({"GET", "k", "R", "0"}), HasSubstr("R is 0, and must be in [1, 5]"));
  EXPECT_THAT(mistake({"GET", "k", "R", "6"}), HasSubstr("R is 6, and must be in [1, 5]"));
  EXPECT_THAT(mistake({"GET", "k", "R", "65537"}), HasSubstr("R is 65537"));
  EXPECT_THAT(mistake({"SET", "k", "v", "W", "0"}), HasSubstr("W is 0, and must be in [1, 5]"));
  EXPECT_THAT(mistake({"SET", "k", "v", "W", "6"}), HasSubstr("W is 6"));
  EXPECT_THAT(mistake({"GET", "k", "TIMEOUT", "0"}), HasSubstr("in [1, 60000] ms"));
  EXPECT_THAT(mistake({"GET", "k", "TIMEOUT", "60001"}), HasSubstr("TIMEOUT is 60001"));
  EXPECT_THAT(mistake({"GET", "k", "R", "1", "r", "1"}), HasSubstr("option r is given twice"));
  EXPECT_THAT(mistake({"GET", "k", "META", "META"}), HasSubstr("given twice"));
}

TEST(ClientCommand, ReadsQuorumsByName) {
  const auto quorum = [](const std::string& r, const std::string& w) {
    return parse({"GET", "k", "R", r, "W", w})->quorum;
  };
  EXPECT_EQ(quorum("ONE", "all"), (QuorumSize{5, 1, 5}));
  EXPECT_EQ(quorum("quorum", "One"), (QuorumSize{5, 3, 1}));
  const std::vector<std::string_view> words{"GET", "k", "R", "QUORUM"};
  for (const std::uint16_t n : {1, 2, 3, 4}) {
    const CommandDefaults defaults{{n, 1, 1}, milliseconds(1)};
    EXPECT_EQ(parse_client_command(words, defaults)->quorum.r, n / 2 + 1) << "a majority of " << n;
  }
  EXPECT_THAT(mistake({"GET", "k", "R", "MOST"}), HasSubstr("ONE, QUORUM or ALL: 'MOST'"));
  EXPECT_THAT(mistake({"GET", "k", "TIMEOUT", "ONE"}), HasSubstr("TIMEOUT is not a number: 'ONE'"));
}

TEST(ClientCommand, RefusesKeysAndValuesOutsideTheLimits) {
  EXPECT_THAT(mistake({"GET", ""}), HasSubstr("1 to 1024 bytes, this one 0"));
  EXPECT_THAT(mistake({"GET", std::string(kMaxKeyBytes + 1, 'k')}), HasSubstr("this one 1025"));
  EXPECT_EQ(mistake({"GET", std::string(kMaxKeyBytes, 'k')}), "");
  EXPECT_THAT(mistake({"SET", "k", std::string(kMaxValueBytes + 1, 'v')}),
              HasSubstr("at most 1048576 bytes"));
  EXPECT_EQ(mistake({"SET", "k", std::string(kMaxValueBytes, 'v')}), "");
}

TEST(ClientCommand, IsReadBackAsItWasWritten) {
  const ClientCommand commands[] = {
      {CommandKind::kSet, "k", std::string("\0\r\n", 3), {5, 1, 5}, milliseconds(250), true},
      {CommandKind::kGet, "k", "", {5, 2, 2}, milliseconds(60000), false},
      {CommandKind::kDel, "k", "", {5, 5, 1}, milliseconds(1), true}};
  for (const ClientCommand& command : commands) {
    std::string bytes;
    encode_client_command(command, &bytes);
    RespParser parser;
    parser.feed(bytes);
    const auto words = parser.next();
    ASSERT_TRUE(words && *words);
    const auto back = parse_client_command(**words, kDefaults);
    ASSERT_TRUE(back) << back.error().to_string();
    EXPECT_EQ(*back, command);
  }
}

TEST(ClientCommand, RoundsATimeoutUpToWholeMilliseconds) {
  std::string bytes;
  encode_client_command(
      {CommandKind::kGet, "k", "", {5, 1, 1}, std::chrono::microseconds(1), false}, &bytes);
  EXPECT_THAT(bytes, HasSubstr("TIMEOUT\r\n$1\r\n1\r\n"));
}

TEST(ClientCommand, KnowsItsOwnNames) {
  for (const char* name : {"SET", "get", "Del"}) EXPECT_TRUE(is_client_command(name));
  for (const char* name : {"", "SE", "SETX", "PING"}) EXPECT_FALSE(is_client_command(name));
}

}  // namespace
}  // namespace quorate::node
