// Requests to the kernel's rtnetlink, for what ioctl does not do, or only for root.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"

struct nlmsghdr;

namespace quorate {

// Makes or changes a network device of the calling thread's namespace: RTM_NEWLINK with these
// flags besides NLM_F_REQUEST and NLM_F_ACK; `fill` adds the attributes. Errors: kUnsupported where
// the kernel knows no such kind of device, kIo.
Result<void> change_link(std::string_view doing, std::uint16_t flags,
                         const std::function<void(nlmsghdr*)>& fill);

}  // namespace quorate
