#include "nemesis/traffic/request_gate.h"

#include "nemesis/test/network_test.h"

namespace quorate {
namespace {

constexpr std::size_t kA = 0;
constexpr std::size_t kB = 1;

// A store whose records are sent as "W".
class RecordsAreW final : public TrafficReader {
 public:
  void take(std::uint64_t, std::size_t opener, std::size_t acceptor, bool of_opener,
            std::string_view bytes, std::vector<ReplicaMessage>* messages) override {
    if (!of_opener || bytes.find('W') == std::string_view::npos) return;
    ReplicaMessage message;
    message.coordinator = opener;
    message.replica = acceptor;
    messages->push_back(message);
  }
  void ended(std::uint64_t) override {}
};

class RequestGateTest : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (IsSkipped()) return;
    network_ = network_of({"a", "b"});
    gate_ = RequestGate::begin(*network_, std::make_unique<RecordsAreW>()).value();
    of_a_ = std::make_unique<traffic::TcpPair>(*network_, "a", "b");
    of_b_ = std::make_unique<traffic::TcpPair>(*network_, "b", "a");
  }

  static std::string received(const FileDescriptor& socket, int within = kSoonMs) {
    return traffic::receive_text(socket, within);
  }
  bool holds_back_soon() const {
    return comes_true([this] { return gate_->holds_back(kA, kB); });
  }

  std::unique_ptr<Network> network_;
  std::unique_ptr<RequestGate> gate_;
  std::unique_ptr<traffic::TcpPair> of_a_;  // a asks b
  std::unique_ptr<traffic::TcpPair> of_b_;
};

TEST_F(RequestGateTest, HoldsWhatANodeAsksAndNotWhatItAnswers) {
  gate_->hold(kA, kB);
  traffic::send_text(of_a_->client, "ask");
  ASSERT_TRUE(holds_back_soon());
  traffic::send_text(of_b_->client, "ask");
  EXPECT_EQ(received(of_b_->server), "ask") << "the other direction is open";
  traffic::send_text(of_b_->server, "answer");
  EXPECT_EQ(received(of_b_->client), "answer") << "from a to b, as what is held is";
  EXPECT_EQ(received(of_a_->server, kNeverMs), "");
}

TEST_F(RequestGateTest, LetsWhatWasHeldArriveOnceReleased) {
  gate_->hold(kA, kB);
  traffic::send_text(of_a_->client, "ask");
  ASSERT_TRUE(holds_back_soon());
  gate_->release(kA, kB);
  EXPECT_FALSE(gate_->holds_back(kA, kB));
  EXPECT_EQ(received(of_a_->server), "ask");
}

TEST_F(RequestGateTest, HoldsFromTheNextRecordOn) {
  gate_->hold_writes(kA, kB);
  traffic::send_text(of_a_->client, "ask");
  EXPECT_EQ(received(of_a_->server), "ask");
  EXPECT_FALSE(gate_->holds_back(kA, kB));
  traffic::send_text(of_a_->client, "W");
  ASSERT_TRUE(holds_back_soon());
  traffic::send_text(of_a_->client, "ask again");
  EXPECT_EQ(received(of_a_->server, kNeverMs), "");
  gate_->release_all();
  std::string all;
  while (all.size() < 10) {
    const std::string part = received(of_a_->server);
    ASSERT_NE(part, "");
    all += part;
  }
  EXPECT_EQ(all, "Wask again");
}

TEST_F(RequestGateTest, CountsWhatItHeldAsCutAndLetsAllPassWhenItGoes) {
  gate_->hold(kA, kB);
  traffic::send_text(of_a_->client, "ask");
  ASSERT_TRUE(holds_back_soon());
  EXPECT_GE(network_->counters("a", "b").cut, 1U);
  EXPECT_EQ(network_->counters("b", "a").cut, 0U);
  gate_.reset();
  EXPECT_EQ(received(of_a_->server), "ask");
}

}  // namespace
}  // namespace quorate
