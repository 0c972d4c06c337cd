// Script: the steps of an interleaving, on real nodes.
//
// Every step waits until what it says is so, and tells what it did. Where a step cannot be done in
// time, or the script is cancelled, it and all that follow do nothing, and trouble() says why. The
// steps are called from one thread, while another one serves the event loop.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/cluster/process_cluster.h"
#include "harness/run/recorder.h"
#include "harness/scenario/cast.h"
#include "harness/systems/node_insight.h"
#include "nemesis/traffic/request_gate.h"

namespace quorate {

class Script {
 public:
  static constexpr Duration kAmple = std::chrono::seconds(5);  // for what is to succeed
  static constexpr const char* kKey = "x";

  struct Parts {
    EventLoop& loop;
    System& system;
    ProcessCluster& cluster;
    RequestGate& gate;
    Recorder& recorder;
    const RunConfig& config;
    const Cast& cast;
    std::function<void(const std::string&)> tell;  // a line for each step
  };

  explicit Script(const Parts& parts);
  ~Script();
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  // Links. What `from` asks each of `to` waits from now on; what it answers them does not.
  void hold(Role from, const Roles& to);
  // From the next record on that it sends them.
  void hold_writes(Role from, const Roles& to);
  void release(Role from, const Roles& to);
  // Cuts all links between the two groups, both ways, and breaks their connections: nothing that is
  // under way arrives later.
  void part(const Roles& ones, const Roles& others);
  // Mends the links between the two groups.
  void join(const Roles& ones, const Roles& others);
  // What `from` asked each of `to` and they do not have yet is lost, and the links are open again.
  void forget(Role from, const Roles& to);
  // Ends all of this.
  void heal();

  // Operations of a client, coordinated by the node that it asks: until they are over. The first
  // write puts "1" there, the next one "2", …
  void write(int client, Role via, Duration timeout = kAmple);
  // The next value, to the key and to its neighbour (NodeInsight::neighbour_of) alike.
  void write_twice(int client, Role via);
  void erase(int client, Role via);
  void read(int client, Role via, Duration timeout = kAmple);
  // Where a write stands: these have it, and from those it is held back.
  struct Standing {
    Roles has;
    Roles held_from;
  };
  // Begins a write, and goes on when it stands so.
  void begin_write(int client, Role via, const Standing& standing, Duration timeout = kAmple);
  // Until the write that the client began is over.
  void await(int client);

  // Nodes.
  void lose_power(Role node,
                  bool torn = false);  // and what it had not synced; then starts it again
  void wipe(Role node);                // kills it, empties its disk, starts it again
  void set_clock(Role node, Duration ahead);
  // Lets the node compare what it holds with all others, and observes whether it finds one version
  // with two values: "conflict", "no conflict".
  void compare(Role node);
  // Until the node takes part again, after it lost records.
  void await_whole(Role node);
  // Until the node's replica has this value.
  void await_value(Role node, const std::string& value);
  // Until `to` has acknowledged a record to `from` that it had not when this was last asked.
  void await_acknowledgement(Role from, Role to);

  // After the last step, whatever became of them: heals, waits until no operation is in flight, and
  // lets the clients go.
  void finish();

  // From another thread: nothing is done any more.
  void cancel() { cancelled_ = true; }
  const Result<void>& trouble() const { return trouble_; }
  // As Variant::observed.
  std::string observed() const;
  bool is_over() const { return over_; }
  // All that it used.
  std::vector<std::string> keys() const;
  std::int32_t next_process() const { return next_process_; }

 private:
  struct Actor;

  bool may_go_on() const { return trouble_.has_value() && !cancelled_; }
  void say(const std::string& what);
  void fail(Error error);
  // Polls until the condition holds; else the script has failed.
  void until(const std::string& what, const std::function<bool()>& condition);
  void check(const std::string& what, const Result<void>& done);

  std::string node_name(Role role) const;
  NodeAccess access(Role role) const;
  // Nothing where it has none of the key.
  Result<std::optional<ReplicaRecord>> record_at(Role role) const;
  bool is_linked(Role from, Role to) const;
  void await_all_links();
  void await_linked(Role a, Role b);
  void cut(Role a, Role b);
  void kill(const std::string& name);
  void start_again(Role node);

  Actor& actor(int client);
  void start(int client, Role via, Invocation invocation, Duration timeout);
  void await_end(int client);
  void observe(const Actor& actor);
  void drop_clients();

  const Parts parts_;
  const NodeInsight& insight_;
  Result<void> trouble_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> over_ = false;
  std::vector<std::string> observed_;
  std::map<int, std::unique_ptr<Actor>> actors_;
  std::map<std::pair<Role, Role>, std::size_t> acknowledged_;  // seen by await_acknowledgement
  std::int32_t next_process_ = 1;
  int writes_ = 0;
  std::string neighbour_;  // empty: not used
};

std::string list_of(const Roles& roles);  // "B and C"

}  // namespace quorate
