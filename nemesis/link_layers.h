// LinkLayers: what several faults at once make of each link. Each fault bends links for itself;
// what a link then is, is all of it together.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nemesis/network.h"

namespace quorate {

// Cut or held where one of them is; the delays add up as independent draws only where one has none,
// else the later one counts; what one loses the other cannot; the narrowest bandwidth.
LinkState together(const LinkState& a, const LinkState& b);

// Not thread-safe: of the nemesis's thread.
class LinkLayers {
 public:
  using Owner = const void*;

  // What `owner` makes of the link, in place of what it made of it before; LinkState{}: nothing.
  Result<void> bend(Network& network, Owner owner, std::string_view from, std::string_view to,
                    const LinkState& state);
  // Nothing of `owner` remains on any link: of so many it was taken. On error the rest is still
  // tried, and so it is when called again.
  Result<std::size_t> unbend(Network& network, Owner owner);

 private:
  using Link = std::pair<std::string, std::string>;
  using Layers = std::vector<std::pair<Owner, LinkState>>;  // in the order in which they came

  std::map<Link, Layers> links_;
};

}  // namespace quorate
