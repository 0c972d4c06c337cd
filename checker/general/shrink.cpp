#include "checker/general/shrink.h"

#include <algorithm>
#include <utility>

#include "checker/general/decide.h"

namespace quorate {
namespace {

using Kept = std::vector<bool>;

class Shrinker {
 public:
  Shrinker(std::vector<Call> bad, Kept kept, Model* model, SearchBudget* budget)
      : all_(std::move(bad)),
        model_(model),
        budget_(budget),
        closure_(all_, *model),
        kept_(std::move(kept)) {}

  // Large parts first.
  void drop_chunks() {
    for (std::size_t chunk = all_.size() / 2; chunk > 1; chunk /= 2) pass(chunk);
  }
  void drop_each() {
    while (pass(1) && !stopped_) {
    }
  }
  const Kept& kept() const { return kept_; }
  Shrunk result() const { return {chosen(kept_), !stopped_}; }

 private:
  std::vector<Call> chosen(const Kept& kept) const {
    std::vector<Call> result;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (kept[i]) result.push_back(all_[i]);
    }
    return result;
  }

  // Tries to do without each run of `chunk` kept calls, observations first. Whether any went.
  bool pass(std::size_t chunk) {
    bool any = false;
    for (const bool changes : {false, true}) {
      std::vector<std::size_t> candidates;
      for (std::size_t i = 0; i < all_.size(); ++i) {
        if (kept_[i] && model_->traits(all_[i].action).changes == changes) candidates.push_back(i);
      }
      for (std::size_t begin = 0; begin < candidates.size() && !stopped_; begin += chunk) {
        const std::size_t end = std::min(begin + chunk, candidates.size());
        Kept fewer = kept_;
        for (std::size_t i = begin; i < end; ++i) remove(candidates[i], &fewer);
        any |= accept(std::move(fewer));
      }
    }
    return any;
  }

  // One call takes along those that cannot stay without it.
  void remove(std::size_t call, Kept* kept) const {
    (*kept)[call] = false;
    closure_.drop_with(call, kept);
  }

  bool accept(Kept fewer) {
    closure_.close(&fewer);
    if (std::count(fewer.begin(), fewer.end(), true) >=
        std::count(kept_.begin(), kept_.end(), true)) {
      return false;
    }
    const SearchResult result = decide(chosen(fewer), model_, budget_).result;
    if (result.answer == SearchResult::Answer::kNotLinearizable) {
      kept_ = std::move(fewer);
      return true;
    }
    stopped_ = result.answer != SearchResult::Answer::kLinearizable;
    return false;
  }

  const std::vector<Call> all_;
  Model* model_;
  SearchBudget* budget_;
  const Closure closure_;
  Kept kept_;
  bool stopped_ = false;
};

// The least end, of a call that must have happened, before which there already is no order.
Position shortest(const std::vector<Call>& all, Position bad_end, Model* model,
                  SearchBudget* budget) {
  std::vector<Position> ends;
  for (const Call& call : all) {
    if (call.completed < bad_end) ends.push_back(call.completed + 1);
  }
  std::sort(ends.begin(), ends.end());
  std::size_t low = 0;
  std::size_t high = ends.size() - 1;  // bad
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const SearchResult result = decide(cut(all, *model, ends[middle]), model, budget).result;
    if (result.answer == SearchResult::Answer::kNotLinearizable) {
      high = middle;
    } else if (result.answer == SearchResult::Answer::kLinearizable) {
      low = middle + 1;
    } else {
      break;
    }
  }
  return ends[high];
}

// What is in flight at the invocation of calls[begin], or begins then or later. What began before
// may have taken effect before.
std::vector<Call> window(const std::vector<Call>& calls, std::size_t begin) {
  const Position start = calls[begin].invoked;
  std::vector<Call> result;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (i < begin && calls[i].completed < start) continue;
    result.push_back(calls[i]);
    if (i < begin) result.back().completed = kNever;
  }
  return result;
}

// A mutex has two states.
ModelState other_state(Model* model) { return 1 - model->initial(); }

// The latest window that has no order from any state of a mutex: then the calls before it do not
// matter, whatever they did. 0 where only the whole is known to have none.
std::size_t latest_window(const std::vector<Call>& calls, Model* model, SearchBudget* budget) {
  const auto is_bad = [&](std::size_t begin) {
    for (const ModelState start : {model->initial(), other_state(model)}) {
      const SearchResult result = search(window(calls, begin), model, budget, {.start = start});
      if (result.answer != SearchResult::Answer::kNotLinearizable) return false;
    }
    return true;
  };
  std::size_t low = 0;  // bad, or the whole
  std::size_t high = calls.size();
  while (low + 1 < high) {
    const std::size_t middle = low + (high - low) / 2;
    (is_bad(middle) ? low : high) = middle;
  }
  return low;
}

// As they ended, also where that was later.
void restore_ends(const std::vector<Call>& all, std::vector<Call>* calls) {
  auto at = all.begin();
  for (Call& call : *calls) {
    at = std::find_if(at, all.end(), [&](const Call& other) { return other.op == call.op; });
    call.completed = at->completed;
  }
}

}  // namespace

Shrunk shrink(const std::vector<Call>& all, Position bad_end, Model* model, SearchBudget* budget) {
  std::vector<Call> bad = cut(all, *model, shortest(all, bad_end, model, budget));
  if (model->dependence() == Dependence::kSections) {
    const std::size_t begin = latest_window(bad, model, budget);
    if (begin > 0) {
      bad = window(bad, begin);
      restore_ends(all, &bad);
      return {std::move(bad), true};
    }
  }
  Shrinker chunks(bad, Kept(bad.size(), true), model, budget);
  chunks.drop_chunks();
  chunks.drop_each();
  // Told is when each operation ended, so it is judged once more with that.
  restore_ends(all, &bad);
  Shrinker ended(std::move(bad), chunks.kept(), model, budget);
  ended.drop_each();
  Shrunk result = ended.result();
  result.minimal &= chunks.result().minimal;
  return result;
}

}  // namespace quorate
