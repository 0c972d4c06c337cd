#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

#include "checker/general/shrink.h"

namespace quorate {
namespace {

constexpr std::uint32_t kNoGroup = 0xffff'ffff;

}  // namespace

Closure::Closure(const std::vector<Call>& all, const Model& model) : all_(all), model_(model) {
  switch (model.dependence()) {
    case Dependence::kElements:
      group_by_element();
      break;
    case Dependence::kSections:
      group_by_section();
      break;
    case Dependence::kText:
      put_by_.resize(1);
      for (std::size_t i = 0; i < all.size(); ++i) add_text(i);
      break;
    case Dependence::kFacts:
      put_by_.resize(model.fact_count());
      for (FactId fact = 0; fact < model.fact_count(); ++fact) {
        cell_of_.push_back(model.held(model.initial(), fact));  // named by what it held at first
      }
      for (std::size_t i = 0; i < all.size(); ++i) add_facts(i);
      break;
  }
  find_overwrites();
}

void Closure::add_text(std::size_t index) {
  if (model_.traits(all_[index].action).changes) put_by_[0].push_back(index);
}

void Closure::add_facts(std::size_t index) {
  for (const FactId fact : model_.traits(all_[index].action).puts) put_by_[fact].push_back(index);
}

// What overwrites a cell for certain, kept or not.
void Closure::find_overwrites() {
  overwrites_.resize(put_by_.size());
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const Call& call = all_[i];
    if (call.completed == kNever) continue;
    if (model_.overwrites(call.action)) overwrites_[0].push_back({call.invoked, call.completed});
    for (const FactId fact : model_.traits(call.action).puts) {
      overwrites_[cell_of_[fact]].push_back({call.invoked, call.completed});
    }
  }
  for (std::vector<Overwrite>& cell : overwrites_) {
    for (std::size_t i = cell.size(); i-- > 1;) {
      cell[i - 1].first_end = std::min(cell[i - 1].first_end, cell[i].first_end);
    }
  }
}

void Closure::group_by_element() {
  for (const Call& call : all_) groups_.push_back(model_.element(call.action));
}

// A section ends where nothing is in flight and the object is as it was at first.
void Closure::group_by_section() {
  groups_.assign(all_.size(), kNoGroup);
  Position in_flight_until = kBefore;
  std::int64_t balance = 0;  // acquired less released
  std::size_t begin = 0;
  std::uint32_t group = 1;
  for (std::size_t i = 0; i <= all_.size(); ++i) {
    const bool rest =
        i == all_.size() ? in_flight_until != kNever : in_flight_until < all_[i].invoked;
    if (rest && balance == 0) {
      std::fill(groups_.begin() + static_cast<std::ptrdiff_t>(begin),
                groups_.begin() + static_cast<std::ptrdiff_t>(i), group++);
      begin = i;
    }
    if (i == all_.size()) break;
    in_flight_until = std::max(in_flight_until, all_[i].completed);
    balance += all_[i].action == 0 ? 1 : -1;
  }
  // What never came to rest stays together.
  std::fill(groups_.begin() + static_cast<std::ptrdiff_t>(begin), groups_.end(), group);
}

void Closure::close(std::vector<bool>* kept) const {
  if (groups_.empty()) {
    close_observations(kept);
  } else {
    close_groups(kept);
  }
}

void Closure::drop_with(std::size_t call, std::vector<bool>* kept) const {
  if (groups_.empty() || groups_[call] == 0) return;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (groups_[i] == groups_[call]) (*kept)[i] = false;
  }
}

// Group 0 of a queue, takes of unknown elements, always stays; finding it empty tells on its own.
void Closure::close_groups(std::vector<bool>* kept) const {
  boost::unordered_flat_map<std::uint32_t, bool> wanted;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if ((*kept)[i]) wanted[groups_[i]] = true;
  }
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (!model_.traits(all_[i].action).changes) continue;
    if (groups_[i] == 0 || wanted.contains(groups_[i])) (*kept)[i] = true;
  }
}

void Closure::close_observations(std::vector<bool>* kept) const {
  std::vector<std::size_t> work;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if ((*kept)[i]) work.push_back(i);
  }
  const bool text = model_.dependence() == Dependence::kText;
  while (!work.empty()) {
    const std::size_t observer = work.back();
    work.pop_back();
    const ActionTraits& traits = model_.traits(all_[observer].action);
    if (text) {
      if (!traits.changes) add_sources(observer, 0, overwrites_[0], kept, &work);
      continue;
    }
    for (const FactId fact : traits.wants) {
      add_sources(observer, fact, overwrites_[cell_of_[fact]], kept, &work);
    }
  }
}

// All that may have put what the observer saw; and of those that were overwritten for certain
// before, the last, since somebody has to tell where it came from.
void Closure::add_sources(std::size_t observer, FactId fact,
                          const std::vector<Overwrite>& overwrites, std::vector<bool>* kept,
                          std::vector<std::size_t>* work) const {
  const bool text = model_.dependence() == Dependence::kText;
  bool known = !text && model_.held(model_.initial(), fact) == fact;
  std::size_t last = all_.size();
  const auto add = [&](std::size_t source) {
    (*kept)[source] = true;
    work->push_back(source);
  };
  for (const std::size_t source : put_by_[fact]) {
    if (source == observer || all_[source].invoked > all_[observer].completed) continue;
    last = source;
    if (!(*kept)[source] && may_see(observer, source, overwrites)) add(source);
    known |= (*kept)[source];
  }
  if (!known && last != all_.size()) add(last);
}

// False where the source was overwritten for certain before the observer began.
bool Closure::may_see(std::size_t observer, std::size_t source,
                      const std::vector<Overwrite>& overwrites) const {
  const auto later = std::upper_bound(
      overwrites.begin(), overwrites.end(), all_[source].completed,
      [](Position position, const Overwrite& overwrite) { return position < overwrite.invoked; });
  return later == overwrites.end() || later->first_end >= all_[observer].invoked;
}

}  // namespace quorate
