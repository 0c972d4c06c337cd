// Exchange: compares this replica with one peer, and names what each has to get from the other.
//
// It asks for the roots of the partitions that both hold, then for what lies below those that
// differ, level by level, and at last for the digests of the leaves that differ. One request is in
// flight at a time, and it goes down before it goes on to the next subtree, so partitions finish
// early and little is remembered. A key whose version is greater at the peer is fetched, one whose
// version is greater here is pushed; equal versions with different records are reported, never
// repaired by guessing. What changes meanwhile, on either side, is repaired or left to the next
// exchange: a record is only ever replaced by one with a greater version, so nothing goes back.
//
// The caller carries out the effects, watches the time, and tells every request and repair that did
// not succeed: then the exchange ends as failed, or leaves its partition unrepaired. It never
// waits for anything else. Inputs with numbers that it does not wait for are ignored.
//
// Deterministic. Not thread-safe: one caller at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "node/core/anti_entropy/exchange_effects.h"
#include "node/core/anti_entropy/leaf_merge.h"
#include "node/core/anti_entropy/merkle_tree.h"
#include "node/core/anti_entropy/record_range.h"
#include "node/core/anti_entropy/tree_messages.h"

namespace quorate::node {

struct ExchangeLimits {
  std::size_t nodes = kMaxNodesPerRequest;  // in one request below the roots: [1, the default]
  std::size_t repairs = 256;                // fetches and pushes at a time
  // Reached: the exchange ends as failed with kLimit.
  std::uint64_t failed_repairs = 64;
  std::uint64_t requests = 1'000'000;
  PageLimits page = {256, std::size_t{256} << 10};  // of our own records, read at once
};

struct ExchangePlan {
  ReplicaIndex peer = 0;
  std::vector<NodeIndex> partitions;  // that both hold; ascending
  bool pull_only = false;             // fetch, but do not push: for a replica that catches up
};

class Exchange {
 public:
  // Numbers what it asks for from `first_number` on. `tree` and `records` must outlive this.
  Exchange(ExchangePlan plan, MerkleTree* tree, RecordRange* records, ExchangeNumber first_number,
           const ExchangeLimits& limits = {});

  // Each appends to *effects (never clears it) what must happen next, and at the end one `ended`;
  // after that they do nothing. begin() comes first, once.
  void begin(ExchangeEffects* effects);
  // The peer's reply; counted with its bytes.
  void on_reply(ExchangeNumber number, std::string_view payload, ExchangeEffects* effects);
  // The request was refused, lost or not answered in time.
  void on_failed(ExchangeNumber number, const Error& error, ExchangeEffects* effects);
  // A fetch or a push is over. ok: the record is durable here (there), or was already.
  // `record_bytes` went over the network for it.
  void on_repaired(ExchangeNumber number, bool ok, std::size_t record_bytes,
                   ExchangeEffects* effects);
  // Ends it as failed.
  void fail(Error error, ExchangeEffects* effects);

  bool ended() const { return ended_; }
  // What it waits for. One that has not ended waits for something.
  std::optional<ExchangeNumber> awaited_reply() const;
  std::size_t awaited_repairs() const { return repairs_.size(); }
  ReplicaIndex peer() const { return plan_.peer; }
  const ExchangeProgress& progress() const { return progress_; }
  ExchangeNumber next_number() const { return next_number_; }

 private:
  struct Asked {
    ExchangeNumber number = 0;
    TreeRequest request;
  };
  struct Repair {
    NodeIndex partition = 0;
    bool is_push = false;
  };
  struct Stretch {  // of a leaf whose digests have come
    NodeIndex leaf = 0;
    bool is_last = true;  // the leaf is done with it
    LeafMerge merge;
  };
  struct Open {
    std::size_t parts = 0;  // nodes to ask about or to compare, and repairs
    bool unrepaired = false;
  };

  void take_roots(const TreeRequest& asked, std::string_view payload, ExchangeEffects* effects);
  void take_children(const TreeRequest& asked, std::string_view payload, ExchangeEffects* effects);
  void take_digests(const TreeRequest& asked, std::string_view payload, ExchangeEffects* effects);
  void add_stretch(NodeIndex leaf, KeyRange range, bool is_last, std::vector<RecordDigest> theirs);

  void go_on(ExchangeEffects* effects);
  void compare_stretches(ExchangeEffects* effects);
  void repair(NodeIndex partition, KeyDifference difference, ExchangeEffects* effects);
  std::optional<TreeRequest> next_request();
  void ask(TreeRequest request, ExchangeEffects* effects);
  // One part of the partition less is open; with the last one it is finished.
  void close(NodeIndex partition, ExchangeEffects* effects);
  void finish(NodeIndex partition, PartitionOutcome outcome, ExchangeEffects* effects);

  const ExchangePlan plan_;
  MerkleTree* const tree_;
  RecordRange* const records_;
  const ExchangeLimits limits_;
  ExchangeNumber next_number_;
  bool ended_ = false;
  std::optional<Asked> asked_;
  // Nodes that differ, to be asked about: each ascending, and each emptied before the one above.
  std::deque<NodeIndex> roots_;
  std::deque<NodeIndex> inner_;
  std::deque<NodeIndex> leaves_;
  std::string after_;  // where to go on in the first leaf
  std::deque<Stretch> stretches_;
  std::map<ExchangeNumber, Repair> repairs_;
  std::array<Open, kPartitions> open_{};
  ExchangeProgress progress_;
};

}  // namespace quorate::node
