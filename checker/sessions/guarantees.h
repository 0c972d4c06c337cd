// The four session guarantees on one key, as demands on the order of its values (theory 4.2).
//
// A guarantee says of two steps of a session: the value of the later one must not be older than the
// value of the earlier one. Read-your-writes says it of a write and a read, monotonic-reads of two
// reads, monotonic-writes of two writes, writes-follow-reads of a read and a write.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "checker/sessions/session_steps.h"
#include "checker/sessions/strong_components.h"
#include "results/anomaly.h"
#include "results/property.h"

namespace quorate {

struct GuaranteeRule {
  Property property;
  Anomaly anomaly;
  bool from_write;  // the earlier step is a write, else a read
  bool to_write;    // the later one
};
// nullptr where the property is none of the four.
const GuaranteeRule* guarantee_rule(Property property);

// `later` must not be older than `earlier`, of one session and key.
struct Demand {
  StepIndex earlier = kNoStep;
  StepIndex later = kNoStep;
};

// The write `before` is in the causal past of the write `after`.
struct CausalEdge {
  StepIndex before = kNoStep;
  StepIndex after = kNoStep;
};

// Why one value of a cycle comes before the next: a demand, else the known order. Both are writes.
struct Hop {
  StepIndex before = kNoStep;
  StepIndex after = kNoStep;
  std::optional<Demand> demand;
};

struct Judgement {
  // By versions: each later step that tells a smaller version than the session had before. By
  // order: those of a cycle that go back; and each read of the initial value after another value.
  std::vector<Demand> broken;
  // As `broken`. Alike for the demands of one set of values that no order fits; of a demand that is
  // broken by itself it names the older value.
  std::vector<std::uint64_t> tags;
  bool undecided = false;  // a write that matters tells no version
};

// Judges key by key; its arrays live from key to key.
class GuaranteeJudge {
 public:
  // REQUIRES: the steps outlive this.
  GuaranteeJudge(const SessionSteps& steps, const GuaranteeRule& rule);

  // O(steps on the key).
  Judgement by_versions(std::uint32_t key);
  // By real time; with `causal`, which holds the key's edges, by those instead. O(n log n).
  Judgement by_order(std::uint32_t key, const std::vector<CausalEdge>* causal);
  // By nothing else than the demands, all of them: also those that with any known order follow from
  // others. For evidence; O(steps^2).
  Judgement by_demands(std::uint32_t key);
  // After by_order() or by_demands(): a shortest cycle through a demand that it called
  // broken; empty where the demand is broken by itself (a read of the initial value). It begins
  // with the demand.
  std::vector<Hop> cycle(const Demand& demand);

 private:
  struct Session {
    std::uint32_t stamp = 0;      // of the key in hand
    StepIndex earlier = kNoStep;  // by versions that with the largest, by order the last
    std::uint32_t version = 0;    // of its value
    StepIndex untold = kNoStep;   // the last whose value has no version
    bool untold_differ = false;   // there are others, of other values
  };
  struct Arc {  // between values, by their numbers; demand or known order
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    Demand demand;  // none: known order
  };

  bool is_from(const Step& step) const { return step.write() == rule_.from_write; }
  bool is_to(const Step& step) const { return step.write() == rule_.to_write; }
  StepIndex value_of(StepIndex step) const;
  Session& session_of(const Step& step);
  void judge_version(StepIndex index, Judgement* judgement);
  void number_values(std::uint32_t key, bool real_time);
  void collect_demands(std::uint32_t key, Judgement* judgement);
  void collect_all_demands(std::uint32_t key);
  void find_cycles(Judgement* judgement);
  void sort_arcs();
  void collect_broken(Judgement* judgement);
  std::uint32_t predecessor(std::uint32_t node, std::uint32_t i) const;

  const SessionSteps& steps_;
  const GuaranteeRule& rule_;
  std::uint32_t stamp_ = 0;
  std::vector<Session> sessions_;
  std::vector<std::uint32_t> number_of_step_;  // of writes, on the key in hand
  // The graph of the key in hand: a node a value, in order of invocation, and a node a completion
  // of a write, in order: value -> completion -> later completions, and -> values invoked later.
  std::vector<StepIndex> values_;
  std::vector<StepIndex> completions_;
  std::vector<std::uint32_t> completions_before_;  // by value: how many before its invocation
  std::vector<Arc> arcs_;                          // by `after`
  std::vector<std::uint32_t> arc_begins_;          // by value, and one more
  StrongComponents components_;
};

}  // namespace quorate
