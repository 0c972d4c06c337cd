// A veth pair whose harness-side end is read and written through an AF_PACKET socket: for machines
// where /dev/net/tun may not be opened. The harness's ends live in a namespace of their own (the
// hub), so that no interface of the machine's own namespace is touched.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "nemesis/packet/packet_device.h"

namespace quorate {

// Makes the pair: "qNUMBER" in the hub, kEndpointDevice with the IPv4 address in the endpoint's
// namespace. Checksums are computed before a packet leaves the endpoint, and checked when it
// arrives, as over a real cable. The pair vanishes with either namespace. Errors: kUnsupported if
// the machine has no veth devices or packet sockets, kIo. REQUIRES: number < 256, not used yet.
Result<PacketDevice> open_veth_device(int hub_fd, int endpoint_fd, std::size_t number,
                                      const std::string& address);

}  // namespace quorate
