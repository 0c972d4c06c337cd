// Which directed links a fault bends: drawn for the plan, read back from it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "nemesis/fault.h"
#include "nemesis/fault_parameters.h"

namespace quorate {

using DirectedLink = std::pair<std::string, std::string>;

enum class LinkChoice {
  kOneLink,      // both directions between two nodes
  kOneNode,      // all links of one node with other nodes; where clients coordinate, with them too
  kFromOneNode,  // what one node sends to those
  kAll,          // every link between nodes, and where clients coordinate between them and nodes
  kClients,      // all links between one client group and the nodes
};

// The parameter "links" of such faults.
FaultParameter links_parameter();
LinkChoice links_of(FaultParameters* parameters);

// Errors: kInvalidArgument with what is missing.
Result<void> choice_fits(LinkChoice choice, const Targets& targets);
// [["n1", "n2"], …]. REQUIRES: choice_fits.
Json draw_links(LinkChoice choice, const Targets& targets, RandomStream* random);

// The links of such a list. Errors: kInvalidArgument for another form, or an endpoint that the
// network does not have.
Result<std::vector<DirectedLink>> links_from_json(const Json& list, const Network& network);

}  // namespace quorate
