// Swizzle-clog, as FoundationDB's simulation has it: some nodes lose their network one after
// another, and get it back one by one in another order.
#include <algorithm>

#include <fmt/core.h>

#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/link_choice.h"

namespace quorate {
namespace {

class SwizzleClog : public Fault {
 public:
  explicit SwizzleClog(Duration step) : step_(step) {}

  std::string_view name() const override { return "swizzle-clog"; }
  Result<void> fits(const Targets& targets) const override {
    return choice_fits(LinkChoice::kAll, targets);
  }
  Result<void> applicable(const Network& network, const Targets& targets) const override {
    if (Result<void> can = network.supports(LinkState{.held = true}); !can) return can;
    return fits(targets);
  }

  // {"step_us": 100000, "turns": [{"node": "n2", "held": true}, …], "links": {"n2": [[…], …]}}
  Json draw(const Targets& targets, RandomStream* random) const override {
    std::vector<std::string> nodes = targets.aimed_nodes();
    random->shuffle(&nodes);
    nodes.resize(1 + random->below(nodes.size()));
    Json args = Json::object();
    args["step_us"] = std::chrono::duration_cast<std::chrono::microseconds>(step_).count();
    args["turns"] = Json::array();
    args["links"] = Json::object();
    const Json all = draw_links(LinkChoice::kAll, targets, random);
    for (const std::string& node : nodes) {
      args["turns"].push_back({{"node", node}, {"held", true}});
      Json links = Json::array();
      for (const Json& link : all) {
        if (link[0] == node || link[1] == node) links.push_back(link);
      }
      args["links"][node] = std::move(links);
    }
    random->shuffle(&nodes);
    for (const std::string& node : nodes) {
      args["turns"].push_back({{"node", node}, {"held", false}});
    }
    return args;
  }

  Result<Json> inject(ClusterControl& cluster, const Json& args) override {
    const bool form = args.is_object() && args.contains("step_us") && args.contains("turns") &&
                      args.contains("links") && args.at("step_us").is_number_integer() &&
                      args.at("step_us") > 0 && args.at("turns").is_array() &&
                      args.at("links").is_object();
    if (!form) return wrong(args);
    for (const Json& turn : args.at("turns")) {
      if (!turn.is_object() || !turn.contains("node") || !turn.contains("held") ||
          !turn.at("node").is_string() || !turn.at("held").is_boolean() ||
          !args.at("links").contains(turn.at("node"))) {
        return wrong(args);
      }
      const auto node = turn.at("node").get<std::string>();
      auto links = links_from_json(args.at("links").at(node), cluster.network());
      if (!links) return links.error();
      turns_.push_back({std::move(*links), turn.at("held").get<bool>()});
    }
    in_force_step_ = std::chrono::microseconds(args.at("step_us").get<std::int64_t>());
    (void)proceed(cluster, Duration::zero());
    return args;
  }

  std::optional<Duration> proceed(ClusterControl& cluster, Duration since) override {
    const auto due =
        std::min<std::size_t>(static_cast<std::size_t>(since / in_force_step_) + 1, turns_.size());
    for (; done_ < due; ++done_) {
      for (const DirectedLink& link : turns_[done_].links) turn(cluster, link, turns_[done_].held);
    }
    if (done_ == turns_.size()) return std::nullopt;
    return static_cast<std::int64_t>(done_) * in_force_step_;
  }

  Result<Json> heal(ClusterControl& cluster) override {
    if (auto mended = cluster.unbend_links(this); !mended) return mended.error();
    return Json{{"turns", done_}};
  }

 private:
  struct Turn {
    std::vector<DirectedLink> links;
    bool held = false;
  };

  // A link between two nodes stays clogged until both have been let go.
  void turn(ClusterControl& cluster, const DirectedLink& link, bool held) {
    int& clogs = clogs_[link];
    clogs += held ? 1 : -1;
    (void)cluster.bend_link(this, link.first, link.second, LinkState{.held = clogs > 0});
  }

  static Error wrong(const Json& args) {
    return {ErrorCode::kInvalidArgument,
            fmt::format("swizzle-clog needs {{\"step_us\", \"turns\": [{{\"node\", \"held\"}}], "
                        "\"links\": {{node: [[\"n1\", \"n2\"]]}}}}: {}",
                        args.dump())};
  }

  const Duration step_;
  std::vector<Turn> turns_;
  std::map<DirectedLink, int> clogs_;
  Duration in_force_step_{};
  std::size_t done_ = 0;
};

}  // namespace

FaultType swizzle_clog_fault() {
  return {.name = "swizzle-clog",
          .does = "nodes lose their network one by one and get it back in another order",
          .breaks = "recovery that counts on order: leadership, membership, repair, hints",
          .parameters = {{"step", "100ms", "between two nodes"}},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            return std::make_unique<SwizzleClog>(p->duration("step", std::chrono::milliseconds(1)));
          }};
}

}  // namespace quorate
