#include "nemesis/faults/bent_links.h"

#include <utility>

#include <fmt/core.h>

namespace quorate {

BentLinks::BentLinks(std::string name, LinkChoice choice, LinkState state)
    : name_(std::move(name)), choice_(choice), state_(std::move(state)) {}

Result<void> BentLinks::fits(const Targets& targets) const {
  const Result<void> fits = choice_fits(choice_, targets);
  if (fits) return {};
  return Error{fits.error().code, fmt::format("{}: {}", name_, fits.error().context)};
}

Result<void> BentLinks::applicable(const Network& network, const Targets& targets) const {
  const Result<void> supported = network.supports(state_);
  if (supported) return fits(targets);
  return Error{supported.error().code, fmt::format("{}: {}", name_, supported.error().context)};
}

Json BentLinks::draw(const Targets& targets, RandomStream* random) const {
  Json args = Json::object();
  args["state"] = to_json(state_);
  args["links"] = draw_links(choice_, targets, random);
  return args;
}

Result<Json> BentLinks::inject(ClusterControl& cluster, const Json& args) {
  if (!args.is_object() || !args.contains("state") || !args.contains("links")) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("{} needs {{\"state\": {{…}}, \"links\": [[\"n1\", \"n2\"]]}}: {}",
                             name_, args.dump())};
  }
  const Result<LinkState> state = link_state_from_json(args.at("state"));
  if (!state) return state.error();
  const auto links = links_from_json(args.at("links"), cluster.network());
  if (!links) return links.error();
  for (const auto& [from, to] : *links) {
    if (Result<void> bent = cluster.bend_link(this, from, to, *state); !bent) return bent.error();
  }
  return args;
}

Result<Json> BentLinks::heal(ClusterControl& cluster) {
  const Result<std::size_t> mended = cluster.unbend_links(this);
  if (!mended) return mended.error();
  return Json{{"healed", *mended}};
}

}  // namespace quorate
