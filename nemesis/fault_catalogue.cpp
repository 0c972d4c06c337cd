#include "nemesis/fault_catalogue.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/check.h"
#include "nemesis/faults/fault_types.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {
namespace {

constexpr std::int64_t kMostTimes = 1000;

// In the order in which they are listed.
constexpr FaultType (*kKinds[])() = {
    kill_fault, pause_fault,
    // Partitions.
    partition_fault, partition_one_node_fault, partition_halves_fault,
    partition_majority_ring_fault, partition_bipartition_fault, partition_bridge_fault,
    partition_random_fault, partition_one_way_fault, partition_client_node_fault,
    // Disks.
    power_loss_fault, disk_wipe_fault, corrupt_file_fault, truncate_file_fault, full_disk_fault,
    failing_sync_fault, slow_disk_fault,
    // Clocks.
    clock_offset_fault, clock_drift_fault, clock_jump_fault,
    // Background work.
    hints_hold_fault, hints_drop_fault, anti_entropy_hold_fault,
    // Links.
    flapping_links_fault, swizzle_clog_fault, reset_connections_fault, slow_links_fault,
    held_links_fault, lossy_links_fault, duplicating_links_fault, reordering_links_fault,
    corrupting_links_fault, narrow_links_fault, steered_out_fault};

std::vector<FaultType> list_all() {
  std::vector<FaultType> all;
  for (const auto kind : kKinds) all.push_back(kind());
  return all;
}

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Cuts at `separator`, but not within parentheses.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] != separator || depth > 0) continue;
    parts.push_back(text.substr(from, i - from));
    from = i + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::string listed_names() {
  std::string names;
  for (const FaultType& type : all_faults()) names += (names.empty() ? "" : ", ") + type.name;
  return names;
}

std::string listed_parameters(const FaultType& type) {
  std::string names;
  for (const FaultParameter& parameter : type.parameters) {
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", parameter.name, parameter.meaning);
  }
  return names.empty() ? "it takes none" : "it takes: " + names;
}

// A kind and the parameters that were given.
struct Asked {
  const FaultType* type = nullptr;
  std::map<std::string, std::string> given;
  FaultAim aim;
};

// Removed from what was given; empty if it was not there.
std::string take(const char* name, Asked* asked) {
  const auto found = asked->given.find(name);
  if (found == asked->given.end()) return "";
  std::string value = std::move(found->second);
  asked->given.erase(found);
  return value;
}

Result<WantedMoment> read_moment(const std::string& when, Asked* asked) {
  const std::optional<MomentKind> kind = moment_named(when);
  if (!kind) {
    std::string known;
    for (const MomentKind each : kAllMoments) {
      known +=
          fmt::format("{}{} ({})", known.empty() ? "" : ", ", name_of(each), description_of(each));
    }
    return invalid(fmt::format("when={}: must be one of {}", when, known));
  }
  WantedMoment wanted{.kind = *kind,
                      .key = take("key", asked),
                      .has = take("has", asked),
                      .lacks = take("lacks", asked)};
  const std::string write = take("write", asked);
  const char* const end = write.data() + write.size();
  const auto [rest, status] = std::from_chars(write.data(), end, wanted.write);
  const bool good = status == std::errc{} && rest == end && wanted.write > 0;
  if (!write.empty() && !good) {
    return invalid(fmt::format("write={}: must be 1, 2, …: which of its key's writes", write));
  }
  return wanted;
}

// Takes when= and what belongs to it out of what was given.
Result<void> take_aim(Asked* asked) {
  const std::string who = take("who", asked);
  const std::string when = take("when", asked);
  asked->aim.who = who.empty() ? "coordinator" : who;
  if (asked->aim.who != "coordinator" && asked->aim.who != "have" && asked->aim.who != "lack") {
    return invalid(fmt::format("who={}: must be coordinator, have or lack", who));
  }
  if (when.empty() && !who.empty()) return invalid("who= needs when=, the moment");
  if (when.empty()) return {};
  Result<WantedMoment> wanted = read_moment(when, asked);
  if (!wanted) return wanted.error();
  asked->aim.when = std::move(*wanted);
  return {};
}

Result<Asked> parse_asked(std::string_view text) {
  std::string name;
  Asked asked;
  for (const std::string_view part : split(text, ':')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      if (!asked.given.empty())
        return invalid(fmt::format("\"{}\" in \"{}\" is no NAME=VALUE", part, text));
      name += (name.empty() ? "" : ":") + std::string(part);
    } else {
      asked.given[std::string(part.substr(0, equals))] = part.substr(equals + 1);
    }
  }
  for (const FaultType& type : all_faults()) {
    if (type.name == name) asked.type = &type;
  }
  if (asked.type == nullptr) {
    return invalid(fmt::format("there is no fault \"{}\"; there are: {}", name, listed_names()));
  }
  if (const Result<void> aimed = take_aim(&asked); !aimed) return aimed.error();
  for (const auto& [key, value] : asked.given) {
    const auto& known = asked.type->parameters;
    const bool is_known = std::any_of(known.begin(), known.end(),
                                      [key = key](const auto& p) { return p.name == key; });
    if (!is_known) {
      return invalid(
          fmt::format("{} has no parameter \"{}\"; {}", name, key, listed_parameters(*asked.type)));
    }
  }
  return asked;
}

Result<std::unique_ptr<Fault>> make(const Asked& asked) {
  FaultParameters parameters(asked.type->parameters, asked.given);
  std::unique_ptr<Fault> fault = asked.type->make(&parameters);
  if (!parameters.error()) return fault;
  return Error{parameters.error()->code,
               fmt::format("{}: {}; {}", asked.type->name, parameters.error()->context,
                           listed_parameters(*asked.type))};
}

// How often "kill*3" counts, and the text without it. "delay=0.5*1ms+0.5*60ms" has stars of its
// own.
Result<std::int64_t> take_times(std::string_view* text) {
  const std::size_t star = text->rfind('*');
  if (star == std::string_view::npos) return std::int64_t{1};
  const std::string_view number = text->substr(star + 1);
  const bool in_a_value = text->find('=') < star;
  if (in_a_value && number.find_first_not_of("0123456789") != std::string_view::npos)
    return std::int64_t{1};
  std::int64_t times = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), times);
  if (error != std::errc() || end != number.data() + number.size() || times < 1 ||
      times > kMostTimes) {
    return invalid(fmt::format("\"{}\": how often must be a number from 1 to {}, as in kill*3",
                               *text, kMostTimes));
  }
  *text = trimmed(text->substr(0, star));
  return times;
}

}  // namespace

const std::vector<FaultType>& all_faults() {
  static const auto* const all = new std::vector<FaultType>(list_all());
  return *all;
}

FaultAim aim_of(std::string_view asked) {
  const Result<Asked> parsed = parse_asked(asked);
  QUORATE_CHECK(parsed.has_value(), "{}", asked);
  return parsed->aim;
}

Result<std::unique_ptr<Fault>> make_fault(std::string_view text) {
  const Result<Asked> asked = parse_asked(text);
  if (!asked) return asked.error();
  if (!asked->type->make) {
    return invalid(fmt::format("\"{}\" leaves open which one: only a plan can draw that", text));
  }
  return make(*asked);
}

Result<std::vector<std::string>> parse_fault_list(std::string_view text) {
  std::vector<std::string> faults;
  if (trimmed(text) == "none") return faults;
  for (const std::string_view part : split(text, ',')) {
    std::string_view one = trimmed(part);
    const Result<std::int64_t> times = take_times(&one);
    if (!times) return times.error();
    const Result<Asked> asked = parse_asked(one);
    if (!asked) return asked.error();
    if (asked->type->make) {
      if (const auto made = make(*asked); !made) return made.error();
    }
    faults.insert(faults.end(), static_cast<std::size_t>(*times), std::string(one));
  }
  return faults;
}

}  // namespace quorate
