// A network interface of the calling thread's namespace: the settings that both kinds of device
// share.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace quorate {

struct InterfaceSettings {
  std::string address;                    // IPv4, dotted; empty: none
  std::string netmask = "255.255.255.0";  // everyone behind the switch is on-link
  int mtu = 65535;                        // bytes
  int queue_packets = 4096;               // sent by the namespace and not yet read by the switch
  // False: neighbours are reached without asking for their hardware addresses.
  bool arp = true;
};

// Turns IPv6 off for the namespace (the switch speaks IPv4 only, and IPv6 would greet its
// neighbours on every new device), and brings its loopback up. Call it before devices are made.
Result<void> prepare_namespace();

// Sets the interface up as told and brings it up. Errors: kIo.
Result<void> configure_interface(std::string_view name, const InterfaceSettings& settings);

}  // namespace quorate
