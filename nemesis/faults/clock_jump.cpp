// Clock jumps: a node's clock jumps to a random offset within a limit, again and again.
#include <optional>
#include <utility>

#include "nemesis/faults/disturbed_nodes.h"
#include "nemesis/faults/node_fault_types.h"
#include "nemesis/faults/wrong_clocks.h"

namespace quorate {
namespace {

constexpr int kOffsets = 32;

class ClockJumps : public Fault {
 public:
  // `by`: the greatest offset, either way. `every`: from one jump to the next.
  ClockJumps(Duration by, Duration every, NodeCount count)
      : by_(by), every_asked_(every), count_(count) {}

  std::string_view name() const override { return "clock:jump"; }
  Result<void> fits(const Targets& targets) const override;
  Result<void> applicable(const Network&, const Targets& targets) const override {
    return fits(targets);
  }
  // {"nodes": […], "every_us": …, "offsets_us": […]}: the offsets in turn, and again from the
  // first.
  Json draw(const Targets& targets, RandomStream* random) const override;
  Result<Json> inject(ClusterControl& cluster, const Json& args) override;
  std::optional<Duration> proceed(ClusterControl& cluster, Duration since) override;
  Result<Json> heal(ClusterControl& cluster) override;

 private:
  Result<void> read(const Json& args);

  const Duration by_;
  const Duration every_asked_;
  const NodeCount count_;
  std::vector<std::string> nodes_;
  std::vector<std::int64_t> offsets_us_;
  Duration every_{};
};

Result<void> ClockJumps::fits(const Targets& targets) const {
  if (Result<void> fits = count_.fits(targets); !fits) return fits;
  return needs_clock_versions(targets);
}

Json ClockJumps::draw(const Targets& targets, RandomStream* random) const {
  Json args = draw_nodes(targets, count_, random);
  const std::int64_t by_us = whole_us(by_);
  Json offsets = Json::array();
  for (int i = 0; i < kOffsets; ++i) {
    offsets.push_back(
        static_cast<std::int64_t>(random->below(static_cast<std::uint64_t>(2 * by_us) + 1)) -
        by_us);
  }
  args["every_us"] = whole_us(every_asked_);
  args["offsets_us"] = std::move(offsets);
  return args;
}

Result<void> ClockJumps::read(const Json& args) {
  const Error bad{ErrorCode::kInvalidArgument,
                  "clock:jump needs {\"nodes\": […], \"every_us\": 1000, \"offsets_us\": [-5, 5]}"};
  const Result<std::int64_t> every = whole_number_of(args, "every_us");
  if (!every || *every < 1 || !args.contains("offsets_us")) return bad;
  const Json& offsets = args.at("offsets_us");
  if (!offsets.is_array() || offsets.empty()) return bad;
  std::vector<std::int64_t> offsets_us;
  for (const Json& offset : offsets) {
    if (!offset.is_number_integer()) return bad;
    offsets_us.push_back(offset.get<std::int64_t>());
  }
  every_ = std::chrono::microseconds(*every);
  offsets_us_ = std::move(offsets_us);
  return {};
}

Result<Json> ClockJumps::inject(ClusterControl& cluster, const Json& args) {
  const Result<std::vector<std::string>> nodes = nodes_of(args, cluster);
  if (!nodes) return nodes.error();
  if (const Result<void> known = read(args); !known) return known.error();
  for (const std::string& node : *nodes) {
    nodes_.push_back(node);  // first: a call that fails may have been heard
    const Result<void> set =
        cluster.set_clock(node, std::chrono::microseconds(offsets_us_.front()), 0);
    if (!set) return set.error();
  }
  return args;
}

std::optional<Duration> ClockJumps::proceed(ClusterControl& cluster, Duration since) {
  const std::int64_t jump = since / every_;
  const auto at = static_cast<std::size_t>(jump) % offsets_us_.size();
  for (const std::string& node : nodes_) {
    // A node that died meanwhile has forgotten its offset anyway.
    (void)cluster.set_clock(node, std::chrono::microseconds(offsets_us_[at]), 0);
  }
  return (jump + 1) * every_;
}

Result<Json> ClockJumps::heal(ClusterControl& cluster) {
  Json done{{"nodes", Json::array()}};
  std::optional<Error> failure;
  std::vector<std::string> still_wrong;
  for (const std::string& node : nodes_) {
    const Result<Json> right = set_clock_right(cluster, node);
    if (right) {
      done["nodes"].push_back(node);
    } else if (right.error().code != ErrorCode::kNotFound) {
      still_wrong.push_back(node);
      if (!failure) failure = right.error();
    }
  }
  nodes_ = std::move(still_wrong);
  if (failure) return *failure;
  return done;
}

}  // namespace

FaultType clock_jump_fault() {
  return {.name = "clock:jump",
          .does = "the clocks of nodes jump ahead and behind, again and again",
          .breaks = kBrokenByWrongClocks,
          .parameters = {nodes_parameter(),
                         {"by", "500ms", "how far from the right time, either way"},
                         {"every", "100ms", "from one jump to the next"}},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            const Duration by = p->duration("by", std::chrono::milliseconds(1));
            const Duration every = p->duration("every", std::chrono::milliseconds(1));
            return std::make_unique<ClockJumps>(by, every, node_count(p));
          }};
}

}  // namespace quorate
