// A TUN device: a network interface whose cable ends in this process. What the namespace sends is
// read from the descriptor, one IP packet a read; what is written to it arrives in the namespace.
#pragma once

#include <string>

#include "base/result.h"
#include "nemesis/packet/packet_device.h"

namespace quorate {

// Whether /dev/net/tun is there and may be opened. Errors: kUnsupported with what would change it.
Result<void> can_open_tun();

// Makes a device inside the namespace behind `namespace_fd`, with the IPv4 address. It has no
// header, and vanishes when its descriptor is closed. Errors: kUnsupported as can_open_tun, kIo.
Result<PacketDevice> open_tun_device(int namespace_fd, const std::string& address);

// Unplugs the device but leaves it to its namespace, with which it vanishes. For the end of a run:
// the kernel clears away many dead namespaces at once in the background, while closing a live
// device takes it about 20 ms. Does nothing to devices of other kinds.
void leave_to_namespace(PacketDevice device);

}  // namespace quorate
