#include "nemesis/proxy/proxy_network.h"

#include <algorithm>
#include <future>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/core.h>
#include <pthread.h>
#include <signal.h>

#include "base/check.h"
#include "nemesis/proxy/relay_connection.h"

namespace quorate {
namespace {

using Tcp = boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kMostEndpoints = 250;
constexpr auto kBreathe = std::chrono::milliseconds(50);  // after an accept that failed

std::string address_of(std::size_t endpoint) { return fmt::format("127.77.0.{}", endpoint + 1); }

Tcp::endpoint at(const std::string& host, std::uint16_t port) {
  return {boost::asio::ip::make_address_v4(host), port};
}

Error error_of(const std::string& host, const error_code& error) {
  const bool limit = error == boost::asio::error::no_descriptors;
  return {limit ? ErrorCode::kLimit : ErrorCode::kIo,
          fmt::format("listen on {} for --network proxy: {}{}", host, error.message(),
                      limit ? " (ulimit -n raises the limit)" : "")};
}

// Opens the acceptor on a free port of the host.
error_code listen_on(const std::string& host, Tcp::acceptor* acceptor) {
  error_code error;
  acceptor->open(Tcp::v4(), error);
  if (!error) acceptor->bind(at(host, 0), error);
  if (!error) acceptor->listen(1024, error);
  return error;
}

}  // namespace

// What the thread works on. Only `call` may be used from elsewhere.
struct ProxyNetwork::Relays {
  // The relay of one pair: where `from` finds `to`.
  struct Relay {
    explicit Relay(boost::asio::io_context& io) : acceptor(io), again(io) {}
    Tcp::acceptor acceptor;
    boost::asio::steady_timer again;
    Tcp::endpoint target;
    std::vector<std::shared_ptr<RelayConnection>> connections;
  };

  Relays(std::vector<std::string> endpoints, std::uint64_t seed_of_delays)
      : names(std::move(endpoints)), seed(seed_of_delays) {}

  ~Relays() {
    io.stop();
    if (thread.joinable()) thread.join();
  }

  Result<void> start() {
    sigset_t all;
    sigset_t previous;
    sigfillset(&all);
    // Signals are for the threads that expect them: a new thread inherits the mask.
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    Result<void> started;
    try {
      thread = std::thread([this] {
        pthread_setname_np(pthread_self(), "proxy");
        io.run();
      });
    } catch (const std::system_error& e) {
      started = Error{ErrorCode::kLimit, fmt::format("cannot start a thread: {}", e.what())};
    }
    pthread_sigmask(SIG_SETMASK, &previous, nullptr);
    return started;
  }

  // Runs it on the thread, and waits for its end.
  template <typename T>
  T call(std::function<T()> what) {
    std::packaged_task<T()> task(std::move(what));
    std::future<T> result = task.get_future();
    boost::asio::post(io, [&task] { task(); });
    return result.get();
  }

  StreamLink* link(const Pair& pair) {
    const auto found = links.find(pair);
    if (found != links.end()) return &found->second;
    const std::string name = fmt::format("proxy/{}/{}", names[pair.from], names[pair.to]);
    return &links.emplace(pair, StreamLink(RandomStream(seed, name))).first->second;
  }

  Result<SocketAddress> route(const Pair& pair, std::uint16_t port) {
    const std::string host = address_of(pair.to);
    auto found = relays.find(pair);
    if (found == relays.end()) {
      auto relay = std::make_unique<Relay>(io);
      if (const error_code error = listen_on(host, &relay->acceptor); error) {
        return error_of(host, error);
      }
      found = relays.emplace(pair, std::move(relay)).first;
      accept(pair, found->second.get());
    }
    found->second->target = at(host, port);
    error_code ignored;
    return SocketAddress{host, found->second->acceptor.local_endpoint(ignored).port()};
  }

  void accept(const Pair& pair, Relay* relay) {
    relay->acceptor.async_accept([this, pair, relay](const error_code& error, Tcp::socket socket) {
      if (!error) {
        admit(pair, relay, std::move(socket));
        return accept(pair, relay);
      }
      // Out of descriptors, or the caller was gone at once.
      relay->again.expires_after(kBreathe);
      relay->again.async_wait([this, pair, relay](const error_code& stopped) {
        if (!stopped) accept(pair, relay);
      });
    });
  }

  void admit(const Pair& pair, Relay* relay, Tcp::socket socket) {
    std::erase_if(relay->connections, [](const auto& connection) { return connection->closed(); });
    relay->connections.push_back(std::make_shared<RelayConnection>(
        std::move(socket), relay->target, link(pair), link({pair.to, pair.from})));
    relay->connections.back()->start();
  }

  // Calls `what` with each open connection between the two, whoever opened it; gives their number.
  std::size_t each_connection(const Pair& pair, const std::function<void(RelayConnection&)>& what) {
    std::size_t open = 0;
    for (const Pair& way : {pair, Pair{pair.to, pair.from}}) {
      const auto found = relays.find(way);
      if (found == relays.end()) continue;
      for (const auto& connection : found->second->connections) {
        if (connection->closed()) continue;
        ++open;
        what(*connection);
      }
    }
    return open;
  }

  void set_link(const Pair& pair, const LinkState& state) {
    link(pair)->set(state, monotonic_now());
    each_connection(pair, [](RelayConnection& connection) { connection.links_changed(); });
  }

  const std::vector<std::string> names;
  const std::uint64_t seed;
  // Destroyed in reverse: the connections, which use the links, before them.
  std::map<Pair, StreamLink> links;
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  std::map<Pair, std::unique_ptr<Relay>> relays;
  std::thread thread;
};

Result<std::unique_ptr<Network>> make_proxy_network(std::vector<std::string> endpoints,
                                                    std::uint64_t seed) {
  Result<std::unique_ptr<ProxyNetwork>> made = ProxyNetwork::create(std::move(endpoints), seed);
  if (!made) return made.error();
  return std::unique_ptr<Network>(std::move(made.value()));
}

ProxyNetwork::ProxyNetwork(std::vector<std::string> endpoints, std::uint64_t seed)
    : endpoints_(std::move(endpoints)), relays_(std::make_unique<Relays>(endpoints_, seed)) {
  for (std::size_t i = 0; i < endpoints_.size(); ++i) places_.emplace(endpoints_[i], i);
}

ProxyNetwork::~ProxyNetwork() = default;

Result<std::unique_ptr<ProxyNetwork>> ProxyNetwork::create(std::vector<std::string> endpoints,
                                                           std::uint64_t seed) {
  if (endpoints.size() > kMostEndpoints) {
    return Error{ErrorCode::kLimit, fmt::format("a proxy network has at most {} endpoints, not {}",
                                                kMostEndpoints, endpoints.size())};
  }
  std::unique_ptr<ProxyNetwork> network(new ProxyNetwork(std::move(endpoints), seed));
  if (network->places_.size() != network->endpoints_.size()) {
    return Error{ErrorCode::kInvalidArgument, "two endpoints of the network have the same name"};
  }
  Tcp::acceptor trial(network->relays_->io);
  if (const error_code error = listen_on(address_of(0), &trial); error) {
    return Error{ErrorCode::kUnsupported, error_of(address_of(0), error).context};
  }
  if (auto started = network->relays_->start(); !started) return started.error();
  return network;
}

std::string ProxyNetwork::address(std::string_view endpoint) const {
  const auto found = places_.find(endpoint);
  QUORATE_CHECK(found != places_.end(), "no endpoint {}", endpoint);
  return address_of(found->second);
}

Result<ProxyNetwork::Pair> ProxyNetwork::find(std::string_view from, std::string_view to) const {
  for (const std::string_view name : {from, to}) {
    if (places_.contains(name)) continue;
    return Error{ErrorCode::kNotFound, fmt::format("the network has no endpoint \"{}\"", name)};
  }
  if (from != to) return Pair{places_.find(from)->second, places_.find(to)->second};
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("{} talks to itself without a link: nothing to bend", from)};
}

Result<SocketAddress> ProxyNetwork::route(std::string_view from, std::string_view to,
                                          std::uint16_t port) {
  const Result<Pair> pair = find(from, to);
  if (!pair) return pair.error();
  return relays_->call<Result<SocketAddress>>([&] { return relays_->route(*pair, port); });
}

Result<void> ProxyNetwork::supports(const LinkState& state) const {
  return StreamLink::can_be(state);
}

Result<void> ProxyNetwork::set_link(std::string_view from, std::string_view to,
                                    const LinkState& state) {
  const Result<Pair> pair = find(from, to);
  if (!pair) return pair.error();
  if (auto possible = supports(state); !possible) return possible;
  relays_->call<void>([&] { relays_->set_link(*pair, state); });
  return {};
}

void ProxyNetwork::heal_all_links() {
  relays_->call<void>([this] {
    for (auto& [pair, link] : relays_->links) link.set(LinkState{}, monotonic_now());
    for (const auto& [pair, link] : relays_->links) {
      relays_->each_connection(pair, [](RelayConnection& each) { each.links_changed(); });
    }
  });
}

Result<std::size_t> ProxyNetwork::reset_connections(std::string_view a, std::string_view b) {
  const Result<Pair> pair = find(a, b);
  if (!pair) return pair.error();
  return relays_->call<std::size_t>(
      [&] { return relays_->each_connection(*pair, [](RelayConnection& each) { each.reset(); }); });
}

LinkCounters ProxyNetwork::counters(std::string_view from, std::string_view to) const {
  const Result<Pair> pair = find(from, to);
  if (!pair) return {};
  return relays_->call<LinkCounters>([&] { return relays_->link(*pair)->counters; });
}

}  // namespace quorate
