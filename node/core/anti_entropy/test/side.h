// Side: one replica of a comparison, in memory; and what carries the effects of an exchange between
// two of them.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "node/core/anti_entropy/answer.h"
#include "node/core/anti_entropy/exchange.h"
#include "node/core/key_position.h"

namespace quorate::node {

class Side final : public RecordRange {
 public:
  Side() { tree.set_built(kPartitions); }

  // As a replica does: iff it is greater.
  void write(const std::string& key, const Record& record) {
    if (record.version > find(key).version) put(key, record);
  }

  // Whatever is held; a record of version none erases.
  void put(const std::string& key, const Record& record) {
    tree.replace(position_of(key), record_hash(key, find(key)), record_hash(key, record));
    if (record.version.is_none()) {
      records.erase(record_key(key));
    } else {
      records[record_key(key)] = record;
    }
  }

  Record find(std::string_view key) const {
    const auto at = records.find(record_key(key));
    return at == records.end() ? Record{} : at->second;
  }

  Result<DigestPage> digests(const KeyRange& range, PageLimits limits) override {
    DigestPage page;
    ++pages_read;
    auto at = records.upper_bound(range.after);
    for (; at != records.end() && (range.before.empty() || at->first < range.before); ++at) {
      const bool full = page.digests.size() >= limits.entries || page.bytes >= limits.bytes;
      page.more = full && !page.digests.empty();
      if (page.more) break;
      page.digests.push_back(digest_of(key_in(at->first), at->second));
      page.bytes += at->first.size() + at->second.value.size();
    }
    return page;
  }

  std::map<std::string, Record> records;  // by record_key()
  MerkleTree tree;
  std::size_t pages_read = 0;
};

inline std::vector<NodeIndex> all_partitions() {
  std::vector<NodeIndex> all;
  for (std::size_t i = 0; i < kPartitions; ++i) all.push_back(NodeIndex(i));
  return all;
}

// Hands effects of an exchange of `ours` with `peer` to where they belong, one at a time.
class Carrier {
 public:
  Carrier(Side* ours, Side* peer) : ours_(ours), peer_(peer) {}

  // One of the requests and repairs in `effects`, the last of its list, is carried out, and its
  // outcome is told. False: there was none.
  bool carry_one(Exchange* exchange, ExchangeEffects* effects) {
    if (!effects->push.empty()) return carry(&effects->push, ours_, peer_, exchange, effects);
    if (!effects->fetch.empty()) return carry(&effects->fetch, peer_, ours_, exchange, effects);
    if (effects->requests.empty()) return false;
    const auto request = std::move(effects->requests.back());
    effects->requests.pop_back();
    const auto reply = answer_tree_request(request.payload, &peer_->tree, peer_, limits);
    if (reply) {
      exchange->on_reply(request.number, *reply, effects);
    } else {
      exchange->on_failed(request.number, reply.error(), effects);
    }
    return true;
  }

  AnswerLimits limits;

 private:
  static bool carry(std::vector<ExchangeEffects::Repair>* repairs, const Side* from, Side* to,
                    Exchange* exchange, ExchangeEffects* effects) {
    const auto repair = std::move(repairs->back());
    repairs->pop_back();
    const Record record = from->find(repair.key);
    QUORATE_CHECK(!record.version.is_none(), "a repair of what is not there");
    to->write(repair.key, record);
    exchange->on_repaired(repair.number, true, repair.key.size() + record.value.size(), effects);
    return true;
  }

  Side* const ours_;
  Side* const peer_;
};

// A whole exchange of all partitions; effects->ended has its end.
inline ExchangeEffects exchange_all(Side* ours, Side* peer, const ExchangeLimits& limits = {},
                                    const AnswerLimits& answer_limits = {},
                                    bool pull_only = false) {
  Exchange exchange({1, all_partitions(), pull_only}, &ours->tree, ours, 1, limits);
  Carrier carrier(ours, peer);
  carrier.limits = answer_limits;
  ExchangeEffects effects;
  exchange.begin(&effects);
  while (carrier.carry_one(&exchange, &effects)) continue;
  return effects;
}

}  // namespace quorate::node
