#include "harness/systems/quorate/coordinator_client.h"

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/owner_gone_first.h"
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
  int beside() const { return beside_; }  // commands that were no operation's

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
    if (command.elements.back().text != "META") {
      ++beside_;
      if (name == "PING") {
        node::append_bulk(command.elements.at(1).text, &reply);
      } else {
        node::append_nil(&reply);
      }
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
  int beside_ = 0;
};

class CoordinatorClientTest : public testing::Test {
 protected:
  CoordinatorClientTest() { start_anew(); }
  ~CoordinatorClientTest() override {
    if (client_) client_->close();
  }

  void start_anew() {
    if (client_) client_->close();
    node_ = std::make_unique<ScriptedNode>(loop_);
    addresses_.set(0, {.name = "n1", .host = "127.0.0.1", .port = node_->port()});
    client_ = std::make_unique<CoordinatorClient>(loop_, config_, addresses_, ClientPlace{});
    client_->open();
  }
  static void swap_both(std::vector<std::string>* replies) {
    ASSERT_EQ(replies->size(), 2U);
    std::swap(replies->front(), replies->back());
  }

  Completion invoke(Function function) {
    std::optional<Completion> told;
    client_->invoke({.function = function, .key = "k1", .value = "1-1"}, kPatience,
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
  const RunConfig config_ = config_of_one_node();
  AddressBook addresses_{1};
  std::unique_ptr<ScriptedNode> node_;
  std::unique_ptr<CoordinatorClient> client_;
};

TEST_F(CoordinatorClientTest, TakesRepliesInTheOrderOfItsCommands) {
  for (int i = 0; i < 16; ++i) {
    const Completion read = invoke(Function::kRead);
    EXPECT_EQ(read.outcome, Outcome::kOk) << read.error;
    EXPECT_EQ(read.value, "1-1");
    EXPECT_EQ(invoke(Function::kWrite).outcome, Outcome::kOk);
  }
  EXPECT_EQ(node_->beside(), 16) << "every other operation";
}

// A PING before it, one behind it, a read behind it.
TEST_F(CoordinatorClientTest, SeesThatRepliesComeInAnotherOrder) {
  for (const int turn : {1, 3, 7}) {
    start_anew();
    for (int i = 1; i < turn; ++i) EXPECT_EQ(invoke(Function::kRead).outcome, Outcome::kOk);
    node_->arrange(swap_both);
    const Completion read = invoke(Function::kRead);
    EXPECT_EQ(read.outcome, Outcome::kOk) << "as a client would take it that trusts the order";
    EXPECT_THAT(read.value, HasSubstr("reply to another command")) << turn;
  }
}

TEST_F(CoordinatorClientTest, AWriteThatGotAnotherCommandsReplyIsOfUnknownOutcome) {
  node_->arrange(swap_both);
  const Completion write = invoke(Function::kWrite);
  EXPECT_EQ(write.outcome, Outcome::kInfo);
  EXPECT_THAT(write.error, HasSubstr("reply to another command"));
}

TEST_F(CoordinatorClientTest, DoesNotWaitForTheReplyBehindItsOwnButKnowsThatItComes) {
  invoke(Function::kRead);
  invoke(Function::kRead);
  std::string late;
  node_->arrange([&late](std::vector<std::string>* replies) {
    if (late.empty()) {
      late = replies->back();
      replies->pop_back();
    } else {
      replies->insert(replies->begin(), late);
    }
  });
  EXPECT_EQ(invoke(Function::kRead).value, "1-1") << "the third has a PING behind it";
  EXPECT_EQ(invoke(Function::kRead).value, "1-1") << "after the late echo";
}

TEST_F(CoordinatorClientTest, ATimeOutWhoseClientIsGoneTouchesNothing) {
  bool done = false;
  destroy_before_its_timer(&loop_, &client_, [this, &done] {
    client_->invoke({.key = "k1", .value = {}}, 2ms, [&done](const Completion&) { done = true; });
  });
  EXPECT_FALSE(done);
}

TEST_F(CoordinatorClientTest, ARefusalOfTheCommandBesideItSaysNothingOfTheOperation) {
  node_->arrange([](std::vector<std::string>* replies) { replies->front() = "-ERR busy\r\n"; });
  EXPECT_EQ(invoke(Function::kRead).value, "1-1");
}

}  // namespace
}  // namespace quorate
