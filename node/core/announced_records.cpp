#include "node/core/announced_records.h"

#include <utility>

#include "base/check.h"
#include "node/core/key_position.h"

namespace quorate::node {

namespace {

std::uint64_t hash_or_nothing(const RecordDigest& digest) {
  return digest.version.is_none() ? 0 : hash_of(digest);
}

}  // namespace

Result<Record> AnnouncedStore::lookup(std::string_view key) const {
  const auto bytes = store_->get(Table::kRecords, record_key(key));
  if (bytes && !*bytes) return Record{};
  Result<Record> record = bytes ? decode_record(**bytes) : Result<Record>(bytes.error());
  if (!record && !failed_) failed_ = record.error();
  return record;
}

void AnnouncedStore::on_handed_out(const std::string& key, const Record& replaced) {
  const auto [entry, added] = on_their_way_.try_emplace(key);
  if (added) entry->second.announced = digest_of(key, replaced);
  ++entry->second.writes;
}

AnnouncedStore::Change AnnouncedStore::on_durable(const std::string& key, const Record& record) {
  const auto entry = on_their_way_.find(key);
  QUORATE_CHECK(entry != on_their_way_.end(), "nothing of key {} was on its way", key);
  Change change;
  change.old_hash = hash_or_nothing(entry->second.announced);
  entry->second.announced = digest_of(key, record);
  change.new_hash = hash_or_nothing(entry->second.announced);
  if (--entry->second.writes == 0) on_their_way_.erase(entry);
  return change;
}

std::optional<std::uint64_t> AnnouncedStore::announced_hash(std::string_view key) const {
  const auto entry = on_their_way_.find(std::string(key));
  if (entry == on_their_way_.end()) return std::nullopt;
  return hash_or_nothing(entry->second.announced);
}

Result<DigestPage> AnnouncedStore::digests(const KeyRange& range, PageLimits limits) {
  DigestPage page;
  KeyRange rest = range;
  do {
    const auto stored = store_->page(Table::kRecords, rest, limits);
    if (!stored) return stored.error();
    page.more = stored->more;
    for (const StoredEntry& entry : stored->entries) {
      page.bytes += entry.key.size() + entry.bytes.size();
      auto digest = digest_of_entry(entry);
      if (!digest) return digest.error();
      if (*digest) page.digests.push_back(std::move(**digest));
    }
    if (!stored->entries.empty()) rest.after = stored->entries.back().key;
  } while (page.digests.empty() && page.more);
  return page;
}

Result<std::optional<RecordDigest>> AnnouncedStore::digest_of_entry(
    const StoredEntry& entry) const {
  using Found = std::optional<RecordDigest>;
  const std::string_view key = key_in(entry.key);
  if (key.empty()) return Error{ErrorCode::kCorrupt, "a record under the key of no record"};
  const auto on_its_way = on_their_way_.find(std::string(key));
  if (on_its_way != on_their_way_.end()) {
    const RecordDigest& announced = on_its_way->second.announced;
    return announced.version.is_none() ? Found() : Found(announced);
  }
  const auto record = decode_record(entry.bytes);
  if (!record) return record.error();
  return Found(digest_of(key, *record));
}

}  // namespace quorate::node
