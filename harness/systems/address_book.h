// AddressBook: where somebody finds the nodes of a run. A node that restarts may come back
// elsewhere. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace quorate {

// Where a node is found.
struct NodeAddress {
  std::string name;
  std::string host;
  std::uint16_t port = 0;
};

class AddressBook {
 public:
  explicit AddressBook(std::size_t nodes) : addresses_(nodes) {}

  NodeAddress at(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return addresses_[index];
  }
  std::vector<NodeAddress> all() const {
    const std::lock_guard lock(mutex_);
    return addresses_;
  }
  void set(std::size_t index, NodeAddress address) {
    const std::lock_guard lock(mutex_);
    addresses_[index] = std::move(address);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<NodeAddress> addresses_;
};

// By client group: where it finds the nodes. All the same, unless the network stands between as
// relays.
using AddressBooks = std::deque<AddressBook>;

}  // namespace quorate
