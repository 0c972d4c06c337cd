#include "checker/general/search.h"

#include "checker/general/linearization.h"

namespace quorate {
namespace {

using Answer = SearchResult::Answer;

constexpr std::uint64_t kStepsPerClock = 256;
constexpr std::size_t kSlab = std::size_t{1} << 16;
// Longer searches do not keep the longest order that they found.
constexpr std::size_t kMaxRecorded = 4096;

class Search {
 public:
  Search(const std::vector<Call>& calls, Model* model, SearchBudget* budget,
         const SearchOptions& options)
      : model_(model),
        budget_(budget),
        order_(calls, model, options.start.value_or(model->initial()), options.look_ahead),
        memo_(order_.words(), order_.lanes(), budget),
        charge_(budget),
        key_(order_.words()),
        records_(calls.size() <= kMaxRecorded) {}

  SearchResult run() {
    result_.answer = go();
    if (result_.answer == Answer::kNotLinearizable) {
      result_.stuck = order_.return_at(best_frontier_).op;
      result_.bad_end = std::max(order_.return_at(best_frontier_).completed, order_.horizon()) + 1;
    }
    return std::move(result_);
  }

 private:
  struct Frame {
    Linearization::Mark mark;
    std::size_t next = 0;  // of steps_; they end where those of the next frame begin
    std::size_t begin = 0;
  };

  Answer go() {
    order_.settle();
    record();
    if (order_.complete()) return Answer::kLinearizable;
    if (!pay()) return Answer::kOutOfMemory;
    push();
    while (!frames_.empty()) {
      if (!pay()) return Answer::kOutOfMemory;
      if (result_.steps % kStepsPerClock == 0 && !budget_->time_left()) return Answer::kOutOfTime;
      ++result_.steps;
      order_.go_back(frames_.back().mark);
      if (frames_.back().next == steps_.size()) {
        steps_.resize(frames_.back().begin);
        frames_.pop_back();
        continue;
      }
      const Linearization::Step step = steps_[frames_.back().next++];
      if (!order_.take(step)) continue;
      record();
      if (order_.complete()) return Answer::kLinearizable;
      order_.write_key(key_.data());
      const ConfigMemo::Answer seen = memo_.add(key_.data(), order_.used());
      if (seen == ConfigMemo::Answer::kNoRoom) return Answer::kOutOfMemory;
      if (seen == ConfigMemo::Answer::kNew) push();
    }
    return Answer::kNotLinearizable;
  }

  void push() {
    frames_.push_back({order_.mark(), steps_.size(), steps_.size()});
    order_.append_steps(&steps_);
  }

  // In slabs, so that it is cheap to ask often.
  bool pay() {
    const std::size_t bytes = order_.bytes() + model_->bytes() +
                              frames_.capacity() * sizeof(Frame) +
                              steps_.capacity() * sizeof(Linearization::Step);
    return bytes <= charge_.held() || charge_.hold(bytes + kSlab);
  }

  void record() {
    if (frames_.empty() ? false : order_.frontier() <= best_frontier_) return;
    best_frontier_ = order_.frontier();
    if (records_) result_.order = order_.order();
  }

  Model* model_;
  SearchBudget* budget_;
  Linearization order_;
  ConfigMemo memo_;
  MemoryCharge charge_;
  std::vector<std::uint64_t> key_;
  std::vector<Frame> frames_;
  std::vector<Linearization::Step> steps_;
  std::uint32_t best_frontier_ = 0;
  bool records_;
  SearchResult result_;
};

}  // namespace

SearchResult search(const std::vector<Call>& calls, Model* model, SearchBudget* budget,
                    const SearchOptions& options) {
  return Search(calls, model, budget, options).run();
}

}  // namespace quorate
