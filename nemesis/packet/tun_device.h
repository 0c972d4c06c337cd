// A TUN device: a network interface whose cable ends in this process. What the namespace sends is
// read from the descriptor, one IP packet a read; what is written to it arrives in the namespace.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"

namespace quorate {

struct TunSettings {
  std::string address;                    // IPv4, dotted
  std::string netmask = "255.255.255.0";  // everyone behind the switch is on-link
  int mtu = 65535;           // as large as IP allows: bulk data needs the fewest packets
  int queue_packets = 4096;  // sent by the namespace and not yet read by the switch
};

// Makes a device inside the namespace behind `namespace_fd`, and brings it and the namespace's
// loopback up. The descriptor is non-blocking; the device vanishes when it is closed. Errors:
// kUnsupported if /dev/net/tun is not there or may not be opened, kIo.
Result<FileDescriptor> open_tun_device(int namespace_fd, const TunSettings& settings);

// Unplugs the device but leaves it to its namespace, with which it vanishes. For the end of a run:
// the kernel clears away many dead namespaces at once in the background, while closing a live
// device takes it about 20 ms.
void leave_to_namespace(FileDescriptor device);

}  // namespace quorate
