// Record and Version: what a replica holds for a key.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace quorate::node {

// Totally ordered: counter, then incarnation, then attempt. (incarnation, attempt) is the writer:
// incarnation is drawn at random at every start of a coordinator, attempt numbers its writes, so a
// version belongs to one write attempt, ever.
struct Version {
  std::uint64_t counter = 0;  // 0: no version, there is nothing there
  std::uint64_t incarnation = 0;
  std::uint64_t attempt = 0;

  auto operator<=>(const Version&) const = default;
  bool is_none() const { return counter == 0; }
};

// "7.9f3a01c2d4e5b687.12" (incarnation as 16 hexadecimal digits); "none" for no version.
std::string to_string(const Version& version);
// Reads exactly what to_string writes, and nothing else: one version has one text. Errors:
// kProtocol.
Result<Version> parse_version(std::string_view text);

// Value or tombstone, with its version. A record whose version is none stands for "never written".
struct Record {
  Version version;
  bool tombstone = false;
  std::string value;  // empty for a tombstone

  bool operator==(const Record&) const = default;
  bool has_value() const { return !version.is_none() && !tombstone; }
};

// The bytes of a record as stored on disk: format byte, flags, counter, incarnation, attempt (8
// bytes each, little-endian), value, and XXH3-64 of all that. REQUIRES: the record has a version.
std::string encode_record(const Record& record);
// Errors: kCorrupt (too short, unknown format, wrong checksum, or fields that no record has).
Result<Record> decode_record(std::string_view bytes);

}  // namespace quorate::node
