#include <fmt/core.h>

#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/link_choice.h"

namespace quorate {
namespace {

// Resets every connection on some links, again and again.
class ResetConnections : public Fault {
 public:
  ResetConnections(LinkChoice choice, Duration every) : choice_(choice), every_(every) {}

  std::string_view name() const override { return "reset-connections"; }
  Result<void> fits(const Targets& targets) const override { return choice_fits(choice_, targets); }
  Result<void> applicable(const Network& network, const Targets& targets) const override {
    if (Result<void> can = network.supports_resets(); !can) return can;
    return fits(targets);
  }
  Json draw(const Targets& targets, RandomStream* random) const override {
    Json args = Json::object();
    args["every_us"] = std::chrono::duration_cast<std::chrono::microseconds>(every_).count();
    args["links"] = draw_links(choice_, targets, random);
    return args;
  }

  Result<Json> inject(ClusterControl& cluster, const Json& args) override {
    constexpr std::int64_t kShortest = 1000;
    if (!args.is_object() || !args.contains("links") || !args.contains("every_us") ||
        !args.at("every_us").is_number_integer() || args.at("every_us") < kShortest) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("reset-connections needs {{\"every_us\": at least {}, \"links\": "
                               "[[\"n1\", \"n2\"]]}}: {}",
                               kShortest, args.dump())};
    }
    auto links = links_from_json(args.at("links"), cluster.network());
    if (!links) return links.error();
    links_ = std::move(*links);
    in_force_every_ = std::chrono::microseconds(args.at("every_us").get<std::int64_t>());
    if (Result<void> done = reset(cluster); !done) return done.error();
    return args;
  }

  std::optional<Duration> proceed(ClusterControl& cluster, Duration since) override {
    for (; since >= (rounds_ + 1) * in_force_every_; ++rounds_) (void)reset(cluster);
    return (rounds_ + 1) * in_force_every_;
  }

  Result<Json> heal(ClusterControl&) override {
    links_.clear();
    return Json{{"connections_reset", connections_}};
  }

 private:
  Result<void> reset(ClusterControl& cluster) {
    for (const auto& [from, to] : links_) {
      if (to < from) continue;  // both directions are listed, and end together
      const Result<std::size_t> done = cluster.network().reset_connections(from, to);
      if (!done) return done.error();
      connections_ += *done;
    }
    return {};
  }

  const LinkChoice choice_;
  const Duration every_;
  std::vector<DirectedLink> links_;
  Duration in_force_every_{};
  std::int64_t rounds_ = 0;
  std::size_t connections_ = 0;
};

}  // namespace

FaultType reset_connections_fault() {
  return {.name = "reset-connections",
          .does = "TCP connections are reset at both ends, again and again",
          .breaks =
              "what a lost connection leaves open: a write called failed that took effect, "
              "an answer given to the wrong request",
          .parameters = {{"every", "200ms", "between two resets"}, links_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            const LinkChoice choice = links_of(p);
            return std::make_unique<ResetConnections>(
                choice, p->duration("every", std::chrono::milliseconds(1)));
          }};
}

}  // namespace quorate
