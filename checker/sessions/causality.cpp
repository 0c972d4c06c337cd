#include "checker/sessions/causality.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace quorate {
namespace {

constexpr std::uint32_t kNoColumn = 0xffff'ffff;

// Vector clocks: how far into each session a step's past reaches. A session has a column where
// another session read one of its writes; of others nobody can know anything. What a step knows of
// its own session is its own place, and stands in no clock. Clocks are shared until they change.
class Clocks {
 public:
  explicit Clocks(const SessionSteps& steps)
      : steps_(steps),
        column_(steps.sessions(), kNoColumn),
        current_(steps.sessions(), 0),
        shared_(steps.sessions(), true),
        of_write_(steps.size(), 0) {
    for (StepIndex i = 0; i < steps.size(); ++i) {
      if (steps[i].write() || steps[i].source == kInitialStep) continue;
      const std::uint32_t writer = steps[steps[i].source].session;
      if (writer != steps[i].session && column_[writer] == kNoColumn) column_[writer] = columns_++;
    }
    clocks_.assign(columns_, 0);
  }

  // Steps of a session in order; the write of a read before it.
  void advance(StepIndex index) {
    const Step& step = steps_[index];
    if (step.write()) {
      of_write_[index] = current_[step.session];
      shared_[step.session] = true;
    } else if (step.source != kInitialStep && steps_[step.source].session != step.session) {
      learn(step.session, step.source);
    }
  }

  // The place up to which the session's steps come before this read or write, which was the last of
  // its session to advance(); 0: none does.
  std::uint32_t known_now(const Step& step, std::uint32_t session) const {
    if (session == step.session) return step.position - 1;
    return column_[session] == kNoColumn ? 0 : at(current_[step.session], column_[session]);
  }
  // Whether `before` came before `write`, or is it. REQUIRES: write advanced.
  bool is_before(StepIndex before, StepIndex write) const {
    const Step& first = steps_[before];
    const Step& last = steps_[write];
    if (first.session == last.session) return first.position <= last.position;
    const std::uint32_t column = column_[first.session];
    return column != kNoColumn && at(of_write_[write], column) >= first.position;
  }
  std::size_t bytes() const { return clocks_.capacity() * sizeof(std::uint32_t); }

 private:
  std::uint32_t at(std::uint32_t clock, std::uint32_t column) const {
    return clocks_[std::size_t{clock} * columns_ + column];
  }

  void learn(std::uint32_t session, StepIndex write) {
    const Step& source = steps_[write];
    const std::uint32_t column = column_[source.session];
    if (at(current_[session], column) >= source.position) return;  // and so all that it knew
    if (shared_[session]) {
      const std::size_t from = std::size_t{current_[session]} * columns_;
      current_[session] = static_cast<std::uint32_t>(clocks_.size() / columns_);
      clocks_.resize(clocks_.size() + columns_);
      std::copy_n(clocks_.begin() + static_cast<std::ptrdiff_t>(from), columns_,
                  clocks_.end() - columns_);
      shared_[session] = false;
    }
    std::uint32_t* mine = clocks_.data() + std::size_t{current_[session]} * columns_;
    const std::uint32_t* theirs = clocks_.data() + std::size_t{of_write_[write]} * columns_;
    for (std::uint32_t i = 0; i < columns_; ++i) mine[i] = std::max(mine[i], theirs[i]);
    mine[column] = std::max(mine[column], source.position);
  }

  const SessionSteps& steps_;
  std::vector<std::uint32_t> column_;  // by session
  std::uint32_t columns_ = 0;
  std::vector<std::uint32_t> clocks_;    // rows; row 0 is all zeros
  std::vector<std::uint32_t> current_;   // by session
  std::vector<bool> shared_;             // by session: the current row is not its alone
  std::vector<std::uint32_t> of_write_;  // by step
};

// The writes of each key, by session.
class KeyWriters {
 public:
  struct Writer {
    std::uint32_t session = 0;
    std::uint32_t begin = 0;  // into writes_
    std::uint32_t end = 0;
    std::uint32_t hint = 0;  // where the last search ended: the next is often near
  };

  explicit KeyWriters(const SessionSteps& steps) : steps_(steps) {
    begins_.push_back(0);
    for (std::uint32_t key = 0; key < steps.keys(); ++key) add_key(key);
  }

  std::span<Writer> of_key(std::uint32_t key) {
    return {writers_.data() + begins_[key], begins_[key + 1] - begins_[key]};
  }

  // The last write of the writer at or before the place in its session; kNoStep where none is.
  StepIndex last_until(Writer* writer, std::uint32_t place) {
    const auto later = [this, writer, place](std::uint32_t i) {
      return i == writer->end || positions_[i] > place;
    };
    if (later(writer->begin)) return kNoStep;
    std::uint32_t at = writer->hint;
    if (later(at) || !later(at + 1)) {
      const auto first = positions_.begin() + writer->begin;
      const auto last = positions_.begin() + writer->end;
      at =
          static_cast<std::uint32_t>(std::upper_bound(first, last, place) - positions_.begin()) - 1;
      writer->hint = at;
    }
    return writes_[at];
  }

 private:
  void add_key(std::uint32_t key) {
    const auto begin = static_cast<std::ptrdiff_t>(writes_.size());
    for (const StepIndex index : steps_.of_key(key)) {
      if (steps_[index].write()) writes_.push_back(index);
    }
    std::stable_sort(writes_.begin() + begin, writes_.end(), [this](StepIndex a, StepIndex b) {
      return steps_[a].session < steps_[b].session;
    });
    for (auto i = static_cast<std::uint32_t>(begin); i < writes_.size(); ++i) {
      const Step& step = steps_[writes_[i]];
      const bool first =
          writers_.size() == begins_.back() || writers_.back().session != step.session;
      if (first) writers_.push_back({step.session, i, i, i});
      ++writers_.back().end;
      positions_.push_back(step.position);
    }
    begins_.push_back(writers_.size());
  }

  const SessionSteps& steps_;
  std::vector<StepIndex> writes_;         // by key, session and place
  std::vector<std::uint32_t> positions_;  // of writes_
  std::vector<Writer> writers_;           // by key and session
  std::vector<std::size_t> begins_;       // by key, and one more
};

// One pass over the steps in an order that extends causality.
class CausalPass {
 public:
  CausalPass(const SessionSteps& steps, CausalWish wish, const CausalLimits& limits,
             std::vector<std::vector<CausalEdge>>* edges)
      : steps_(steps),
        wish_(wish),
        limits_(limits),
        edges_(edges),
        clocks_(steps),
        writers_(steps) {}

  Causality run() {
    found_.components =
        strong_components(steps_.size(), [this](std::uint32_t step, std::uint32_t i) {
          return causal_predecessor(steps_, step, i);
        });
    if (edges_ != nullptr) edges_->assign(steps_.keys(), {});
    std::vector<bool> tainted(steps_.size(), false);  // in a cycle, or after one
    std::uint32_t taken = 0;
    for (const StepIndex index : found_.components.order) {
      if (++taken % 256 == 0 && out_of_budget()) break;
      bool bad = found_.components.size_of(found_.components.component[index]) > 1;
      for (std::uint32_t i = 0; i < 2 && !bad; ++i) {
        const StepIndex before = causal_predecessor(steps_, index, i);
        if (before == kNoNode) break;
        bad = tainted[before];
      }
      tainted[index] = bad;
      if (!bad) take(index);
    }
    sort_conflicts();
    return std::move(found_);
  }

 private:
  void take(StepIndex index) {
    clocks_.advance(index);
    const Step& step = steps_[index];
    if (wish_ == CausalWish::kCausalEdges) {
      if (step.write()) add_edges(index);
    } else if (!step.write()) {
      judge_read(index);
    }
  }

  void add_edges(StepIndex index) {
    const Step& step = steps_[index];
    for (KeyWriters::Writer& writer : writers_.of_key(step.key)) {
      const StepIndex last = last_before(step, &writer);
      if (last == kNoStep) continue;
      (*edges_)[step.key].push_back({last, index});
      ++edge_count_;
    }
  }

  StepIndex last_before(const Step& step, KeyWriters::Writer* writer) {
    const std::uint32_t place = clocks_.known_now(step, writer->session);
    return place == 0 ? kNoStep : writers_.last_until(writer, place);
  }

  void judge_read(StepIndex index) {
    const Step& step = steps_[index];
    const std::size_t conflicts = found_.conflicts.size();
    for (KeyWriters::Writer& writer : writers_.of_key(step.key)) {
      const StepIndex last = last_before(step, &writer);
      if (last == kNoStep || last == step.source) continue;
      if (step.source == kInitialStep || clocks_.is_before(step.source, last)) {
        found_.uncausal_reads.push_back({index, step.source, last});
        found_.conflicts.resize(conflicts);  // it says nothing more
        return;
      }
      if (wish_ != CausalWish::kConflicts || clocks_.is_before(last, step.source)) continue;
      found_.conflicts.push_back({last, step.source, index});
    }
    if (found_.conflicts.size() > conflicts_limit_) {
      sort_conflicts();
      conflicts_limit_ = std::max(conflicts_limit_, 2 * found_.conflicts.size());
    }
  }

  void sort_conflicts() {
    const auto place = [](const ReadConflict& c) { return std::tuple(c.after, c.before, c.read); };
    std::sort(found_.conflicts.begin(), found_.conflicts.end(),
              [&](const ReadConflict& a, const ReadConflict& b) { return place(a) < place(b); });
    const auto same = [](const ReadConflict& a, const ReadConflict& b) {
      return a.after == b.after && a.before == b.before;
    };
    found_.conflicts.erase(std::unique(found_.conflicts.begin(), found_.conflicts.end(), same),
                           found_.conflicts.end());
  }

  bool out_of_budget() {
    if (monotonic_now() >= limits_.deadline) {
      found_.stopped = "the time budget ran out";
    } else {
      const std::size_t bytes = clocks_.bytes() + edge_count_ * 2 * sizeof(CausalEdge) +
                                found_.conflicts.capacity() * sizeof(ReadConflict);
      if (bytes > limits_.bytes) {
        found_.stopped = fmt::format(
            "what {} sessions know of each other takes more than the "
            "budget of bytes leaves",
            steps_.sessions());
      }
    }
    return !found_.stopped.empty();
  }

  const SessionSteps& steps_;
  CausalWish wish_;
  CausalLimits limits_;
  std::vector<std::vector<CausalEdge>>* edges_;
  Clocks clocks_;
  KeyWriters writers_;
  Causality found_;
  std::size_t edge_count_ = 0;
  std::size_t conflicts_limit_ = std::size_t{1} << 20;
};

}  // namespace

std::uint32_t Causality::cycles() const {
  std::uint32_t cycles = 0;
  for (std::uint32_t c = 0; c < components.count(); ++c)
    cycles += components.size_of(c) > 1 ? 1 : 0;
  return cycles;
}

StepIndex causal_predecessor(const SessionSteps& steps, StepIndex step, std::uint32_t i) {
  const Step& of = steps[step];
  if (of.before != kNoStep) {
    if (i == 0) return of.before;
    --i;
  }
  return i == 0 && of.source < steps.size() ? of.source : kNoNode;
}

Causality causality_of(const SessionSteps& steps, CausalWish wish, const CausalLimits& limits,
                       std::vector<std::vector<CausalEdge>>* edges) {
  return CausalPass(steps, wish, limits, edges).run();
}

}  // namespace quorate
