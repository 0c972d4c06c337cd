#include <fmt/core.h>

#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/link_choice.h"

namespace quorate {
namespace {

// Cut for one period, mended for the next, and so on.
class FlappingLinks : public Fault {
 public:
  FlappingLinks(LinkChoice choice, Duration period) : choice_(choice), period_(period) {}

  std::string_view name() const override { return "flapping-links"; }
  Result<void> fits(const Targets& targets) const override { return choice_fits(choice_, targets); }
  Result<void> applicable(const Network& network, const Targets& targets) const override {
    if (Result<void> can = network.supports(LinkState{.cut = true}); !can) return can;
    return fits(targets);
  }
  Json draw(const Targets& targets, RandomStream* random) const override {
    Json args = Json::object();
    args["period_us"] = std::chrono::duration_cast<std::chrono::microseconds>(period_).count();
    args["links"] = draw_links(choice_, targets, random);
    return args;
  }

  Result<Json> inject(ClusterControl& cluster, const Json& args) override {
    constexpr std::int64_t kShortest = 1000;
    if (!args.is_object() || !args.contains("links") || !args.contains("period_us") ||
        !args.at("period_us").is_number_integer() || args.at("period_us") < kShortest) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("flapping-links needs {{\"period_us\": at least {}, \"links\": "
                               "[[\"n1\", \"n2\"]]}}: {}",
                               kShortest, args.dump())};
    }
    auto links = links_from_json(args.at("links"), cluster.network());
    if (!links) return links.error();
    links_ = std::move(*links);
    in_force_period_ = std::chrono::microseconds(args.at("period_us").get<std::int64_t>());
    if (Result<void> cut = set(cluster, true); !cut) return cut.error();
    return args;
  }

  std::optional<Duration> proceed(ClusterControl& cluster, Duration since) override {
    const std::int64_t periods = since / in_force_period_;
    if (periods > turned_) {
      turned_ = periods;
      (void)set(cluster, periods % 2 == 0);  // a link that cannot be set now can at the next turn
    }
    return (turned_ + 1) * in_force_period_;
  }

  Result<Json> heal(ClusterControl& cluster) override {
    if (auto mended = cluster.unbend_links(this); !mended) return mended.error();
    return Json{{"turns", turned_}};
  }

 private:
  Result<void> set(ClusterControl& cluster, bool cut) {
    for (const auto& [from, to] : links_) {
      if (Result<void> done = cluster.bend_link(this, from, to, LinkState{.cut = cut}); !done) {
        return done;
      }
    }
    return {};
  }

  const LinkChoice choice_;
  const Duration period_;
  std::vector<DirectedLink> links_;
  Duration in_force_period_{};
  std::int64_t turned_ = 0;
};

}  // namespace

FaultType flapping_links_fault() {
  return {.name = "flapping-links",
          .does = "links go down and come back again and again",
          .breaks =
              "what reconnects: answers of an old connection taken for the new one's, "
              "requests sent twice",
          .parameters = {{"period", "100ms", "how long down, and how long up"}, links_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            const LinkChoice choice = links_of(p);
            return std::make_unique<FlappingLinks>(
                choice, p->duration("period", std::chrono::milliseconds(1)));
          }};
}

}  // namespace quorate
