// Address: where a node listens, and the cluster's list of nodes as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace quorate::node {

struct Address {
  std::string host;  // an IP address in numbers
  std::uint16_t port = 0;

  bool operator==(const Address&) const = default;
};

struct ClusterMember {
  std::string name;
  Address address;

  bool operator==(const ClusterMember&) const = default;
};

// "10.77.0.1:7000", "[::1]:7000".
std::string to_string(const Address& address);
Result<Address> parse_address(std::string_view text);

// "n1=10.77.0.1:7000,n2=10.77.0.2:7000": the whole cluster; a node's place in it is its
// ReplicaIndex. Names are of letters, digits, '-', '_' and '.', each once.
Result<std::vector<ClusterMember>> parse_members(std::string_view text);

// The place of `name`. Errors: kInvalidArgument where it is not there.
Result<std::size_t> find_member(const std::vector<ClusterMember>& members, std::string_view name);

bool is_node_name(std::string_view text);

}  // namespace quorate::node
