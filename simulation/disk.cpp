#include "simulation/disk.h"

#include <utility>

namespace quorate::simulation {

Result<std::optional<std::string>> Disk::get(node::Table table, std::string_view key) {
  const Content& entries = content(table);
  const auto found = entries.find(key);
  if (found == entries.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

std::optional<std::string> Disk::put(node::Table table, const std::string& key,
                                     const std::optional<std::string>& bytes) {
  Content& entries = content(table);
  std::optional<std::string> old;
  const auto found = entries.find(key);
  if (found != entries.end()) old = std::move(found->second);
  if (!bytes) {
    if (found != entries.end()) entries.erase(found);
  } else if (found != entries.end()) {
    found->second = *bytes;
  } else {
    entries.emplace(key, *bytes);
  }
  return old;
}

Result<void> Disk::write(const std::vector<node::StoreChange>& changes) {
  for (const node::StoreChange& change : changes) {
    unsynced_.push_back({change.table, change.key, put(change.table, change.key, change.bytes)});
  }
  return {};
}

Result<void> Disk::sync() {
  unsynced_.clear();
  return {};
}

Result<node::StorePage> Disk::page(node::Table table, const node::KeyRange& range,
                                   node::PageLimits limits) {
  const Content& entries = content(table);
  node::StorePage page;
  std::size_t bytes = 0;
  for (auto at = entries.upper_bound(range.after); at != entries.end(); ++at) {
    if (!range.before.empty() && at->first >= range.before) break;
    if (page.entries.size() == limits.entries || (bytes >= limits.bytes && bytes > 0)) {
      page.more = true;
      break;
    }
    page.entries.push_back({at->first, at->second});
    bytes += at->first.size() + at->second.size();
  }
  return page;
}

std::size_t Disk::cut_power() {
  const std::size_t changes = unsynced_.size();
  while (!unsynced_.empty()) {
    put(unsynced_.back().table, unsynced_.back().key, unsynced_.back().bytes);
    unsynced_.pop_back();
  }
  return changes;
}

void Disk::wipe(std::uint64_t new_id) {
  restore({});
  id_ = new_id;
}

Disk::Image Disk::image() const {
  Disk durable = *this;
  durable.cut_power();
  return {std::move(durable.tables_), id_, generation_};
}

void Disk::restore(Image image) {
  tables_ = std::move(image.tables);
  unsynced_.clear();
  id_ = image.id;
  generation_ = image.generation;
}

}  // namespace quorate::simulation
