#include "harness/systems/quorate/store_options.h"

#include <utility>

#include "base/check.h"

namespace quorate {
namespace {

template <typename T>
using Words = std::vector<std::pair<std::string_view, T>>;

const Words<node::VersionScheme> kVersionSchemes{
    {"two-phase", node::VersionScheme::kTwoPhase},
    {"local-counter", node::VersionScheme::kLocalCounter},
    {"clock", node::VersionScheme::kClock}};
const Words<node::ReadMode> kReadModes{{"none", node::ReadMode::kNone},
                                       {"async", node::ReadMode::kAsync},
                                       {"blocking", node::ReadMode::kBlocking},
                                       {"write-back", node::ReadMode::kWriteBack}};
const Words<node::FanOut> kFanOuts{{"all", node::FanOut::kAll}, {"exact", node::FanOut::kExact}};

template <typename T>
std::vector<std::string_view> words_of(const Words<T>& table) {
  std::vector<std::string_view> words;
  for (const auto& [word, meaning] : table) words.push_back(word);
  return words;
}

template <typename T>
T meaning_of(const Words<T>& table, std::string_view wanted) {
  for (const auto& [word, meaning] : table) {
    if (word == wanted) return meaning;
  }
  QUORATE_CHECK(false, "{} means nothing", wanted);
  return {};
}

}  // namespace

std::vector<std::string_view> known_version_schemes() { return words_of(kVersionSchemes); }
std::vector<std::string_view> known_read_modes() { return words_of(kReadModes); }
std::vector<std::string_view> known_fan_outs() { return words_of(kFanOuts); }

node::VersionScheme version_scheme_of(std::string_view word) {
  return meaning_of(kVersionSchemes, word);
}
node::ReadMode read_mode_of(std::string_view word) { return meaning_of(kReadModes, word); }
node::FanOut fan_out_of(std::string_view word) { return meaning_of(kFanOuts, word); }

}  // namespace quorate
