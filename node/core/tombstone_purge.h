// TombstonePurge: forgets tombstones without letting deleted values come back.
//
// A tombstone may go when every replica of its key has it: then no replica holds an older value
// that anti-entropy or read repair could bring back. Mode kEverywhere asks all of them, and if each
// has exactly this tombstone, tells all to forget it; whoever misses that keeps it, gives it back
// by anti-entropy, and is asked again. Mode kByTime forgets after the grace period, whatever the
// others have: a replica that missed the delete for longer brings the value back. In both modes the
// grace period must be longer than any message or hint can be late.
//
// One sweep at a time, the first replica of a key speaks for it. Pure: time comes in, messages go
// out. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "node/core/messages.h"

namespace quorate::node {

enum class PurgeMode : std::uint8_t { kEverywhere, kByTime };

struct PurgeOptions {
  PurgeMode mode = PurgeMode::kEverywhere;
  Duration grace = std::chrono::hours(240);
  Duration question_timeout = std::chrono::seconds(2);
  std::size_t max_questions = 64;  // tombstones asked about at a time
};

struct PurgeCounters {
  std::uint64_t asked = 0;   // tombstones for which the replicas were asked
  std::uint64_t agreed = 0;  // of which all had it
};

// The content of Table::kTombstones: when this replica took the tombstone, in milliseconds of Unix
// time.
std::string encode_taken_at(std::int64_t wall_ms);
// Errors: kCorrupt.
Result<std::int64_t> decode_taken_at(std::string_view bytes);

class TombstonePurge {
 public:
  explicit TombstonePurge(PurgeOptions options);

  // How long between the pages of a sweep: a tenth of the grace period, from 20 ms to a minute.
  Duration pause() const;
  bool has_room() const { return questions_.size() < options_.max_questions; }

  // This tombstone is past its grace: asks `replicas` (all of the key's), with `operation` as its
  // number, or with kByTime just purges here. Nothing where it is being asked about already.
  // REQUIRES: has_room().
  void begin(OperationId operation, const std::string& key, const Version& version,
             const std::vector<ReplicaIndex>& replicas, ReplicaIndex self, Instant now,
             std::vector<Send>* sends);
  // An answer to a question; others are ignored.
  void on_reply(ReplicaIndex from, const ReplicaReply& reply, std::vector<Send>* sends);
  // Lets go of questions that were not answered in time.
  void on_time(Instant now);

  const PurgeOptions& options() const { return options_; }
  const PurgeCounters& counters() const { return counters_; }

 private:
  struct Question {
    std::string key;
    Version version;
    std::vector<ReplicaIndex> replicas;
    std::set<ReplicaIndex> open;
    Instant deadline;
  };
  void tell(OperationId operation, const Question& question, std::vector<Send>* sends);

  const PurgeOptions options_;
  std::map<OperationId, Question> questions_;
  std::set<std::string> asked_;  // the keys of questions_
  PurgeCounters counters_;
};

}  // namespace quorate::node
