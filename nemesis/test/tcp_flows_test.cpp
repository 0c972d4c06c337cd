// TCP connections as the switch sees them.
#include "nemesis/packet/tcp_flows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nemesis/test/packets.h"

namespace quorate {
namespace {

using namespace packets;

// A client on the left and a server on the right; every segment is seen by the flows.
class Connection {
 public:
  Connection(TcpFlows* flows, std::uint16_t client_port, std::uint32_t client_start = 1000,
             std::uint32_t server_start = 5000)
      : flows_(flows), port_(client_port), client_(client_start), server_(server_start) {}

  void open() {
    pass(from_client({.syn = true}));
    ++client_;
    pass(from_server({.syn = true, .ack = true}));
    ++server_;
    pass(from_client({.ack = true}));
  }
  void client_sends(std::uint32_t bytes) {
    pass(from_client({.length = bytes, .ack = true}));
    client_ += bytes;
  }
  void server_acknowledges() { pass(from_server({.ack = true})); }
  void close() {
    pass(from_client({.length = 1, .ack = true, .fin = true}));
    ++client_;
    pass(from_server({.length = 1, .ack = true, .fin = true}));
    ++server_;
    pass(from_client({.ack = true}));
  }
  bool pass(const TcpSegment& segment) {
    const bool broken = flows_->on_sent(segment);
    flows_->on_delivered(segment);
    return broken;
  }
  TcpSegment from_client(TcpSegment segment) const {
    segment.source = kLeft;
    segment.destination = kRight;
    segment.source_port = port_;
    segment.destination_port = 8080;
    segment.sequence = client_;
    segment.acknowledgement = segment.ack ? server_ : 0;
    if (segment.syn) segment.length = 1;
    return segment;
  }
  TcpSegment from_server(TcpSegment segment) const {
    segment.source = kRight;
    segment.destination = kLeft;
    segment.source_port = 8080;
    segment.destination_port = port_;
    segment.sequence = server_;
    segment.acknowledgement = client_;
    if (segment.syn) segment.length = 1;
    return segment;
  }
  std::uint32_t client_next() const { return client_; }
  std::uint32_t server_next() const { return server_; }

 private:
  TcpFlows* flows_;
  std::uint16_t port_;
  std::uint32_t client_;
  std::uint32_t server_;
};

// The number that the RST to that address carries.
std::uint32_t sequence_to(const std::vector<TcpSegment>& resets, Ipv4Address to) {
  for (const TcpSegment& reset : resets) {
    EXPECT_TRUE(reset.rst && reset.ack);
    if (reset.destination == to) return reset.sequence;
  }
  ADD_FAILURE() << "no reset";
  return 0;
}

TEST(TcpFlows, ResetsBothEndsWithTheNumbersThatTheyAwait) {
  TcpFlows flows;
  Connection connection(&flows, 40000);
  connection.open();
  connection.client_sends(100);  // delivered, and not yet acknowledged
  const std::vector<TcpSegment> resets = flows.reset(kRight, kLeft);
  ASSERT_EQ(resets.size(), 2U);
  EXPECT_EQ(sequence_to(resets, kRight), 1101U);
  EXPECT_EQ(sequence_to(resets, kLeft), 5001U);
  EXPECT_TRUE(flows.reset(kRight, kLeft).empty()) << "it is known to be broken";
}

TEST(TcpFlows, CountsOnlyWhatWasDelivered) {
  TcpFlows flows;
  Connection connection(&flows, 40000);
  connection.open();
  flows.on_sent(connection.from_client({.length = 100, .ack = true}));  // and lost
  EXPECT_EQ(sequence_to(flows.reset(kLeft, kRight), kRight), 1001U);
}

TEST(TcpFlows, DoesNotCountWhatComesBehindAGap) {
  TcpFlows flows;
  Connection connection(&flows, 40000);
  connection.open();
  TcpSegment second = connection.from_client({.length = 50, .ack = true});
  second.sequence += 100;  // the 100 before it were lost
  connection.pass(second);
  EXPECT_EQ(sequence_to(flows.reset(kLeft, kRight), kRight), 1001U);
}

TEST(TcpFlows, BelievesAnAcknowledgementOverItsOwnCount) {
  TcpFlows flows;
  Connection connection(&flows, 40000);
  connection.open();
  TcpSegment second = connection.from_client({.length = 50, .ack = true});
  second.sequence += 100;
  connection.pass(second);
  connection.client_sends(100);  // again: the gap is filled, and the server has all 150
  TcpSegment answer = connection.from_server({.ack = true});
  answer.acknowledgement = 1151;
  connection.pass(answer);
  EXPECT_EQ(sequence_to(flows.reset(kLeft, kRight), kRight), 1151U);
}

TEST(TcpFlows, GoesRoundTheCircleOfSequenceNumbers) {
  TcpFlows flows;
  Connection connection(&flows, 40000, 0xffffff00, 0xfffffffe);
  connection.open();
  connection.client_sends(1000);
  connection.server_acknowledges();
  EXPECT_EQ(sequence_to(flows.reset(kLeft, kRight), kRight), connection.client_next());
  EXPECT_LT(connection.client_next(), 1000U);
}

TEST(TcpFlows, ResetsAClientThatStillAwaitsTheAnswer) {
  TcpFlows flows;
  Connection connection(&flows, 40000);
  connection.pass(connection.from_client({.syn = true}));
  EXPECT_EQ(flows.size(), 0U);
  TcpSegment answer = connection.from_server({.syn = true, .ack = true});
  answer.acknowledgement = 1001;
  flows.on_sent(answer);  // and lost
  const std::vector<TcpSegment> resets = flows.reset(kLeft, kRight);
  ASSERT_EQ(resets.size(), 2U);
  for (const TcpSegment& reset : resets) {
    if (reset.destination == kLeft) {
      EXPECT_EQ(reset.acknowledgement, 1001U);
    }
  }
}

TEST(TcpFlows, ForgetsConnectionsThatHaveEnded) {
  TcpFlows flows;
  Connection closed(&flows, 40000);
  closed.open();
  closed.close();
  EXPECT_EQ(flows.size(), 0U);
  Connection aborted(&flows, 40001);
  aborted.open();
  aborted.pass(aborted.from_server({.ack = true, .rst = true}));
  EXPECT_EQ(flows.size(), 0U);
  Connection half_closed(&flows, 40002);
  half_closed.open();
  half_closed.pass(half_closed.from_client({.length = 1, .ack = true, .fin = true}));
  EXPECT_EQ(flows.reset(kLeft, kRight).size(), 2U);
}

TEST(TcpFlows, LeavesOtherPairsAlone) {
  TcpFlows flows;
  Connection connection(&flows, 40000);
  connection.open();
  EXPECT_TRUE(flows.reset(kLeft, kRight + 1).empty());
  EXPECT_TRUE(flows.reset(kLeft + 7, kRight).empty());
  EXPECT_EQ(flows.reset(kLeft, kRight).size(), 2U);
}

TEST(TcpFlows, AnswersWhoeverGoesOnOverABrokenConnection) {
  TcpFlows flows;
  Connection connection(&flows, 40000);
  connection.open();
  EXPECT_FALSE(connection.pass(connection.from_client({.length = 5, .ack = true})));
  flows.reset(kLeft, kRight);
  const TcpSegment late = connection.from_client({.length = 5, .ack = true});
  EXPECT_TRUE(connection.pass(late));
  const TcpSegment reset = reset_answering(late);
  EXPECT_EQ(reset.destination, kLeft);
  EXPECT_EQ(reset.destination_port, 40000);
  EXPECT_EQ(reset.sequence, late.acknowledgement);
  // The same ports once more are a new connection.
  Connection again(&flows, 40000, 70000, 90000);
  again.open();
  EXPECT_FALSE(again.pass(again.from_client({.length = 5, .ack = true})));
  EXPECT_EQ(flows.reset(kLeft, kRight).size(), 2U);
}

TEST(TcpFlows, ForgetsTheLongestSilentWhenThereAreTooMany) {
  TcpFlows flows;
  for (std::size_t i = 0; i < TcpFlows::kMost; ++i) {
    Connection(&flows, static_cast<std::uint16_t>(i)).open();
  }
  EXPECT_EQ(flows.size(), TcpFlows::kMost);
  Connection oldest(&flows, 0);
  TcpSegment word = oldest.from_client({.ack = true});
  flows.on_sent(word);
  TcpSegment answer = oldest.from_server({.syn = true, .ack = true});
  answer.source_port = 9999;
  flows.on_sent(answer);
  EXPECT_EQ(flows.size(), TcpFlows::kMost / 2 + 1);
  bool kept = false;
  for (const TcpSegment& reset : flows.reset(kLeft, kRight)) {
    kept = kept || (reset.source_port == 0 && reset.destination_port == 8080);
  }
  EXPECT_TRUE(kept) << "it was heard of just now";
}

}  // namespace
}  // namespace quorate
