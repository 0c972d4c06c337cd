// Every fault there is, in one table.
#include <array>

#include <fmt/core.h>

#include "nemesis/faults/kill.h"
#include "nemesis/faults/node_fault_types.h"
#include "nemesis/faults/partition.h"
#include "nemesis/faults/pause.h"
#include "nemesis/plan.h"

namespace quorate {
namespace {

struct Entry {
  std::string_view name;
  std::string_view description;
  std::unique_ptr<Fault> (*make)();  // null: a plan chooses one of several in its place
};

template <typename T>
std::unique_ptr<Fault> make_plain() {
  return std::make_unique<T>();
}

template <PartitionShape shape>
std::unique_ptr<Fault> make_partition() {
  return std::make_unique<Partition>(shape);
}

// With the parameters that hold where none are given.
template <FaultType (*type)()>
std::unique_ptr<Fault> make_standard() {
  const FaultType made = type();
  FaultParameters standard(made.parameters, {});
  return made.make(&standard);
}

constexpr std::array<Entry, 21> kFaults{{
    {"kill", "SIGKILL to one node or a minority; they restart on the data that they left",
     make_plain<Kill>},
    {"pause", "SIGSTOP to one node or a minority; they go on where they stood", make_plain<Pause>},
    {"partition", "a partition between nodes, in a shape drawn each time", nullptr},
    {"partition:one-node", "one node apart from all others",
     make_partition<PartitionShape::kOneNode>},
    {"partition:halves", "half of the nodes, rounded down, apart from the rest",
     make_partition<PartitionShape::kHalves>},
    {"partition:majority-ring", "every node sees a majority, no two the same one",
     make_partition<PartitionShape::kMajorityRing>},
    {"partition:one-way", "what some nodes send to the others is lost; the way back works",
     make_partition<PartitionShape::kOneWay>},
    {"partition:client-node", "some clients apart from some nodes; the nodes see each other",
     make_partition<PartitionShape::kClientNode>},
    {"power-loss", "killed, and what was not synced is gone", make_standard<power_loss_fault>},
    {"disk-wipe", "killed, and the disk is empty", make_standard<disk_wipe_fault>},
    {"corrupt-file", "killed, and a bit on disk is flipped", make_standard<corrupt_file_fault>},
    {"truncate-file", "killed, and a file is cut short", make_standard<truncate_file_fault>},
    {"full-disk", "no space to write", make_standard<full_disk_fault>},
    {"failing-sync", "fsync fails", make_standard<failing_sync_fault>},
    {"slow-disk", "fsync takes longer", make_standard<slow_disk_fault>},
    {"clock:offset", "clocks ahead", make_standard<clock_offset_fault>},
    {"clock:drift", "clocks too fast", make_standard<clock_drift_fault>},
    {"clock:jump", "clocks that jump about", make_standard<clock_jump_fault>},
    {"hints:hold", "hints are held back", make_standard<hold_hints_fault>},
    {"hints:drop", "hints are thrown away", make_standard<drop_hints_fault>},
    {"anti-entropy:hold", "nobody compares replicas", make_standard<hold_anti_entropy_fault>},
}};

const Entry* find_entry(std::string_view name) {
  for (const Entry& entry : kFaults) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

Error unknown_fault(std::string_view name) {
  std::string known;
  for (const Entry& entry : kFaults) {
    if (!known.empty()) known += ", ";
    known += entry.name;
  }
  return {ErrorCode::kInvalidArgument,
          fmt::format("there is no fault \"{}\"; there are: {}", name, known)};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::vector<FaultInfo> all_faults() {
  std::vector<FaultInfo> faults;
  for (const Entry& entry : kFaults) {
    faults.push_back({std::string(entry.name), std::string(entry.description)});
  }
  return faults;
}

Result<std::unique_ptr<Fault>> make_fault(std::string_view name) {
  const Entry* entry = find_entry(name);
  if (entry == nullptr) return unknown_fault(name);
  if (entry->make == nullptr) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("\"{}\" leaves open which one: only a plan can draw that", name)};
  }
  return entry->make();
}

Result<std::vector<std::string>> parse_fault_list(std::string_view text) {
  std::vector<std::string> faults;
  if (trimmed(text) == "none") return faults;
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = trimmed(rest.substr(0, comma));
    if (find_entry(name) == nullptr) return unknown_fault(name);
    faults.emplace_back(name);
    if (comma == std::string_view::npos) return faults;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace quorate
