// Network: the port through which faults bend the network between the endpoints of a cluster.
//
// Endpoints are nodes ("n1", "n2", …) and client groups ("c1", "c2", …); a group is the place where
// some of the harness's clients live. A link is directed: (from, to). All methods are thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "nemesis/link_state.h"

namespace quorate {

struct SocketAddress {
  std::string host;  // IPv4, dotted
  std::uint16_t port = 0;
};

// Of one directed link, in packets but for bytes.
struct LinkCounters {
  std::uint64_t forwarded = 0;  // all that left the link; a packet and its duplicate are two
  std::uint64_t bytes = 0;      // of those
  std::uint64_t cut = 0;        // dropped because the link was cut
  std::uint64_t lost = 0;       // dropped by chance
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;  // sent past others
  std::uint64_t corrupted = 0;
  std::uint64_t throttled = 0;  // dropped because too many waited for the bandwidth
  std::uint64_t refused = 0;    // lost because the receiving side could not take them
  std::uint64_t waiting = 0;    // now, delayed or held
};

class Network {
 public:
  virtual ~Network() = default;
  virtual std::string_view name() const = 0;        // "packet", "proxy" or "none"
  virtual std::string about() const { return {}; }  // what it is made of: half a sentence
  virtual bool can_bend_links() const = 0;          // false: set_link is kUnsupported
  virtual const std::vector<std::string>& endpoints() const = 0;
  // The IPv4 address of an endpoint. REQUIRES: it is one of endpoints().
  virtual std::string address(std::string_view endpoint) const = 0;
  // An open file descriptor of the endpoint's network namespace, or -1 where it has none of its
  // own. Owned by the network.
  virtual int namespace_fd(std::string_view endpoint) const = 0;

  // Where processes at `from` reach what listens on `port` of `to`'s address: there, or at a relay
  // that leads there from now on. Errors: kIo, kLimit.
  virtual Result<SocketAddress> route(std::string_view from, std::string_view to,
                                      std::uint16_t port);
  // Errors: kUnsupported for what this emulator cannot do.
  virtual Result<void> set_link(std::string_view from, std::string_view to,
                                const LinkState& state) = 0;
  virtual void heal_all_links() = 0;  // idempotent
  // Breaks every TCP connection between the two at the next packet that it sends: both ends are
  // told so (RST). Gives the number of connections that were known. Errors: kUnsupported.
  virtual Result<std::size_t> reset_connections(std::string_view a, std::string_view b);
  // From now on writes what is sent in either direction between the two into a pcap file, as the
  // sender sent it. The file is whole after every packet, and ends with the network. Errors:
  // kUnsupported, kIo.
  virtual Result<void> capture(std::string_view a, std::string_view b,
                               const std::filesystem::path& file);
  virtual LinkCounters counters(std::string_view from, std::string_view to) const = 0;
};

// Plain loopback: every endpoint is 127.0.0.1, nothing can be bent.
std::unique_ptr<Network> make_loopback_network(std::vector<std::string> endpoints);

// Each endpoint in a network namespace of its own, whose device ends in this process: a TUN device
// where /dev/net/tun may be opened, else a veth pair. A thread of its own forwards the packets. A
// namespace and its device vanish once this process has dropped the object (or has died) and the
// last process and socket in the namespace has gone: nothing has to be cleaned up. Who is not root
// calls gain_namespaces() first. Errors: kUnsupported with what is missing, kLimit over 250
// endpoints, kInvalidArgument if two have the same name.
Result<std::unique_ptr<Network>> make_packet_network(std::vector<std::string> endpoints);

// A TCP relay on loopback for each directed pair of endpoints, for machines that allow no
// namespaces. Each endpoint has a loopback address of its own to listen on, and is reached through
// route() only. Links can be cut, held, delayed and slowed down. Errors: kUnsupported if the
// addresses cannot be used, kLimit over 250 endpoints, kInvalidArgument if two have the same name.
Result<std::unique_ptr<Network>> make_proxy_network(std::vector<std::string> endpoints);

// While it lives, the calling thread's new sockets belong to the namespace behind `fd`; -1 changes
// nothing.
class ScopedNamespace {
 public:
  explicit ScopedNamespace(int fd);
  ~ScopedNamespace();
  ScopedNamespace(const ScopedNamespace&) = delete;
  ScopedNamespace& operator=(const ScopedNamespace&) = delete;

 private:
  int previous_ = -1;
};

}  // namespace quorate
