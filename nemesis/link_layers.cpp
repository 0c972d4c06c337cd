#include "nemesis/link_layers.h"

#include <algorithm>
#include <optional>

namespace quorate {
namespace {

double either(double a, double b) { return 1 - (1 - a) * (1 - b); }

}  // namespace

LinkState together(const LinkState& a, const LinkState& b) {
  LinkState sum;
  sum.cut = a.cut || b.cut;
  sum.held = a.held || b.held;
  sum.delay = b.delay.none() ? a.delay : b.delay;
  sum.overtaking = a.overtaking || b.overtaking;
  sum.loss = either(a.loss, b.loss);
  sum.duplicate = either(a.duplicate, b.duplicate);
  sum.reorder = either(a.reorder, b.reorder);
  sum.corrupt = either(a.corrupt, b.corrupt);
  sum.fix_checksum = a.fix_checksum || b.fix_checksum;
  sum.bytes_per_second = std::min(a.bytes_per_second, b.bytes_per_second);
  if (sum.bytes_per_second == 0) {
    sum.bytes_per_second = std::max(a.bytes_per_second, b.bytes_per_second);
  }
  return sum;
}

Result<void> LinkLayers::bend(Network& network, Owner owner, std::string_view from,
                              std::string_view to, const LinkState& state) {
  Layers& layers = links_[{std::string(from), std::string(to)}];
  Layers wanted = layers;
  std::erase_if(wanted, [owner](const auto& layer) { return layer.first == owner; });
  if (state != LinkState{}) wanted.emplace_back(owner, state);
  LinkState all;
  for (const auto& [of, layer] : wanted) all = together(all, layer);
  if (Result<void> set = network.set_link(from, to, all); !set) return set;
  layers = std::move(wanted);
  return {};
}

Result<std::size_t> LinkLayers::unbend(Network& network, Owner owner) {
  std::optional<Error> failure;
  std::size_t mended_links = 0;
  for (auto& [link, layers] : links_) {
    const bool bent = std::any_of(layers.begin(), layers.end(),
                                  [owner](const auto& layer) { return layer.first == owner; });
    if (!bent) continue;
    const Result<void> mended = bend(network, owner, link.first, link.second, {});
    if (mended) ++mended_links;
    if (!mended && !failure) failure = mended.error();
  }
  if (failure) return *failure;
  return mended_links;
}

}  // namespace quorate
