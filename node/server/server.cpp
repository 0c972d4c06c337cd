#include "node/server/server.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include "node/core/client_reply.h"
#include "node/core/resp_writer.h"
#include "node/core/wire.h"
#include "node/server/admin_commands.h"

namespace quorate::node {
namespace {

constexpr Duration kDrainTime = std::chrono::seconds(2);
constexpr Duration kDrainStep = std::chrono::milliseconds(2);

std::chrono::steady_clock::time_point steady(Instant instant) {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(instant.time_since_epoch()));
}

// A client's operation is known by its session and its place there.
ClientToken token_of(std::uint32_t session, std::uint32_t place) {
  return (ClientToken{session} << 32U) | place;
}

}  // namespace

Server::Server(Options options, Store* store, std::uint64_t purged_counter,
               std::shared_ptr<DiskTrouble> trouble)
    : options_(std::move(options)),
      store_(store),
      trouble_(std::move(trouble)),
      engine_(store, options_.engine, purged_counter, this) {
  commit_ = std::make_unique<GroupCommit>(
      store_, options_.storage, [this](Result<std::uint64_t> through) {
        boost::asio::post(loop_, [this, through = std::move(through)] { on_synced(through); });
      });
}

Server::~Server() {
  commit_.reset();
  close_sessions();
}

void Server::close_sessions() {
  for (const auto& [id, session] : std::exchange(sessions_, {})) session->close("the node stops");
}

Result<Address> Server::listen() {
  boost::system::error_code failed;
  const Tcp::endpoint wanted = endpoint_of(options_.listen);
  acceptor_.open(wanted.protocol(), failed);
  if (!failed) acceptor_.set_option(Tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor_.bind(wanted, failed);
  if (!failed) acceptor_.listen(1024, failed);
  if (!failed) address_ = address_of(acceptor_.local_endpoint(failed));
  if (failed) {
    return Error{ErrorCode::kIo,
                 fmt::format("listen on {}: {}", to_string(options_.listen), failed.message())};
  }
  if (!options_.peers.empty()) {
    if (const auto set = set_peers(options_.peers); !set) return set.error();
  }
  accept();
  return address_;
}

Result<void> Server::run() {
  loop_.run();
  close_sessions();
  if (failed_) return *failed_;
  return {};
}

Result<void> Server::set_peers(const std::vector<ClusterMember>& members) {
  const Result<std::size_t> self = find_member(members, options_.name);
  if (!self) return self.error();
  const Result<QuorumSize> quorum = quorum_of(options_, members.size());
  if (!quorum) return quorum.error();
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const ClusterMember& member : members) names.push_back(member.name);
  if (knows_peers() && names != names_) {
    return Error{ErrorCode::kInvalidArgument,
                 "the nodes or their order differ from the list given before; only addresses may"};
  }
  if (!knows_peers()) {
    for (const std::string& warning : warnings_of(options_, *quorum, members.size())) {
      spdlog::warn("configuration {}", warning);
    }
    const Membership membership{names,          static_cast<ReplicaIndex>(*self),
                                quorum->n,      options_.virtual_nodes,
                                options_.epoch, quorum->r};
    connect_peers(members, *self);
    names_ = std::move(names);
    quorum_ = *quorum;
    if (const auto joined = engine_.join(membership, monotonic_now()); !joined) {
      stop_for(joined.error());
      return joined.error();
    }
    close_sessions_of_other_epochs();
    watch_deadlines();
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!links_[i]) continue;
    links_[i]->set_epoch(to_string(engine_.epoch()));
    links_[i]->connect_to(members[i].address);
  }
  return {};
}

void Server::close_sessions_of_other_epochs() {
  const std::string epoch = to_string(engine_.epoch());
  std::vector<std::shared_ptr<Session>> others;
  for (const auto& [id, session] : sessions_) {
    if (!session->peer().empty() && session->peer_epoch() != epoch) others.push_back(session);
  }
  for (const auto& session : others) session->close("it greeted with another epoch");
}

void Server::connect_peers(const std::vector<ClusterMember>& members, std::size_t self) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i == self) {
      links_.push_back(nullptr);
      continue;
    }
    const auto peer = static_cast<ReplicaIndex>(i);
    links_.push_back(std::make_unique<PeerLink>(
        &loop_, &turn_end_, PeerLink::Names{options_.cluster, options_.name, members[i].name},
        PeerLink::Events{.on_up =
                             [this, peer] {
                               engine_.on_link_up(peer, monotonic_now());
                               watch_deadlines();
                             },
                         .on_reply =
                             [this, peer](ReplicaReply reply) {
                               engine_.on_reply(peer, std::move(reply), monotonic_now());
                               watch_deadlines();
                             }}));
  }
}

std::optional<ReplicaIndex> Server::index_of(std::string_view name) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return static_cast<ReplicaIndex>(i);
  }
  return std::nullopt;
}

void Server::repair() {
  engine_.demand_anti_entropy(monotonic_now());
  watch_deadlines();
}

void Server::set_clock(Duration offset, double drift_ppm) {
  engine_.set_clock(offset, drift_ppm, monotonic_now());
}

void Server::stall_hints(Stall how) {
  engine_.stall_hints(how);
  watch_deadlines();
}

void Server::hold_anti_entropy(bool held) {
  engine_.hold_anti_entropy(held, monotonic_now());
  watch_deadlines();
}

void Server::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& failed, Tcp::socket socket) {
    on_accepted(failed, std::move(socket));
  });
}

void Server::on_accepted(const boost::system::error_code& failed, Tcp::socket socket) {
  if (stopping_) return;
  if (!failed) {
    admit(std::move(socket));
    return accept();
  }
  // Out of descriptors, or the connection was gone at once: breathe, then go on.
  spdlog::warn("accept failed why=\"{}\"", failed.message());
  accept_again_.expires_after(std::chrono::milliseconds(50));
  accept_again_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && !stopping_) accept();
  });
}

void Server::admit(Tcp::socket socket) {
  ++counters_.accepted;
  const auto session =
      std::make_shared<Session>(++last_session_, std::move(socket), &turn_end_, this);
  sessions_.emplace(session->id(), session);
  session->start();
  if (sessions_.size() <= options_.max_connections) return;
  ++counters_.turned_away;
  append_error(fmt::format("ERR more than {} connections", options_.max_connections),
               session->reply());
  session->close_after_replies("too many connections");
}

void Server::on_session_closed(std::uint32_t id, std::string_view why) {
  spdlog::debug("connection closed id={} why=\"{}\"", id, why);
  sessions_.erase(id);
}

void Server::on_command(Session* session, RespRequest arguments) {
  ++counters_.commands;
  const std::string_view name = arguments.front();
  if (is_client_command(name)) return run_client_command(session, arguments);
  if (is_replica_command(name)) return run_replica_command(session, arguments);
  run_admin_command(this, session, arguments);
}

void Server::run_client_command(Session* session, RespRequest arguments) {
  if (!knows_peers()) {
    append_error("FAILED not ready: the list of nodes is not known yet (PEERS tells it)",
                 session->reply());
    return;
  }
  Result<ClientCommand> command = parse_client_command(arguments, defaults());
  if (!command) return append_error("ERR " + command.error().context, session->reply());
  const Instant now = monotonic_now();
  const std::uint32_t place = session->hold_reply(command->kind, command->meta, now);
  engine_.start(token_of(session->id(), place), std::move(*command), now);
  watch_deadlines();
}

void Server::run_replica_command(Session* session, RespRequest arguments) {
  Result<ReplicaRequest> request = decode_request(arguments);
  if (request) {
    engine_.on_request(session->id(), index_of(session->peer()), std::move(*request),
                       monotonic_now());
    return watch_deadlines();
  }
  append_error("ERR " + request.error().context, session->reply());
  session->close_after_replies(request.error().context);
}

void Server::persist(std::vector<StoreChange> changes) { commit_->submit(std::move(changes)); }

bool Server::send(ReplicaIndex to, const ReplicaRequest& request) {
  return links_[to]->send(request);
}

void Server::reply(ReplyAddress to, const ReplicaReply& reply) {
  const auto session = sessions_.find(static_cast<std::uint32_t>(to));
  if (session != sessions_.end()) encode_reply(reply, session->second->unordered_reply());
}

void Server::finish(ClientToken client, const OperationResult& result) {
  const auto session = sessions_.find(static_cast<std::uint32_t>(client >> 32U));
  if (session == sessions_.end()) return;
  const Session::Finished finished =
      session->second->finish(static_cast<std::uint32_t>(client), result, names_);
  Histogram& times = finished.kind == CommandKind::kGet ? read_times_ : write_times_;
  times.add(monotonic_now() - finished.begun);
}

void Server::report_violation(const std::string& violation) {
  ++violations_;
  spdlog::error("invariant broken: {}", violation);
}

void Server::stop_for(const Error& error) {
  if (failed_) return;
  failed_ = error;
  loop_.stop();  // at once: no reply leaves any more
}

void Server::on_synced(const Result<std::uint64_t>& through) {
  if (failed_) return;
  if (!through) return stop_for(through.error());
  engine_.on_persisted(*through, monotonic_now());
  watch_deadlines();
}

void Server::watch_deadlines() {
  const std::optional<Instant> next = engine_.next_deadline(monotonic_now());
  // Operations end long before their deadlines: the timer is set again only when it would be late.
  if (!next || (deadline_watched_ && *deadline_watched_ <= *next)) return;
  deadline_watched_ = next;
  deadline_timer_.expires_at(steady(*next));
  deadline_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    deadline_watched_.reset();
    engine_.on_time(monotonic_now());
    watch_deadlines();
  });
}

void Server::stop() {
  boost::asio::post(loop_, [this] { begin_stop(); });
}

void Server::stop_on_signals() {
  boost::system::error_code failed;
  for (const int signal : {SIGTERM, SIGINT}) signals_.add(signal, failed);
  signals_.async_wait([this](const boost::system::error_code& cancelled, int /*signal*/) {
    if (!cancelled) begin_stop();
  });
}

void Server::begin_stop() {
  if (std::exchange(stopping_, true)) return;
  spdlog::info("stopping connections={} in_flight={}", sessions_.size(), engine_.in_flight());
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  stop_by_ = monotonic_now() + kDrainTime;
  stop_when_idle();
}

void Server::stop_when_idle() {
  bool owes = !engine_.is_idle();
  for (const auto& [id, session] : sessions_) owes = owes || session->owes_replies();
  if (!owes || monotonic_now() >= *stop_by_) {
    loop_.stop();
    return;
  }
  stop_timer_.expires_after(kDrainStep);
  stop_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) stop_when_idle();
  });
}

}  // namespace quorate::node
