// Disguise: what keys and values look like to the nodes.
//
// A workload calls them "k3" and "12-7", and so do histories and verdicts. A store that sees only
// such text is never asked to tell "k" from "K", to carry a value over two reads of a socket, or to
// keep one of no bytes. So the clients of a run dress what they send, and undress what they get:
// * neighbouring keys (k1 and k2, k3 and k4, …) differ by case only, by a NUL or a blank at the
//   end, by the last of 1024 bytes, or by bytes that are no UTF-8;
//   Which kind of likeness the first two have is the seed's: runs of few keys meet all kinds;
// * one value in ten is followed by filler of up to 30 kB, drawn from its text; at most one value
//   of each key is empty on the wire.
// A value that comes back otherwise than it was sent becomes one that nobody wrote, and its text
// says what is wrong with it.
//
// Thread-safe: clients, and those who ask replicas, share the one of their run.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace quorate {

class Disguise {
 public:
  // The same for the same key, and different for different ones. O(bytes).
  // REQUIRES: the same seed always.
  std::string key(const std::string& plain, std::uint64_t seed);
  // Of what key() gave; anything else is given back as it is.
  std::string plain_key(const std::string& wire) const;

  // What `plain_key` is to hold. REQUIRES: no '~' in it. O(bytes).
  std::string value(const std::string& plain_key, const std::string& plain);
  // What a node said the key holds.
  std::string plain_value(const std::string& plain_key, const std::string& wire) const;

 private:
  mutable std::mutex mutex_;
  // Looked up, never iterated.
  std::unordered_map<std::string, std::string> wire_keys_;     // by plain key
  std::unordered_map<std::string, std::string> plain_keys_;    // by wire key
  std::unordered_map<std::string, std::string> empty_values_;  // of a plain key: its text
};

}  // namespace quorate
