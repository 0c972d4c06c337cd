#include "harness/systems/quorate/coordinator_client.h"

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/core/resp_writer.h"

namespace quorate {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;

constexpr auto kPatience = 20s;  // reached only where something is broken

// A node as far as one connection sees it: answers what comes in one read as the test says.
class ScriptedNode {
 public:
  // The replies to the commands that came together, in their order.
  using Arrange = std::function<void(std::vector<std::string>* replies)>;

  explicit ScriptedNode(EventLoop& loop)
      : acceptor_(loop.io(), tcp::endpoint(tcp::v4(), 0)), socket_(loop.io()) {
    acceptor_.async_accept(socket_, [this](boost::system::error_code error) {
      if (!error) read();
    });
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void arrange(Arrange arrange) { arrange_ = std::move(arrange); }
  int echoes() const { return echoes_; }

 private:
  void read() {
    socket_.async_read_some(boost::asio::buffer(incoming_),
                            [this](boost::system::error_code error, std::size_t bytes) {
                              if (error) return;
                              answer(std::string_view(incoming_.data(), bytes));
                              read();
                            });
  }

  void answer(std::string_view bytes) {
    commands_.feed(bytes);
    std::vector<std::string> replies;
    while (auto command = commands_.next().value()) replies.push_back(reply_to(*command));
    if (arrange_) arrange_(&replies);
    std::string out;
    for (const std::string& reply : replies) out += reply;
    boost::asio::write(socket_, boost::asio::buffer(out));
  }

  std::string reply_to(const node::RespValue& command) {
    const std::string& name = command.elements.at(0).text;
    std::string reply;
    if (name == "PING") {
      ++echoes_;
      node::append_bulk(command.elements.at(1).text, &reply);
      return reply;
    }
    node::append_array_header(3, &reply);
    if (name == "GET") {
      node::append_bulk("1-1", &reply);
    } else {
      node::append_simple("OK", &reply);
    }
    node::append_bulk("1.b6034e0e0e6dd6f1.1", &reply);
    node::append_array_header(0, &reply);
    return reply;
  }

  tcp::acceptor acceptor_;
  tcp::socket socket_;
  std::array<char, 16384> incoming_{};
  node::RespReplyReader commands_;  // they have the form of replies
  Arrange arrange_;
  int echoes_ = 0;
};

class CoordinatorClientTest : public testing::Test {
 protected:
  CoordinatorClientTest() {
    addresses_.set(0, {.name = "n1", .host = "127.0.0.1", .port = node_.port()});
    client_.open();
  }

  Completion invoke(Function function, Duration timeout = kPatience) {
    std::optional<Completion> told;
    client_.invoke({.function = function, .key = "k1", .value = "1-1"}, timeout,
                   [&told](Completion completion) { told = std::move(completion); });
    EXPECT_TRUE(loop_.run_until([&told] { return told.has_value(); }, monotonic_now() + kPatience));
    return told.value_or(Completion{});
  }

  static RunConfig config_of_one_node() {
    RunConfig config;
    config.nodes = 1;
    return complete(config).value();
  }

  EventLoop loop_;
  ScriptedNode node_{loop_};
  const RunConfig config_ = config_of_one_node();
  AddressBook addresses_{1};
  CoordinatorClient client_{loop_, config_, addresses_, ClientPlace{}};
};

TEST_F(CoordinatorClientTest, TakesRepliesInTheOrderOfItsCommands) {
  for (int i = 0; i < 8; ++i) {
    const Completion read = invoke(Function::kRead);
    EXPECT_EQ(read.outcome, Outcome::kOk) << read.error;
    EXPECT_EQ(read.value, "1-1");
    EXPECT_EQ(invoke(Function::kWrite).outcome, Outcome::kOk);
  }
  EXPECT_EQ(node_.echoes(), 8) << "beside every other operation";
}

TEST_F(CoordinatorClientTest, APingBeforeTheCommandIsAnsweredBeforeIt) {
  node_.arrange([](std::vector<std::string>* replies) {
    if (replies->size() == 2) std::swap(replies->front(), replies->back());
  });
  const Completion read = invoke(Function::kRead);
  EXPECT_EQ(read.outcome, Outcome::kOk);
  EXPECT_THAT(read.value, HasSubstr("reply to another command"));
}

TEST_F(CoordinatorClientTest, AWriteThatGotAnotherCommandsReplyIsOfUnknownOutcome) {
  node_.arrange([](std::vector<std::string>* replies) {
    if (replies->size() == 2) std::swap(replies->front(), replies->back());
  });
  const Completion write = invoke(Function::kWrite);
  EXPECT_EQ(write.outcome, Outcome::kInfo);
  EXPECT_THAT(write.error, HasSubstr("reply to another command"));
}

TEST_F(CoordinatorClientTest, APingBehindTheCommandIsAnsweredBehindIt) {
  invoke(Function::kRead);
  invoke(Function::kRead);
  node_.arrange([](std::vector<std::string>* replies) {
    ASSERT_EQ(replies->size(), 2U);
    std::swap(replies->front(), replies->back());
  });
  EXPECT_THAT(invoke(Function::kRead).value, HasSubstr("reply to another command: echo 3"));
}

TEST_F(CoordinatorClientTest, AnAnswerWithoutTheEchoBehindItIsOfUnknownOutcome) {
  invoke(Function::kRead);
  invoke(Function::kRead);
  node_.arrange([](std::vector<std::string>* replies) { replies->pop_back(); });
  const Completion read = invoke(Function::kRead, 100ms);
  EXPECT_EQ(read.outcome, Outcome::kInfo) << "or the next operation would take the late echo";
  EXPECT_EQ(read.error, "timeout");
}

}  // namespace
}  // namespace quorate
