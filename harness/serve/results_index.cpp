#include "harness/serve/results_index.h"

#include <algorithm>
#include <sstream>
#include <unordered_set>
#include <utility>

namespace quorate {
namespace {

constexpr std::size_t kFewUnread = 100;  // they are read along, to have everything counted
constexpr std::size_t kSlack = 1000;     // runs that are gone, and still kept

std::vector<std::string> words_of(const std::string& filter) {
  std::istringstream stream(lower_case(filter));
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// A word with "=" is a whole one: "r=2" is not "r=25". "r=" alone is any r, and "nemesis=partition"
// also "nemesis=partition:halves".
bool holds(const std::string& text, const std::string& word) {
  if (word.find('=') == std::string::npos) return text.find(word) != std::string::npos;
  const std::string begun = " " + word;
  for (std::size_t at = text.find(begun); at != std::string::npos; at = text.find(begun, at + 1)) {
    const char next = text[at + begun.size()];  // the text ends with a space
    if (word.back() == '=' || next == ' ' || next == ':') return true;
  }
  return false;
}

bool match(const RunDetails& details, const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return holds(details.words, word); });
}

bool in_scope(const FoundRun& run, const RunQuery& query) {
  if (query.outside_campaigns && run.in_campaign) return false;
  return !query.campaign || (run.in_campaign && run.campaign == *query.campaign);
}

}  // namespace

ResultsIndex::ResultsIndex(const ServedFolder& folder, Duration reuse)
    : folder_(folder), reuse_(reuse) {}

std::shared_ptr<const ResultsScan> ResultsIndex::scan() {
  const std::lock_guard scanning(scanning_);
  {
    const std::lock_guard lock(mutex_);
    if (scan_ != nullptr && monotonic_now() - scanned_ < reuse_) return scan_;
  }
  auto fresh = std::make_shared<const ResultsScan>(scan_results(folder_));
  forget_gone(*fresh);
  const std::lock_guard lock(mutex_);
  scan_ = fresh;
  scanned_ = monotonic_now();
  return fresh;
}

void ResultsIndex::forget_gone(const ResultsScan& scan) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() <= scan.runs.size() + kSlack) return;
  std::unordered_set<std::string_view> there;
  for (const FoundRun& run : scan.runs) there.insert(run.path);
  std::erase_if(kept_, [&](const auto& each) { return there.count(each.first) == 0; });
}

std::shared_ptr<const RunDetails> ResultsIndex::kept_of(const FoundRun& run) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(run.path);
  if (found == kept_.end() || found->second.stamp != run.stamp ||
      found->second.finished != run.finished) {
    return nullptr;
  }
  return found->second.details;
}

std::shared_ptr<const RunDetails> ResultsIndex::details_of(const FoundRun& run) {
  if (auto kept = kept_of(run)) return kept;
  auto details = std::make_shared<const RunDetails>(read_details(folder_, run));
  ++files_read_;
  const std::lock_guard lock(mutex_);
  kept_[run.path] = {run.stamp, run.finished, details};
  return details;
}

bool ResultsIndex::knows_most(const std::vector<const FoundRun*>& runs) {
  std::size_t unread = 0;
  for (const FoundRun* run : runs) {
    if (kept_of(*run) == nullptr && ++unread > kFewUnread) return false;
  }
  return true;
}

void ResultsIndex::read_all(const std::atomic<bool>& stop) {
  const auto all = scan();
  for (const FoundRun& run : all->runs) {
    if (stop) return;
    details_of(run);
  }
}

RunPage ResultsIndex::page(const RunQuery& query) {
  const auto all = scan();
  RunPage page{.all = all->runs.size(), .cut_off = all->cut_off};
  std::vector<const FoundRun*> matching;
  for (const FoundRun& run : all->runs) {
    if (in_scope(run, query)) matching.push_back(&run);
  }
  const std::vector<std::string> words = words_of(query.filter);
  if (!words.empty() || !query.outcome.empty() || knows_most(matching)) {
    page.outcomes.emplace();
    std::erase_if(matching, [&](const FoundRun* run) {
      const auto details = details_of(*run);
      if (!match(*details, words)) return true;
      ++(*page.outcomes)[details->outcome];
      return !query.outcome.empty() && details->outcome != query.outcome;
    });
  }
  page.matching = matching.size();
  // page and size are limited by whoever reads them from outside: no overflow.
  const std::size_t first = std::min(query.page * query.size, matching.size());
  const std::size_t end = std::min(first + query.size, matching.size());
  for (std::size_t i = first; i < end; ++i) {
    page.runs.push_back({*matching[i], details_of(*matching[i])});
  }
  return page;
}

}  // namespace quorate
