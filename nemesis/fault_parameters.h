// What a kind of fault is called, takes and does, and its parameters as somebody asked for them:
// "slow-links:delay=20ms".
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "nemesis/fault.h"

namespace quorate {

struct FaultParameter {
  std::string name;      // "delay"
  std::string fallback;  // where it is not given
  std::string meaning;   // a few words, with the unit
};

// The values of one fault. Reading one that makes no sense gives a harmless value and is remembered
// as the error. Not thread-safe.
class FaultParameters {
 public:
  // `given`: names of `known` only.
  FaultParameters(const std::vector<FaultParameter>& known,
                  const std::map<std::string, std::string>& given);

  // REQUIRES: the name is known.
  const std::string& text(const std::string& name) const;
  Duration duration(const std::string& name, Duration least = Duration::zero());
  double probability(const std::string& name);  // in (0, 1]
  std::int64_t integer(const std::string& name, std::int64_t least, std::int64_t most);
  DelayDistribution delay(const std::string& name);
  // One of the words.
  std::string choice(const std::string& name, const std::vector<std::string>& words);

  const std::optional<Error>& error() const { return error_; }

 private:
  void refuse(const std::string& name, const std::string& expected);

  std::map<std::string, std::string> values_;
  std::optional<Error> error_;
};

struct FaultType {
  std::string name;    // "kill", "partition:halves"
  std::string does;    // one line
  std::string breaks;  // one line: what a store may get wrong under it
  std::vector<FaultParameter> parameters;
  // Null: a plan chooses one of several kinds in its place.
  std::function<std::unique_ptr<Fault>(FaultParameters*)> make;
};

}  // namespace quorate
