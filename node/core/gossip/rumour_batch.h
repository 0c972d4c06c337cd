// The bytes of a rumour exchange: a request carries records, the reply tells what is held now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "node/core/record.h"

namespace quorate::node {

// The most records in one batch, and the most bytes: room for any record, in one element of a
// request (RespLimits).
inline constexpr std::uint32_t kMaxRumours = 1024;
inline constexpr std::size_t kMaxRumourBytes = std::size_t{3} << 19;  // 1.5 MiB

struct Rumour {
  std::string key;
  Record record;  // has a version

  bool operator==(const Rumour&) const = default;
};

// That a replica holds a key durably at `version`, or greater.
struct HeldVersion {
  std::string key;
  Version version;  // none: not a word about it; the record was refused

  bool operator==(const HeldVersion&) const = default;
};

// The payload of a request, taken record by record, so that no more is read than fits. Not
// thread-safe.
class RumourBatch {
 public:
  // False: it does not fit beside the others, and was not added. An empty batch has room for any
  // one record. REQUIRES: key and record keep to limits.h; the record has a version.
  bool add(std::string_view key, const Record& record);

  bool is_empty() const { return count_ == 0; }
  std::uint32_t count() const { return count_; }
  std::string payload() const;

 private:
  std::uint32_t count_ = 0;
  std::string items_;
};

// Errors: kProtocol (no batch, or beyond the limits).
Result<std::vector<Rumour>> decode_rumours(std::string_view payload);

// REQUIRES: at most kMaxRumours.
std::string encode_held(const std::vector<HeldVersion>& held);
// Errors: kProtocol.
Result<std::vector<HeldVersion>> decode_held(std::string_view payload);

}  // namespace quorate::node
