#include "nemesis/fault_parameters.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/check.h"

namespace quorate {
namespace {

template <typename T>
std::optional<T> parsed(const std::string& text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

FaultParameters::FaultParameters(const std::vector<FaultParameter>& known,
                                 const std::map<std::string, std::string>& given)
    : values_(given) {
  for (const FaultParameter& parameter : known) {
    values_.emplace(parameter.name, parameter.fallback);
  }
}

const std::string& FaultParameters::text(const std::string& name) const {
  const auto found = values_.find(name);
  QUORATE_CHECK(found != values_.end(), "a parameter {} that is not listed", name);
  return found->second;
}

void FaultParameters::refuse(const std::string& name, const std::string& expected) {
  if (error_) return;
  error_ = Error{ErrorCode::kInvalidArgument,
                 fmt::format("{}={}: must be {}", name, text(name), expected)};
}

Duration FaultParameters::duration(const std::string& name, Duration least) {
  const Result<Duration> value = parse_duration(text(name));
  if (value && *value >= least) return *value;
  refuse(name, fmt::format("a duration of at least {}, such as 50ms", format_duration(least)));
  return least;
}

double FaultParameters::probability(const std::string& name) {
  const auto value = parsed<double>(text(name));
  if (value && *value > 0 && *value <= 1) return *value;
  refuse(name, "a probability over 0 and up to 1, such as 0.01");
  return 1;
}

std::int64_t FaultParameters::integer(const std::string& name, std::int64_t least,
                                      std::int64_t most) {
  const auto value = parsed<std::int64_t>(text(name));
  if (value && *value >= least && *value <= most) return *value;
  refuse(name, fmt::format("a whole number between {} and {}", least, most));
  return least;
}

DelayDistribution FaultParameters::delay(const std::string& name) {
  Result<DelayDistribution> value = parse_delay(text(name));
  if (value) return *value;
  if (!error_) {
    error_ = Error{ErrorCode::kInvalidArgument,
                   fmt::format("{}={}: {}", name, text(name), value.error().context)};
  }
  return {};
}

std::string FaultParameters::choice(const std::string& name,
                                    const std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), text(name)) != words.end()) return text(name);
  refuse(name, fmt::format("one of {}", fmt::join(words, ", ")));
  return words.front();
}

}  // namespace quorate
