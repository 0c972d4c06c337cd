// RecordDigest: what replicas compare of a record: all of it but the value, and of that the hash.
//
// Two replicas agree on a key iff they have equal hashes of it, so the hash covers everything in
// which they can differ: a hash over keys alone, or over versions without values, would call
// replicas equal that are not.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "node/core/record.h"

namespace quorate::node {

struct RecordDigest {
  std::string key;
  Version version;  // not none
  bool tombstone = false;
  std::uint64_t value_hash = 0;  // XXH3-64 of the value; of a tombstone: of ""

  bool operator==(const RecordDigest&) const = default;
};

RecordDigest digest_of(std::string_view key, const Record& record);

// XXH3-64 over (key, version, tombstone, value hash). Never 0.
std::uint64_t hash_of(const RecordDigest& digest);
// The same of a record's digest; 0 if the record's version is none: there is nothing.
std::uint64_t record_hash(std::string_view key, const Record& record);

// The order of record_key(): by position, then by key.
std::strong_ordering stored_order(std::string_view left, std::string_view right);

}  // namespace quorate::node
