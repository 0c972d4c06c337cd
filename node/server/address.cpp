#include "node/server/address.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "node/core/limits.h"

namespace quorate::node {
namespace {

Error invalid(std::string context) {
  return Error{ErrorCode::kInvalidArgument, std::move(context)};
}

}  // namespace

std::string to_string(const Address& address) {
  if (address.host.find(':') == std::string::npos) {
    return fmt::format("{}:{}", address.host, address.port);
  }
  return fmt::format("[{}]:{}", address.host, address.port);
}

Result<Address> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return invalid(
        fmt::format("\"{}\" is no address: it must read IP:PORT, as 127.0.0.1:7000", text));
  }
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  Address address{std::string(host), 0};
  boost::system::error_code failed;
  (void)boost::asio::ip::make_address(address.host, failed);
  if (failed) {
    return invalid(fmt::format("\"{}\": the host must be an IP address in numbers", text));
  }
  const auto [end, wrong] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (wrong != std::errc() || digits.empty() || end != digits.data() + digits.size()) {
    return invalid(fmt::format("\"{}\": the port must be a number in [0, 65535]", text));
  }
  return address;
}

bool is_node_name(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

Result<std::vector<ClusterMember>> parse_members(std::string_view text) {
  std::vector<ClusterMember> members;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const std::size_t equals = item.find('=');
    const std::string_view name = item.substr(0, equals);
    if (equals == std::string_view::npos || !is_node_name(name)) {
      return invalid(fmt::format("\"{}\" is no member: it must read NAME=IP:PORT", item));
    }
    if (find_member(members, name)) {
      return invalid(fmt::format("{} stands twice in the list of nodes", name));
    }
    const Result<Address> address = parse_address(item.substr(equals + 1));
    if (!address) return address.error();
    members.push_back({std::string(name), *address});
    if (members.size() > std::size_t{kMaxReplicas}) {
      return Error{ErrorCode::kLimit, fmt::format("more than {} nodes", std::size_t{kMaxReplicas})};
    }
  }
  if (members.empty()) return invalid("the list of nodes is empty");
  return members;
}

Result<std::size_t> find_member(const std::vector<ClusterMember>& members, std::string_view name) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].name == name) return i;
  }
  return invalid(fmt::format("{} is not in the list of nodes", name));
}

}  // namespace quorate::node
