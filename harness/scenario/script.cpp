#include "harness/scenario/script.h"

#include <algorithm>
#include <thread>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "harness/cluster/on_loop.h"

namespace quorate {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(1);
constexpr auto kPatience = std::chrono::seconds(20);  // until a step counts as impossible

// "ok", "failed", "unknown"; of a read that succeeded, what it saw.
std::string seen(Function function, const Completion& completion) {
  if (completion.outcome == Outcome::kFail) return "failed";
  if (completion.outcome == Outcome::kInfo) return "unknown";
  if (function != Function::kRead) return "ok";
  return completion.has_value ? completion.value : "nothing";
}

}  // namespace

std::string list_of(const Roles& roles) {
  std::string list;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (i > 0) list += i + 1 == roles.size() ? " and " : ", ";
    list += name_of(roles[i]);
  }
  return list;
}

// One client of the script. The loop's thread has it while an operation is in flight.
struct Script::Actor {
  std::int32_t process = 0;
  std::unique_ptr<Client> client;
  Role via = Role::kA;
  std::string node;
  RecordedOperation operation;
  Completion last;
  bool retired = false;  // after an operation of unknown outcome its process is never used again
  std::atomic<bool> in_flight = false;
};

Script::Script(const Parts& parts)
    : parts_(parts), insight_(*parts.system.node_insight()), trouble_() {}

Script::~Script() = default;

void Script::drop_clients() {
  (void)on_loop<bool>(parts_.loop, [this] {
    for (const auto& [number, actor] : actors_) {
      if (actor->client) actor->client->close();
    }
    actors_.clear();
    return true;
  });
}

void Script::say(const std::string& what) {
  parts_.recorder.mark("scenario", EventType::kInfo, "step", Json(what));
  parts_.tell(what);
}

void Script::fail(Error error) {
  if (trouble_) trouble_ = std::move(error);
}

void Script::check(const std::string& what, const Result<void>& done) {
  if (!done) fail({done.error().code, fmt::format("{}: {}", what, done.error().context)});
}

void Script::until(const std::string& what, const std::function<bool()>& condition) {
  const Instant deadline = monotonic_now() + kPatience;
  while (may_go_on() && !condition()) {
    if (monotonic_now() > deadline) {
      return fail({ErrorCode::kTimeout, fmt::format("waited for {} until {} were over", what,
                                                    format_duration(kPatience))});
    }
    std::this_thread::sleep_for(kPoll);
  }
}

std::string Script::node_name(Role role) const {
  return parts_.cluster.nodes().at(parts_.cast.node(role));
}

NodeAccess Script::access(Role role) const {
  return parts_.cluster.access_to(parts_.cast.node(role));
}

bool Script::is_linked(Role from, Role to) const {
  const auto linked = insight_.linked_to(access(from));
  return linked && std::find(linked->begin(), linked->end(), node_name(to)) != linked->end();
}

void Script::await_all_links() {
  const auto nodes = static_cast<std::size_t>(parts_.config.nodes);
  for (std::size_t node = 0; node < nodes; ++node) {
    const auto role = static_cast<Role>(node);
    until(fmt::format("{} to be linked to all others", name_of(role)), [&] {
      const auto linked = insight_.linked_to(access(role));
      return linked && linked->size() == nodes - 1;
    });
  }
}

void Script::hold(Role from, const Roles& to) {
  if (!may_go_on()) return;
  for (const Role role : to) parts_.gate.hold(parts_.cast.node(from), parts_.cast.node(role));
  say(fmt::format("hold what {} asks {}", name_of(from), list_of(to)));
}

void Script::hold_writes(Role from, const Roles& to) {
  if (!may_go_on()) return;
  for (const Role role : to) {
    parts_.gate.hold_writes(parts_.cast.node(from), parts_.cast.node(role));
  }
  say(fmt::format("hold what {} asks {}, from its next record on", name_of(from), list_of(to)));
}

void Script::release(Role from, const Roles& to) {
  if (!may_go_on()) return;
  for (const Role role : to) parts_.gate.release(parts_.cast.node(from), parts_.cast.node(role));
  say(fmt::format("release what {} asks {}", name_of(from), list_of(to)));
}

void Script::cut(Role a, Role b) {
  Network& network = parts_.cluster.network();
  const std::string one = node_name(a);
  const std::string other = node_name(b);
  const LinkState state{.cut = true};
  check("cut", network.set_link(one, other, state));
  check("cut", network.set_link(other, one, state));
  const auto reset = network.reset_connections(one, other);
  if (!reset) fail(reset.error());
}

void Script::part(const Roles& ones, const Roles& others) {
  if (!may_go_on()) return;
  for (const Role one : ones) {
    for (const Role other : others) cut(one, other);
  }
  for (const Role one : ones) {
    for (const Role other : others) {
      until(fmt::format("{} and {} to be apart", name_of(one), name_of(other)),
            [&] { return !is_linked(one, other) && !is_linked(other, one); });
    }
  }
  say(fmt::format("cut {} off from {}", list_of(ones), list_of(others)));
}

void Script::await_linked(Role a, Role b) {
  until(fmt::format("{} and {} to be linked", name_of(a), name_of(b)),
        [&] { return is_linked(a, b) && is_linked(b, a); });
}

void Script::join(const Roles& ones, const Roles& others) {
  if (!may_go_on()) return;
  for (const Role one : ones) {
    for (const Role other : others) {
      check("join", parts_.cluster.network().set_link(node_name(one), node_name(other), {}));
      check("join", parts_.cluster.network().set_link(node_name(other), node_name(one), {}));
    }
  }
  for (const Role one : ones) {
    for (const Role other : others) await_linked(one, other);
  }
  say(fmt::format("mend the links of {} to {}", list_of(ones), list_of(others)));
}

void Script::forget(Role from, const Roles& to) {
  if (!may_go_on()) return;
  for (const Role role : to) {
    const auto reset = parts_.cluster.network().reset_connections(node_name(from), node_name(role));
    if (!reset) fail(reset.error());
    until(fmt::format("{} to lose its link to {}", name_of(from), name_of(role)),
          [&] { return !is_linked(from, role); });
    parts_.gate.release(parts_.cast.node(from), parts_.cast.node(role));
  }
  for (const Role role : to) await_linked(from, role);
  say(fmt::format("lose what {} asked {}", name_of(from), list_of(to)));
}

void Script::heal() {
  if (!may_go_on()) return;
  parts_.gate.release_all();
  parts_.cluster.network().heal_all_links();
  await_all_links();
  say("heal all links");
}

Script::Actor& Script::actor(int client) {
  std::unique_ptr<Actor>& actor = actors_[client];
  if (!actor) {
    actor = std::make_unique<Actor>();
    actor->process = next_process_++;
  }
  return *actor;
}

void Script::start(int client, Role via, Invocation invocation, Duration timeout) {
  Actor& self = actor(client);
  QUORATE_CHECK(!self.in_flight, "client {} has one operation at a time", client);
  if (self.retired) self.process = next_process_++;
  self.via = via;
  self.node = node_name(via);
  invocation.node = static_cast<int>(parts_.cast.node(via));
  self.operation = RecordedOperation{.process = self.process,
                                     .invocation = std::move(invocation),
                                     .node = self.node,
                                     .r = static_cast<std::uint8_t>(parts_.config.r),
                                     .w = static_cast<std::uint8_t>(parts_.config.w)};
  self.in_flight = true;
  (void)on_loop<bool>(parts_.loop, [this, &self, timeout] {
    if (self.retired) self.client.reset();
    self.retired = false;
    if (!self.client) {
      const ClientPlace place{.index = 0,
                              .namespace_fd = parts_.cluster.network().namespace_fd("c1")};
      self.client = parts_.system.make_client(parts_.loop, parts_.config,
                                              parts_.cluster.addresses().at(0), place);
      self.client->open();
    }
    parts_.recorder.invoked(self.operation);
    self.client->invoke(self.operation.invocation, timeout, [this, &self](Completion completion) {
      parts_.recorder.completed(self.operation, completion);
      self.last = std::move(completion);
      self.retired = self.last.outcome == Outcome::kInfo;
      if (self.retired) self.client->close();
      self.in_flight = false;
    });
    return true;
  });
}

void Script::await_end(int client) {
  const Actor& self = actor(client);
  until(fmt::format("the operation of client {} to be over", client),
        [&self] { return !self.in_flight; });
}

void Script::observe(const Actor& self) {
  if (!may_go_on()) return;
  const Invocation& asked = self.operation.invocation;
  const std::string result = seen(asked.function, self.last);
  observed_.push_back(result);
  const std::string value = asked.function == Function::kWrite ? " " + asked.value : "";
  say(fmt::format("process {} {}s{} at {}: {}", self.process, name_of(asked.function), value,
                  name_of(self.via), result));
}

void Script::write(int client, Role via, Duration timeout) {
  if (!may_go_on()) return;
  const std::string value = std::to_string(++writes_);
  start(client, via, {Function::kWrite, kKey, value}, timeout);
  await(client);
}

void Script::write_twice(int client, Role via) {
  if (!may_go_on()) return;
  neighbour_ = insight_.neighbour_of(kKey);
  const std::string value = std::to_string(++writes_);
  for (const std::string& key : {std::string(kKey), neighbour_}) {
    if (!may_go_on()) return;
    start(client, via, {Function::kWrite, key, value}, kAmple);
    await(client);
  }
}

void Script::erase(int client, Role via) {
  if (!may_go_on()) return;
  start(client, via, {Function::kDelete, kKey, {}}, kAmple);
  await(client);
}

void Script::read(int client, Role via, Duration timeout) {
  if (!may_go_on()) return;
  start(client, via, {Function::kRead, kKey, {}}, timeout);
  await(client);
}

void Script::await(int client) {
  if (!may_go_on()) return;
  await_end(client);
  observe(actor(client));
}

void Script::begin_write(int client, Role via, const Standing& standing, Duration timeout) {
  if (!may_go_on()) return;
  const std::string value = std::to_string(++writes_);
  start(client, via, {Function::kWrite, kKey, value}, timeout);
  for (const Role role : standing.has) await_value(role, value);
  for (const Role role : standing.held_from) {
    until(fmt::format("a record to be held back from {}", name_of(role)),
          [&] { return parts_.gate.holds_back(parts_.cast.node(via), parts_.cast.node(role)); });
  }
  if (!may_go_on()) return;
  say(fmt::format("process {} writes {} at {}: {} has it", actor(client).process, value,
                  name_of(via), list_of(standing.has)));
}

void Script::start_again(Role node) {
  const Result<int> started = parts_.cluster.start(node_name(node));
  if (!started) return fail(started.error());
  await_all_links();
}

// What its kernel still had to send is lost too.
void Script::kill(const std::string& name) {
  for (const std::string& other : parts_.cluster.nodes()) {
    if (other != name) (void)parts_.cluster.network().reset_connections(name, other);
  }
  const Result<int> killed = parts_.cluster.kill(name);
  if (!killed) return fail(killed.error());
  parts_.gate.release_all();
}

void Script::lose_power(Role node, bool torn) {
  if (!may_go_on()) return;
  const std::string name = node_name(node);
  kill(name);
  if (!may_go_on()) return;
  const auto tear = torn ? std::optional<std::uint64_t>(parts_.config.seed) : std::nullopt;
  const Result<Json> cut = parts_.cluster.cut_power(name, tear);
  if (!cut) return fail(cut.error());
  start_again(node);
  say(fmt::format(
      "{} loses power ({} unsynced bytes of its log), and starts again; nothing is held",
      name_of(node), cut->value("bytes_lost", Json(0)).dump()));
}

void Script::wipe(Role node) {
  if (!may_go_on()) return;
  const std::string name = node_name(node);
  kill(name);
  if (!may_go_on()) return;
  const Result<Json> wiped = parts_.cluster.wipe_disk(name);
  if (!wiped) return fail(wiped.error());
  start_again(node);
  say(fmt::format("{} loses its disk, and starts again; nothing is held", name_of(node)));
}

void Script::set_clock(Role node, Duration ahead) {
  if (!may_go_on()) return;
  check("set the clock", parts_.cluster.set_clock(node_name(node), ahead, 0));
  say(fmt::format("the clock of {} is {} ahead", name_of(node), format_duration(ahead)));
}

void Script::compare(Role node) {
  if (!may_go_on()) return;
  for (const std::string& name : parts_.cluster.nodes()) {
    check("go on", parts_.cluster.stall(name, Mechanism::kAntiEntropy, Stall::kNone));
  }
  // One that was under way began before.
  const auto others = static_cast<std::int64_t>(parts_.config.nodes) - 1;
  std::optional<std::int64_t> enough;
  bool conflict = false;
  until(fmt::format("{} to compare itself with all others", name_of(node)), [&] {
    const auto told = insight_.comparisons(access(node));
    if (!told) return false;
    conflict = told->conflicts > 0;
    if (!enough) enough = told->completed + others + 1;
    return told->completed >= *enough;
  });
  if (!may_go_on()) return;
  observed_.emplace_back(conflict ? "conflict" : "no conflict");
  say(fmt::format("{} compares itself with all others: {}", name_of(node), observed_.back()));
}

void Script::await_whole(Role node) {
  until(fmt::format("{} to be whole", name_of(node)), [&] {
    const Result<bool> whole = parts_.cluster.is_whole(node_name(node));
    return whole && *whole;
  });
  if (may_go_on()) say(fmt::format("{} takes part again", name_of(node)));
}

Result<std::optional<ReplicaRecord>> Script::record_at(Role role) const {
  const auto records = parts_.system.replica_records(parts_.config, {access(role)});
  if (!records) return records.error();
  for (const ReplicaRecord& record : records->at(0)) {
    if (record.key == quote_json(kKey)) return std::optional<ReplicaRecord>(record);
  }
  return std::optional<ReplicaRecord>();
}

void Script::await_value(Role node, const std::string& value) {
  until(fmt::format("{} to have {}", name_of(node), value), [&] {
    const auto record = record_at(node);
    return record && *record && (*record)->value == quote_json(value);
  });
}

void Script::await_acknowledgement(Role from, Role to) {
  std::size_t& known = acknowledged_[{from, to}];
  until(fmt::format("{} to acknowledge a record to {}", name_of(to), name_of(from)), [&] {
    return parts_.gate.acknowledged(parts_.cast.node(from), parts_.cast.node(to)) > known;
  });
  known = parts_.gate.acknowledged(parts_.cast.node(from), parts_.cast.node(to));
  if (may_go_on()) {
    say(fmt::format("{} has acknowledged a record of {}", name_of(to), name_of(from)));
  }
}

void Script::finish() {
  heal();
  for (const auto& [number, actor] : actors_) await_end(number);
  drop_clients();
  over_ = true;
}

std::vector<std::string> Script::keys() const {
  std::vector<std::string> keys{kKey};
  if (!neighbour_.empty()) keys.push_back(neighbour_);
  return keys;
}

std::string Script::observed() const { return fmt::format("{}", fmt::join(observed_, ", ")); }

}  // namespace quorate
