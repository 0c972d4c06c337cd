#include "workloads/workload.h"

#include <algorithm>

#include <fmt/core.h>

#include "workloads/counter.h"
#include "workloads/delete.h"
#include "workloads/durability.h"
#include "workloads/register.h"
#include "workloads/sessions.h"
#include "workloads/set.h"
#include "workloads/staleness_probe.h"

namespace quorate {
namespace {

constexpr int kFewKeys = 5;
constexpr double kHalf = 0.5;

// Where the number of keys follows the run's length.
constexpr double kKeysPerSecond = 200;
constexpr int kFewestKeys = 200;
constexpr int kMostKeys = 5'000;  // final reads ask for every one of them

struct Entry {
  WorkloadInfo info;
  std::unique_ptr<Workload> (*make)(const WorkloadOptions&);
};

template <typename T>
std::unique_ptr<Workload> make(const WorkloadOptions& options) {
  return std::make_unique<T>(options);
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{
      {{"register",
        "reads and writes of unique values, mixed, over a few hot keys",
        {"--keys", "--read-share", "--key-distribution", "--writers"},
        kFewKeys,
        kHalf},
       make<RegisterWorkload>},
      {{"delete",
        "the same with deletes: what was deleted must not come back",
        {"--keys", "--read-share", "--key-distribution", "--writers"},
        kFewKeys,
        kHalf},
       make<DeleteWorkload>},
      {{"set",
        "every key is an element, added once and looked for: none may go missing",
        {"--keys", "--read-share"},
        0,
        kHalf},
       make<SetWorkload>},
      {{"counter",
        "every client counts 1, 2, 3, … in a key of its own, and reads the others'",
        {"--read-share"},
        kFewKeys,
        kHalf},
       make<CounterWorkload>},
      {{"sessions",
        "every client asks another node each time, and must find what it knows",
        {"--keys", "--read-share", "--key-distribution", "--writers"},
        kFewKeys,
        kHalf},
       make<SessionsWorkload>},
      {{"staleness-probe",
        "write, wait, read: how soon after its acknowledgement a write is seen",
        {"--probe-delay"},
        kFewKeys,
        kHalf},
       make<StalenessProbeWorkload>},
      {{"durability",
        "every key is written once, and read only when all is over",
        {"--keys"},
        0,
        0},
       make<DurabilityWorkload>},
  };
  return all;
}

}  // namespace

std::string_view name_of(Writers writers) {
  return writers == Writers::kAny ? "any" : "one-per-key";
}

std::optional<Writers> writers_named(std::string_view name) {
  for (const Writers writers : {Writers::kAny, Writers::kOnePerKey}) {
    if (name == name_of(writers)) return writers;
  }
  return std::nullopt;
}

std::vector<Property> Workload::judged_by() const {
  std::vector<Property> properties;
  for (const auto& checker : checkers({})) properties.push_back(checker->property());
  return properties;
}

const std::vector<WorkloadInfo>& all_workloads() {
  static const std::vector<WorkloadInfo> infos = [] {
    std::vector<WorkloadInfo> list;
    for (const Entry& entry : entries()) list.push_back(entry.info);
    return list;
  }();
  return infos;
}

const WorkloadInfo* find_workload(std::string_view name) {
  for (const WorkloadInfo& info : all_workloads()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

int default_keys(std::string_view name, Duration time) {
  const WorkloadInfo* info = find_workload(name);
  if (info == nullptr) return kFewKeys;
  if (info->keys > 0) return info->keys;
  const double keys = std::chrono::duration<double>(time).count() * kKeysPerSecond;
  return static_cast<int>(std::clamp<double>(keys, kFewestKeys, kMostKeys));
}

double default_read_share(std::string_view name) {
  const WorkloadInfo* info = find_workload(name);
  return info == nullptr ? kHalf : info->read_share;
}

Result<std::unique_ptr<Workload>> make_workload(std::string_view name,
                                                const WorkloadOptions& options) {
  std::string names;
  for (const Entry& entry : entries()) {
    if (entry.info.name == name) return entry.make(options);
    names += fmt::format("{}{}", names.empty() ? "" : ", ", entry.info.name);
  }
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("there is no workload \"{}\"; there is: {}", name, names)};
}

}  // namespace quorate
