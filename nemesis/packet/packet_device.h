// PacketDevice: one end of a cable that leads into an endpoint's network namespace.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace quorate {

inline constexpr std::string_view kEndpointDevice = "quorate0";  // its name in every namespace

struct PacketDevice {
  // Non-blocking; gives and takes one packet a call, each behind header.size() bytes of link-layer
  // header.
  FileDescriptor fd;
  // What stands before a packet that is written; what stood before one that is read means nothing.
  std::vector<std::byte> header;
};

}  // namespace quorate
