// A cluster that writes down what faults do to it: for tests of what a fault asks for and what it
// mends.
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "nemesis/cluster_control.h"

namespace quorate {

class RecordingNetwork : public Network {
 public:
  explicit RecordingNetwork(std::vector<std::string> endpoints)
      : endpoints_(std::move(endpoints)) {}
  std::string_view name() const override { return "recording"; }
  bool can_bend_links() const override { return true; }
  const std::vector<std::string>& endpoints() const override { return endpoints_; }
  std::string address(std::string_view) const override { return "127.0.0.1"; }
  int namespace_fd(std::string_view) const override { return -1; }
  Result<void> set_link(std::string_view from, std::string_view to,
                        const LinkState& state) override {
    const std::pair<std::string, std::string> link(from, to);
    if (refused.contains(link)) return Error{ErrorCode::kIo, "refused"};
    if (state == LinkState{}) {
      states.erase(link);
    } else {
      states[link] = state;
    }
    if (state.cut) {
      cut.insert(link);
    } else {
      cut.erase(link);
    }
    return {};
  }
  void heal_all_links() override {
    cut.clear();
    states.clear();
  }
  Result<void> supports_resets() const override { return {}; }
  Result<std::size_t> reset_connections(std::string_view a, std::string_view b) override {
    resets.push_back(std::string(a) + "-" + std::string(b));
    return std::size_t{2};
  }
  LinkCounters counters(std::string_view, std::string_view) const override { return {}; }

  std::set<std::pair<std::string, std::string>> cut;
  std::map<std::pair<std::string, std::string>, LinkState> states;  // that are not healthy
  std::vector<std::string> resets;                                  // "n1-n2"
  std::set<std::pair<std::string, std::string>> refused;

 private:
  std::vector<std::string> endpoints_;
};

class RecordingCluster : public ClusterControl {
 public:
  explicit RecordingCluster(std::vector<std::string> nodes, std::vector<std::string> groups = {})
      : nodes_(std::move(nodes)), network_(joined(nodes_, groups)) {}

  const std::vector<std::string>& nodes() const override { return nodes_; }
  Result<int> kill(std::string_view node) override {
    if (dead.contains(std::string(node))) return Error{ErrorCode::kNotFound, "does not run"};
    return act("kill", node, &dead, true);
  }
  Result<int> start(std::string_view node) override {
    if (damaged.contains(std::string(node)) && refuses_damage) {
      calls.push_back("start " + std::string(node));
      return Error{ErrorCode::kCorrupt, "000004.log is damaged"};
    }
    return act("start", node, &dead, false);
  }
  Result<int> pause(std::string_view node) override { return act("pause", node, &paused, true); }
  Result<int> resume(std::string_view node) override {
    if (dead.contains(std::string(node))) return Error{ErrorCode::kNotFound, "does not run"};
    return act("resume", node, &paused, false);
  }
  RecordingNetwork& network() override { return network_; }

  Result<Json> cut_power(std::string_view node, std::optional<std::uint64_t> tear) override {
    return at_disk(tear ? "tear" : "cut", node, Json{{"bytes_lost", 12}});
  }
  Result<Json> wipe_disk(std::string_view node) override {
    damaged.erase(std::string(node));
    return at_disk("wipe", node, Json{{"files_lost", 3}});
  }
  Result<Json> damage_file(std::string_view node, FileDamage damage, std::uint64_t seed) override {
    damaged.insert(std::string(node));
    const char* what = damage == FileDamage::kTruncated ? "truncate" : "flip";
    return at_disk(what, node, Json{{"file", std::to_string(seed) + ".log"}});
  }
  Result<bool> is_whole(std::string_view node) override {
    return !catching_up.contains(std::string(node));
  }
  Result<void> set_clock(std::string_view node, Duration offset, double drift_ppm) override {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(offset).count();
    return tell("clock " + std::to_string(ms) + " " + std::to_string(std::lround(drift_ppm)), node);
  }
  Result<void> set_disk(std::string_view node, const DiskState& state) override {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(state.slow_by).count();
    std::string what = ms > 0 ? "slow " + std::to_string(ms) : "healthy";
    if (state.full) what = "full";
    if (state.failing_sync) what = "fail-sync";
    return tell(what, node);
  }
  Result<void> stall(std::string_view node, Mechanism mechanism, Stall how) override {
    const std::string what = mechanism == Mechanism::kHints ? "hints" : "anti-entropy";
    const char* const hows[] = {"none", "hold", "drop"};
    return tell(what + " " + hows[static_cast<int>(how)], node);
  }

  std::vector<std::string> calls;       // "kill n1"
  std::set<std::string> failing_calls;  // these do nothing and are kIo
  std::set<std::string> dead;
  std::set<std::string> paused;
  std::set<std::string> damaged;
  std::set<std::string> catching_up;
  bool refuses_damage = true;

 private:
  // "wipe n1", on the disk of a dead node.
  Result<Json> at_disk(const std::string& what, std::string_view node, Json done) {
    calls.push_back(what + " " + std::string(node));
    if (failing_calls.contains(calls.back())) return Error{ErrorCode::kIo, calls.back()};
    if (!dead.contains(std::string(node))) return Error{ErrorCode::kIo, "it runs"};
    return done;
  }
  // "clock 500 0 n1", to a node that runs.
  Result<void> tell(const std::string& what, std::string_view node) {
    calls.push_back(what + " " + std::string(node));
    if (failing_calls.contains(calls.back())) return Error{ErrorCode::kIo, calls.back()};
    if (dead.contains(std::string(node))) return Error{ErrorCode::kNotFound, "does not run"};
    return {};
  }

  static std::vector<std::string> joined(std::vector<std::string> nodes,
                                         const std::vector<std::string>& groups) {
    nodes.insert(nodes.end(), groups.begin(), groups.end());
    return nodes;
  }

  Result<int> act(std::string_view what, std::string_view node, std::set<std::string>* state,
                  bool enter) {
    calls.push_back(std::string(what) + " " + std::string(node));
    if (failing_calls.contains(calls.back())) return Error{ErrorCode::kIo, calls.back()};
    if (enter) {
      state->insert(std::string(node));
    } else {
      state->erase(std::string(node));
    }
    return 100 + static_cast<int>(calls.size());
  }

  std::vector<std::string> nodes_;
  RecordingNetwork network_;
};

}  // namespace quorate
