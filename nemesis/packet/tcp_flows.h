// TcpFlows: the TCP connections that a network carries, and RST segments that end them.
//
// A receiver believes a RST only if its sequence number is the very next one that it awaits (RFC
// 5961, section 3.2), so the number awaited is kept for each end: what it last acknowledged, moved
// on by every segment that continues there and was delivered. A connection is known from the moment
// that a listener answered it, and forgotten when both ends have closed it, or one reset it. Pure;
// not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "nemesis/packet/ip_packet.h"

namespace quorate {

class TcpFlows {
 public:
  // Over this, the half that has been silent longest is forgotten.
  static constexpr std::size_t kMost = 65536;

  // What an end has sent, at the moment when it did. True if it belongs to a connection that was
  // reset here and its sender seems not to know: then it needs reset_answering() once more.
  bool on_sent(const TcpSegment& segment);
  // What an end has been given as it was sent. Comes after on_sent for the same segment.
  void on_delivered(const TcpSegment& segment);

  // Ends every connection between the two addresses. Gives the packets that do it, one for each end
  // of each connection, in an order that depends on nothing but the connections.
  std::vector<TcpSegment> reset(Ipv4Address a, Ipv4Address b);

  std::size_t size() const { return flows_.size(); }

 private:
  struct End {
    Ipv4Address address = 0;
    std::uint16_t port = 0;
    auto operator<=>(const End&) const = default;
  };
  // The lesser end first: both directions are one connection.
  struct Key {
    std::array<End, 2> ends;
    auto operator<=>(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Flow {
    std::array<std::uint32_t, 2> awaits{};  // by end: the next sequence number that it accepts
    std::array<bool, 2> finished{};         // by end: its FIN was delivered
    bool broken = false;                    // reset by us
    std::uint64_t last_heard = 0;
  };

  static Key key_of(const TcpSegment& segment);
  // Which end of its connection sent the segment.
  static std::size_t sender_of(const TcpSegment& segment);
  static TcpSegment reset_for(const Key& key, const Flow& flow, std::size_t end);
  void open(const TcpSegment& answer);
  void forget_the_silent();

  std::unordered_map<Key, Flow, KeyHash> flows_;
  std::uint64_t heard_ = 0;
};

// The RST that the sender of that segment believes, as if its receiver had sent it.
TcpSegment reset_answering(const TcpSegment& segment);

}  // namespace quorate
