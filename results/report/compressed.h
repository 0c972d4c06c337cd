// Bytes as they travel inside a page: gzip, then base64.
#pragma once

#include <string>
#include <string_view>

namespace quorate {

// One gzip member (RFC 1952), equal for equal bytes.
std::string gzip(std::string_view bytes);
// RFC 4648, with padding, without line ends.
std::string base64(std::string_view bytes);

}  // namespace quorate
