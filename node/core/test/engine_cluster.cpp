#include "node/core/test/engine_cluster.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/check.h"
#include "node/core/key_position.h"

namespace quorate::node {

namespace {

// Replies to ask() go there; those to a node's request go to 1 + its index.
constexpr ReplyAddress kAsked = 1000;

}  // namespace

EngineOptions quiet_options() {
  EngineOptions options;
  options.gossip.interval = Duration::zero();
  options.rumours.interval = Duration::zero();
  options.anti_entropy.interval = Duration::zero();
  options.wall_at_zero_ms = 1'700'000'000'000;
  options.clock.base_us = 1'700'000'000'000'000;
  return options;
}

struct EngineCluster::Node final : EngineOutput {
  Node(EngineCluster* of, ReplicaIndex at) : cluster(of), self(at) {}

  void persist(std::vector<StoreChange> changes) override {
    unsynced.push_back(std::move(changes));
  }
  bool send(ReplicaIndex to, const ReplicaRequest& request) override {
    const auto link = cluster->links_.find({self, to});
    if (!cluster->nodes_[to]->engine) return false;
    if (link != cluster->links_.end() && link->second == LinkState::kDown) return false;
    cluster->post({self, to, 0, 0, request, {}});
    return true;
  }
  void reply(ReplyAddress to, const ReplicaReply& reply) override {
    if (to == kAsked) {
      cluster->answer_ = reply;
    } else {
      cluster->post({self, static_cast<ReplicaIndex>(to - 1), 0, 0, std::nullopt, reply});
    }
  }
  void finish(ClientToken client, const OperationResult& result) override {
    EXPECT_FALSE(cluster->finished_.contains(client)) << "an operation ended twice";
    cluster->finished_[client] = result;
  }
  void report_violation(const std::string& violation) override {
    cluster->violations.push_back(violation);
  }
  void stop_for(const Error& error) override { cluster->stopped.push_back(error.to_string()); }

  EngineCluster* const cluster;
  const ReplicaIndex self;
  std::unique_ptr<HeldStore> store = std::make_unique<HeldStore>();
  std::uint64_t disk_id = 0;
  std::uint64_t generation = 0;
  std::uint64_t started = 0;  // which start of the whole cluster this was
  std::deque<std::vector<StoreChange>> unsynced;
  std::uint64_t synced = 0;
  bool holds_disk = false;
  std::unique_ptr<Engine> engine;
  std::vector<StoreChange> saved;
  std::uint64_t saved_generation = 0;
};

EngineCluster::EngineCluster(const Setup& setup)
    : quorum{setup.n, setup.r, setup.w}, setup_(setup) {
  for (ReplicaIndex i = 0; i < setup.nodes; ++i) {
    names_.push_back("n" + std::to_string(i + 1));
    nodes_.push_back(std::make_unique<Node>(this, i));
    nodes_.back()->disk_id = 100U + i;
  }
  if (!setup.starts) return;
  for (ReplicaIndex i = 0; i < setup.nodes; ++i) start(i);
  const bool all_vote = run_until([this] {
    return std::all_of(nodes_.begin(), nodes_.end(),
                       [](const auto& node) { return node->engine->background().is_voting(); });
  });
  EXPECT_TRUE(all_vote);
}

EngineCluster::~EngineCluster() {
  EXPECT_TRUE(stopped.empty()) << stopped.front();
  EXPECT_TRUE(violations.empty()) << violations.front();
}

Engine& EngineCluster::engine(ReplicaIndex node) { return *nodes_[node]->engine; }

void EngineCluster::stop(ReplicaIndex node) {
  nodes_[node]->engine.reset();
  nodes_[node]->unsynced.clear();
}

void EngineCluster::start(ReplicaIndex node) {
  Node& it = *nodes_[node];
  QUORATE_CHECK(!it.engine);
  it.started = ++starts_;
  it.synced = 0;
  EngineOptions options = setup_.options;
  options.incarnation = 0xabc000 + starts_;
  options.start = {it.disk_id, ++it.generation, options.incarnation};
  it.engine = std::make_unique<Engine>(it.store.get(), options,
                                       load_purged_counter(it.store.get()).value(), &it);
  Membership membership;
  membership.names = names_;
  membership.self = node;
  membership.n = setup_.n;
  membership.r = setup_.r;
  EXPECT_TRUE(it.engine->join(membership, now_));
  for (const auto& other : nodes_) {
    if (!other->engine || other->self == node) continue;
    it.engine->on_link_up(other->self, now_);
    other->engine->on_link_up(node, now_);
  }
  settle();
}

void EngineCluster::wipe(ReplicaIndex node) {
  Node& it = *nodes_[node];
  QUORATE_CHECK(!it.engine);
  it.store = std::make_unique<HeldStore>();
  it.disk_id += 1000;
  it.generation = 0;
}

void EngineCluster::save_disk(ReplicaIndex node) {
  Node& it = *nodes_[node];
  it.saved.clear();
  it.saved_generation = it.generation;
  for (const Table table : {Table::kRecords, Table::kTombstones, Table::kHints, Table::kMeta}) {
    const auto page = it.store->page(table, {}, {1'000'000, std::size_t{1} << 30});
    for (const StoredEntry& entry : page->entries) {
      it.saved.push_back({table, entry.key, entry.bytes});
    }
  }
}

void EngineCluster::restore_disk(ReplicaIndex node) {
  Node& it = *nodes_[node];
  QUORATE_CHECK(!it.engine);
  it.store = std::make_unique<HeldStore>();
  EXPECT_TRUE(it.store->write(it.saved));
  it.generation = it.saved_generation;
}

void EngineCluster::set_link(ReplicaIndex from, ReplicaIndex to, LinkState state) {
  const LinkState before = std::exchange(links_[{from, to}], state);
  const bool comes_up = before == LinkState::kDown && state == LinkState::kUp;
  if (!comes_up || !nodes_[from]->engine || !nodes_[to]->engine) return;
  nodes_[from]->engine->on_link_up(to, now_);
  settle();
}

void EngineCluster::isolate(ReplicaIndex node, LinkState state) {
  for (const auto& other : nodes_) {
    if (other->self == node) continue;
    set_link(node, other->self, state);
    set_link(other->self, node, state);
  }
}

void EngineCluster::hold_disk(ReplicaIndex node, bool held) {
  nodes_[node]->holds_disk = held;
  settle();
}

OperationResult EngineCluster::set(ReplicaIndex node, const std::string& key,
                                   const std::string& value) {
  ClientCommand command;
  command.kind = CommandKind::kSet;
  command.key = key;
  command.value = value;
  return run(node, std::move(command));
}

OperationResult EngineCluster::del(ReplicaIndex node, const std::string& key) {
  ClientCommand command;
  command.kind = CommandKind::kDel;
  command.key = key;
  return run(node, std::move(command));
}

OperationResult EngineCluster::get(ReplicaIndex node, const std::string& key) {
  ClientCommand command;
  command.key = key;
  return run(node, std::move(command));
}

OperationResult EngineCluster::run(ReplicaIndex node, ClientCommand command) {
  const ClientToken client = begin(node, std::move(command));
  EXPECT_TRUE(run_until([&] { return finished_.contains(client); }));
  return finished_[client];
}

ClientToken EngineCluster::begin(ReplicaIndex node, ClientCommand command) {
  const ClientToken client = next_client_++;
  command.quorum = quorum;
  engine(node).start(client, std::move(command), now_);
  settle();
  return client;
}

std::optional<OperationResult> EngineCluster::finished(ClientToken client) const {
  const auto result = finished_.find(client);
  return result == finished_.end() ? std::nullopt : std::optional(result->second);
}

std::optional<ReplicaReply> EngineCluster::ask(ReplicaIndex node, ReplicaRequest request,
                                               std::optional<ReplicaIndex> peer) {
  answer_.reset();
  engine(node).on_request(kAsked, peer, std::move(request), now_);
  settle();
  return answer_;
}

void EngineCluster::post(Message message) {
  message.from_start = nodes_[message.from]->started;
  message.to_start = nodes_[message.to]->started;
  messages_.push_back(std::move(message));
}

void EngineCluster::settle() {
  bool more = true;
  while (more) {
    more = !messages_.empty();
    if (more) {
      Message message = std::move(messages_.front());
      messages_.pop_front();
      deliver(std::move(message));
    }
    for (const auto& node : nodes_) more = flush_disk(node.get()) || more;
  }
}

void EngineCluster::deliver(Message message) {
  Node& to = *nodes_[message.to];
  const auto link = links_.find({message.from, message.to});
  if (link != links_.end() && link->second != LinkState::kUp) return;
  if (!to.engine || to.started != message.to_start) return;
  if (nodes_[message.from]->started != message.from_start) return;
  if (message.request) {
    const ReplyAddress address = message.from + ReplyAddress{1};
    to.engine->on_request(address, message.from, std::move(*message.request), now_);
  } else {
    to.engine->on_reply(message.from, std::move(message.reply), now_);
  }
}

bool EngineCluster::flush_disk(Node* node) {
  if (!node->engine || node->holds_disk || node->unsynced.empty()) return false;
  std::deque<std::vector<StoreChange>> changes = std::exchange(node->unsynced, {});
  for (const auto& change : changes) EXPECT_TRUE(node->store->write(change));
  node->synced += changes.size();
  node->engine->on_persisted(node->synced, now_);
  return true;
}

std::optional<Instant> EngineCluster::next_deadline() const {
  std::optional<Instant> next;
  for (const auto& node : nodes_) {
    const auto due = node->engine ? node->engine->next_deadline(now_) : std::nullopt;
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

void EngineCluster::advance(Instant to) {
  now_ = std::max(now_, to);
  for (const auto& node : nodes_) {
    const auto due = node->engine ? node->engine->next_deadline(now_) : std::nullopt;
    if (due && *due <= now_) node->engine->on_time(now_);
  }
  settle();
}

void EngineCluster::run_for(Duration duration) {
  const Instant end = now_ + duration;
  run_until([] { return false; }, duration);
  now_ = std::max(now_, end);
}

bool EngineCluster::run_until(const std::function<bool()>& condition, Duration limit) {
  const Instant end = now_ + limit;
  settle();
  while (!condition()) {
    const auto next = next_deadline();
    if (!next || *next > end) return false;
    advance(*next);
  }
  return true;
}

Record EngineCluster::held(ReplicaIndex node, const std::string& key) {
  const auto bytes = nodes_[node]->store->get(Table::kRecords, record_key(key)).value();
  return bytes ? decode_record(*bytes).value() : Record();
}

std::vector<ReplicaIndex> EngineCluster::holders(const std::string& key, const std::string& value) {
  std::vector<ReplicaIndex> nodes;
  for (const auto& node : nodes_) {
    const Record record = held(node->self, key);
    if (record.has_value() && record.value == value) nodes.push_back(node->self);
  }
  return nodes;
}

std::vector<ReplicaIndex> EngineCluster::replicas_of(const std::string& key) {
  const Ring ring(names_, setup_.n);
  std::vector<ReplicaIndex> replicas;
  for (const Target& target : ring.placement_of(key).targets) replicas.push_back(target.node);
  return replicas;
}

std::string EngineCluster::key_of(ReplicaIndex node, bool replica, int number) {
  const Ring ring(names_, setup_.n);
  for (int i = 0;; ++i) {
    std::string key = "key" + std::to_string(i);
    if (ring.is_replica(node, partition_of(position_of(key))) == replica && number-- == 0) {
      return key;
    }
  }
}

}  // namespace quorate::node
