// ProxyNetwork: a TCP relay on loopback for each directed pair of endpoints. It needs no rights.
//
// Endpoint i listens on 127.77.0.(i+1), on ports that it draws, so that runs do not meet. Whoever
// is told where to find it is told of a relay's port instead, one per pair, which is how the relay
// knows whose bytes it carries. A connection opens without delay, also where bytes are delayed;
// over a cut link it is taken and then answers nothing. One thread of its own carries all bytes.
// Thread-safe, as Network asks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "nemesis/network.h"

namespace quorate {

class ProxyNetwork : public Network {
 public:
  // Errors: as make_proxy_network. `seed` is that of the delays.
  static Result<std::unique_ptr<ProxyNetwork>> create(std::vector<std::string> endpoints,
                                                      std::uint64_t seed);
  ~ProxyNetwork() override;  // breaks every connection; blocks until the thread has ended

  std::string_view name() const override { return "proxy"; }
  std::string about() const override { return "a TCP relay per pair of endpoints"; }
  bool can_bend_links() const override { return true; }
  Result<void> supports(const LinkState& state) const override;
  Result<void> supports_resets() const override { return {}; }
  const std::vector<std::string>& endpoints() const override { return endpoints_; }
  std::string address(std::string_view endpoint) const override;
  int namespace_fd(std::string_view) const override { return -1; }
  Result<SocketAddress> route(std::string_view from, std::string_view to,
                              std::uint16_t port) override;
  Result<void> set_link(std::string_view from, std::string_view to,
                        const LinkState& state) override;
  void heal_all_links() override;
  // Ends at once all that were open; what the two then send is answered by RST.
  Result<std::size_t> reset_connections(std::string_view a, std::string_view b) override;
  // Pieces of streams take the place of packets.
  LinkCounters counters(std::string_view from, std::string_view to) const override;

 private:
  struct Relays;
  ProxyNetwork(std::vector<std::string> endpoints, std::uint64_t seed);
  // Two endpoints that are not the same.
  struct Pair {
    std::size_t from = 0;
    std::size_t to = 0;
    auto operator<=>(const Pair&) const = default;
  };
  Result<Pair> find(std::string_view from, std::string_view to) const;

  const std::vector<std::string> endpoints_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::unique_ptr<Relays> relays_;
};

}  // namespace quorate
