#include "nemesis/packet/packet_network.h"

#include <utility>

#include <fmt/core.h>

#include "base/check.h"
#include "nemesis/packet/net_namespace.h"
#include "nemesis/packet/network_interface.h"
#include "nemesis/packet/tun_device.h"
#include "nemesis/packet/veth_device.h"

namespace quorate {
namespace {

DeviceKind resolved(DeviceKind kind) {
  if (kind != DeviceKind::kAuto) return kind;
  return can_open_tun() ? DeviceKind::kTun : DeviceKind::kVeth;
}

}  // namespace

Result<std::unique_ptr<Network>> make_packet_network(std::vector<std::string> endpoints,
                                                     std::uint64_t seed) {
  Result<std::unique_ptr<PacketNetwork>> made = PacketNetwork::create(std::move(endpoints), seed);
  if (!made) return made.error();
  return std::unique_ptr<Network>(std::move(made.value()));
}

Result<std::unique_ptr<PacketNetwork>> PacketNetwork::create(std::vector<std::string> endpoints,
                                                             std::uint64_t seed, DeviceKind kind) {
  if (endpoints.size() > PacketSwitch::kMostPorts) {
    return Error{ErrorCode::kLimit, fmt::format("a packet network has at most {} endpoints, not {}",
                                                PacketSwitch::kMostPorts, endpoints.size())};
  }
  std::unique_ptr<PacketNetwork> network(new PacketNetwork(std::move(endpoints), kind));
  if (network->ports_.size() != network->endpoints_.size()) {
    return Error{ErrorCode::kInvalidArgument, "two endpoints of the network have the same name"};
  }
  Result<void> built = network->build(seed);
  if (!built) return built.error();
  return network;
}

PacketNetwork::PacketNetwork(std::vector<std::string> endpoints, DeviceKind kind)
    : endpoints_(std::move(endpoints)), kind_(resolved(kind)) {
  for (std::size_t port = 0; port < endpoints_.size(); ++port)
    ports_.emplace(endpoints_[port], port);
}

PacketNetwork::~PacketNetwork() {
  switch_.reset();
  if (kind_ != DeviceKind::kTun) return;
  for (PacketDevice& device : devices_) leave_to_namespace(std::move(device));
}

Result<void> PacketNetwork::build(std::uint64_t seed) {
  if (kind_ == DeviceKind::kVeth) {
    Result<FileDescriptor> hub = create_net_namespace();
    if (!hub) return hub.error();
    hub_ = std::move(hub.value());
    const ScopedNamespace inside(hub_.get());
    if (auto prepared = prepare_namespace(); !prepared) return prepared;
  }
  for (std::size_t port = 0; port < endpoints_.size(); ++port) {
    Result<FileDescriptor> made = create_net_namespace();
    if (!made) return made.error();
    Result<PacketDevice> device = open_device(port, made->get());
    if (!device) return device.error();
    namespaces_.push_back(std::move(made.value()));
    devices_.push_back(std::move(device.value()));
  }
  Result<std::unique_ptr<PacketSwitch>> started = PacketSwitch::start(&devices_, seed);
  if (!started) return started.error();
  switch_ = std::move(started.value());
  return {};
}

Result<PacketDevice> PacketNetwork::open_device(std::size_t port, int namespace_fd) {
  const std::string address = PacketSwitch::address_of_port(port);
  if (kind_ == DeviceKind::kTun) return open_tun_device(namespace_fd, address);
  return open_veth_device(hub_.get(), namespace_fd, port, address);
}

std::string PacketNetwork::about() const {
  return kind_ == DeviceKind::kTun ? "a network namespace with a TUN device per endpoint"
                                   : "a network namespace with a veth pair per endpoint";
}

Result<std::size_t> PacketNetwork::find(std::string_view endpoint) const {
  const auto found = ports_.find(endpoint);
  if (found != ports_.end()) return found->second;
  return Error{ErrorCode::kNotFound, fmt::format("the network has no endpoint \"{}\"", endpoint)};
}

std::size_t PacketNetwork::port_of(std::string_view endpoint) const {
  const auto found = ports_.find(endpoint);
  QUORATE_CHECK(found != ports_.end(), "no endpoint {}", endpoint);
  return found->second;
}

std::string PacketNetwork::address(std::string_view endpoint) const {
  return PacketSwitch::address_of_port(port_of(endpoint));
}

int PacketNetwork::namespace_fd(std::string_view endpoint) const {
  return namespaces_[port_of(endpoint)].get();
}

Result<PacketNetwork::Ports> PacketNetwork::find_pair(std::string_view a,
                                                      std::string_view b) const {
  const Result<std::size_t> first = find(a);
  if (!first) return first.error();
  const Result<std::size_t> second = find(b);
  if (!second) return second.error();
  if (*first == *second) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("{} talks to itself without a link: nothing to bend", a)};
  }
  return Ports{*first, *second};
}

Result<void> PacketNetwork::set_link(std::string_view from, std::string_view to,
                                     const LinkState& state) {
  const Result<Ports> link = find_pair(from, to);
  if (!link) return link.error();
  switch_->set_link(link->first, link->second, state);
  return {};
}

Result<std::size_t> PacketNetwork::reset_connections(std::string_view a, std::string_view b) {
  const Result<Ports> pair = find_pair(a, b);
  if (!pair) return pair.error();
  return switch_->reset_connections(pair->first, pair->second);
}

Result<void> PacketNetwork::capture(std::string_view a, std::string_view b,
                                    const std::filesystem::path& file) {
  const Result<Ports> pair = find_pair(a, b);
  if (!pair) return pair.error();
  Result<std::unique_ptr<PcapFile>> made = PcapFile::create(file);
  if (!made) return made.error();
  switch_->capture(pair->first, pair->second, std::move(made.value()));
  return {};
}

LinkCounters PacketNetwork::counters(std::string_view from, std::string_view to) const {
  return switch_->counters(port_of(from), port_of(to));
}

}  // namespace quorate
