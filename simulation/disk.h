// Disk: a node's store in memory, which knows what of it is durable.
//
// What is written shows at once; until it is synced, a power cut takes it back. It also keeps what
// the node's directory tells of itself: its id and how often the node was started. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/store.h"

namespace quorate::simulation {

class Disk final : public node::Store {
 public:
  Result<std::optional<std::string>> get(node::Table table, std::string_view key) override;
  Result<void> write(const std::vector<node::StoreChange>& changes) override;
  Result<void> sync() override;
  Result<node::StorePage> page(node::Table table, const node::KeyRange& range,
                               node::PageLimits limits) override;

  // Takes back what was not synced. Returns how many changes that were.
  std::size_t cut_power();
  // An empty disk, with another id.
  void wipe(std::uint64_t new_id);

  // Everything that is durable, to be put back later by restore().
  struct Image;
  Image image() const;
  void restore(Image image);

  std::uint64_t id() const { return id_; }
  void set_id(std::uint64_t id) { id_ = id; }
  // Durable at once. Returns the new number: 1 at the first start.
  std::uint64_t raise_generation() { return ++generation_; }

 private:
  using Content = std::map<std::string, std::string, std::less<>>;
  struct Undo {
    node::Table table;
    std::string key;
    std::optional<std::string> bytes;
  };
  Content& content(node::Table table) { return tables_[static_cast<std::size_t>(table)]; }
  std::optional<std::string> put(node::Table table, const std::string& key,
                                 const std::optional<std::string>& bytes);

  std::array<Content, 4> tables_;
  std::vector<Undo> unsynced_;
  std::uint64_t id_ = 0;
  std::uint64_t generation_ = 0;
};

struct Disk::Image {
  std::array<Content, 4> tables;
  std::uint64_t id = 0;
  std::uint64_t generation = 0;
};

}  // namespace quorate::simulation
