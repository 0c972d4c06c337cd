// Network: the port through which faults bend the network between the endpoints of a cluster.
//
// Endpoints are nodes ("n1", "n2", …) and client groups ("c1", "c2", …); a group is the place where
// some of the harness's clients live. A link is directed: (from, to). All methods are thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
  std::uint64_t cut = 0;        // dropped because the link was cut, or by who watches it
  std::uint64_t lost = 0;       // dropped by chance
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;  // sent past others
  std::uint64_t corrupted = 0;
  std::uint64_t throttled = 0;  // dropped because too much waited, for the bandwidth or in all
  std::uint64_t refused = 0;    // lost because the receiving side could not take them
  std::uint64_t waiting = 0;    // now, delayed or held
};

// Sees what is sent between endpoints, which are numbered as in Network::endpoints(), and may stop
// it at once: a fault that comes from another thread would come too late.
class PacketWatcher {
 public:
  struct Ruling {
    bool drop = false;  // the packet is lost; TCP sends it again
    // Directed, from and to: frozen behind the packet. What is sent on them from now on waits until
    // thaw().
    std::vector<std::pair<std::size_t, std::size_t>> freeze;
  };

  virtual ~PacketWatcher() = default;
  // `packet` is about to go from `from` to `to`, over a link that is not cut. On the emulator's
  // thread: must be quick.
  virtual Ruling on_packet(std::size_t from, std::size_t to, std::span<const std::byte> packet) = 0;
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
  // Errors: kUnsupported with what this emulator cannot do. Here: nothing at all where links cannot
  // be bent.
  virtual Result<void> supports(const LinkState& state) const;
  // Does not wait. Holds for every packet sent after the call returns. Errors: as supports(),
  // kNotFound, kInvalidArgument for a link to itself.
  virtual Result<void> set_link(std::string_view from, std::string_view to,
                                const LinkState& state) = 0;
  virtual void heal_all_links() = 0;  // idempotent
  // Whether connections can be reset. Errors: kUnsupported.
  virtual Result<void> supports_resets() const;
  // Breaks every TCP connection between the two: both ends are told so at once (RST), past
  // whatever the links are made to do, and again at the next packet that one sends all the same.
  // Gives the number of connections. Errors: as set_link.
  virtual Result<std::size_t> reset_connections(std::string_view a, std::string_view b);
  // From now on writes what is sent in either direction between the two into a pcap file, as the
  // sender sent it: before it is cut, lost or changed, and without the RSTs of
  // reset_connections. The file is whole after every packet, and
  // ends with the network, or with the first packet that the disk refuses. Errors: as set_link,
  // kIo.
  virtual Result<void> capture(std::string_view a, std::string_view b,
                               const std::filesystem::path& file);
  // Who watches from now on, in place of who did; nullptr: nobody. When it returns, the one before
  // is not called any more. Errors: kUnsupported.
  virtual Result<void> watch(PacketWatcher* watcher);
  // Frozen links go on as they were set. What waited on them is lost: TCP sends it again, if the
  // sender is still there to do so.
  virtual void thaw() {}
  virtual LinkCounters counters(std::string_view from, std::string_view to) const = 0;
};

// The sum over all links.
LinkCounters all_counters(const Network& network);

// Plain loopback: every endpoint is 127.0.0.1, nothing can be bent.
std::unique_ptr<Network> make_loopback_network(std::vector<std::string> endpoints);

// Each endpoint in a network namespace of its own, whose device ends in this process: a TUN device
// where /dev/net/tun may be opened, else a veth pair. A thread of its own forwards the packets. A
// namespace and its device vanish once this process has dropped the object (or has died) and the
// last process and socket in the namespace has gone: nothing has to be cleaned up. All chances on
// the links follow from `seed`. Who is not root calls gain_namespaces() first. Errors: kUnsupported
// with what is missing, kLimit over 250 endpoints, kInvalidArgument if two have the same name.
Result<std::unique_ptr<Network>> make_packet_network(std::vector<std::string> endpoints,
                                                     std::uint64_t seed = 0);

// A TCP relay on loopback for each directed pair of endpoints, for machines that allow no
// namespaces. Each endpoint has a loopback address of its own to listen on, and is reached through
// route() only. Links can be cut, held, delayed and slowed down. Errors: kUnsupported if the
// addresses cannot be used, kLimit over 250 endpoints, kInvalidArgument if two have the same name.
Result<std::unique_ptr<Network>> make_proxy_network(std::vector<std::string> endpoints,
                                                    std::uint64_t seed = 0);

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
