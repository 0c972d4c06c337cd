// BentLinks: links that behave badly in one way for as long as the fault is in force. What way, and
// what it is called, is for slow_links.h and its like to say.
#pragma once

#include <string>

#include "nemesis/faults/link_choice.h"

namespace quorate {

class BentLinks : public Fault {
 public:
  BentLinks(std::string name, LinkChoice choice, LinkState state);

  std::string_view name() const override { return name_; }
  Result<void> fits(const Targets& targets) const override;
  Result<void> applicable(const Network& network, const Targets& targets) const override;
  // {"state": {"delay": "50ms"}, "links": [["n1", "n2"], …]}
  Json draw(const Targets& targets, RandomStream* random) const override;
  Result<Json> inject(ClusterControl& cluster, const Json& args) override;
  Result<Json> heal(ClusterControl& cluster) override;

 private:
  const std::string name_;
  const LinkChoice choice_;
  const LinkState state_;
};

}  // namespace quorate
