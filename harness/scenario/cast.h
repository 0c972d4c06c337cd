// Cast: which node plays which role in a scenario.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "harness/scenario/scenario.h"
#include "harness/systems/system.h"

namespace quorate {

class Cast {
 public:
  // The first n of `preference` hold the key; `tie_breaks` are by node. `order`, of roles that hold
  // the key, as Scenario::order says. REQUIRES: preference has every node once.
  Cast(std::vector<std::size_t> preference, std::size_t n,
       const std::vector<std::uint64_t>& tie_breaks, std::string_view order);

  // From 0. REQUIRES: there are as many nodes.
  std::size_t node(Role role) const { return nodes_.at(static_cast<std::size_t>(role)); }
  // "A=n2 B=n1 C=n3"
  std::string to_text() const;

 private:
  std::vector<std::size_t> nodes_;  // by role
};

std::string_view name_of(Role role);

// Asks the system and its nodes. Errors: kUnsupported where the system tells nothing of its nodes;
// as NodeInsight.
Result<Cast> cast_of(const System& system, const RunConfig& config, const std::string& key,
                     const std::vector<NodeAccess>& nodes, std::string_view order);

}  // namespace quorate
