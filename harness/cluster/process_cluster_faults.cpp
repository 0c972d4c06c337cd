// What ProcessCluster lets faults do beyond ending, starting and pausing processes.
#include <future>

#include <fmt/core.h>

#include "base/file.h"
#include "harness/cluster/on_loop.h"
#include "harness/cluster/process_cluster.h"
#include "harness/systems/node_faults.h"

namespace quorate {
namespace {

constexpr auto kProgramTimeout = std::chrono::seconds(30);

Error cannot(std::string_view system) {
  return {ErrorCode::kUnsupported,
          fmt::format("the nodes of system {} cannot be harmed in this way", system)};
}

}  // namespace

// The index of a node that is dead, and may be harmed.
Result<std::size_t> ProcessCluster::dead_node(std::string_view node) {
  if (system_.node_faults() == nullptr) return cannot(system_.name());
  const Result<std::size_t> index = index_of(node);
  if (!index) return index.error();
  const std::lock_guard lock(mutex_);
  if (!nodes_[*index].running) return *index;
  return Error{ErrorCode::kInvalidArgument, fmt::format("{} runs: its disk is in use", node)};
}

// How to reach a node that runs, and may be disturbed.
Result<NodeAccess> ProcessCluster::running_node(std::string_view node) {
  if (system_.node_faults() == nullptr) return cannot(system_.name());
  const Result<std::size_t> index = index_of(node);
  if (!index) return index.error();
  const std::lock_guard lock(mutex_);
  if (!nodes_[*index].running) {
    return Error{ErrorCode::kNotFound, fmt::format("{} is not running", node)};
  }
  return access_to(*index);
}

NodeAccess ProcessCluster::access_to(std::size_t index) const {
  return {addresses_.at(index), network_.namespace_fd(fmt::format("c{}", index + 1))};
}

NodeAccess ProcessCluster::access_within(std::size_t index) const {
  return {addresses_.at(index), network_.namespace_fd(names_[index])};
}

// An end in between is no failure to reach it.
Result<void> ProcessCluster::unless_dead(std::string_view node, const Result<void>& told) {
  if (told) return told;
  const Result<NodeAccess> still_there = running_node(node);
  return still_there ? told : Result<void>(still_there.error());
}

Result<std::string> ProcessCluster::run_to_end(std::size_t index, const NodeLaunch& program) {
  const std::filesystem::path log =
      nodes_[index].slot.folder / fmt::format("{}.txt", program.arguments.front().substr(2));
  std::error_code ignored;
  std::filesystem::remove(log, ignored);
  const ProcessStart start{
      .program = program.program, .arguments = program.arguments, .namespace_fd = -1, .log = log};
  // Shared: the process may outlive this call, if it does not die in time.
  const auto ended = std::make_shared<std::promise<std::string>>();
  std::future<std::string> end = ended->get_future();
  using Started = Result<std::shared_ptr<NodeProcess>>;
  Started process = on_loop<Started>(loop_, [&]() -> Started {
    auto started = NodeProcess::start(loop_, start,
                                      [ended](const std::string& how) { ended->set_value(how); });
    if (!started) return started.error();
    return std::shared_ptr<NodeProcess>(std::move(*started));
  });
  if (!process) return process.error();
  std::shared_ptr<NodeProcess> running = std::move(*process);
  const bool in_time = end.wait_for(kProgramTimeout) == std::future_status::ready;
  // Its handle belongs to the loop's thread, and kills what still runs.
  (void)on_loop<bool>(loop_, [&running] { return running.reset(), true; });
  if (!in_time) {
    return Error{ErrorCode::kTimeout, fmt::format("{} did not end", program.program.string())};
  }
  Result<std::string> said = read_file(log);
  const std::string how = end.get();
  if (said && how == "exit code 0") return said;
  return Error{ErrorCode::kIo, fmt::format("{}: {}: {}", program.program.string(), how,
                                           said ? *said : said.error().context)};
}

Result<Json> ProcessCluster::cut_power(std::string_view node, std::optional<std::uint64_t> tear) {
  const Result<std::size_t> index = dead_node(node);
  if (!index) return index.error();
  return system_.node_faults()->cut_power(
      config_, nodes_[*index].slot, tear,
      [this, &index](const NodeLaunch& program) { return run_to_end(*index, program); });
}

Result<Json> ProcessCluster::wipe_disk(std::string_view node) {
  const Result<std::size_t> index = dead_node(node);
  if (!index) return index.error();
  Result<Json> wiped = system_.node_faults()->wipe_disk(nodes_[*index].slot);
  const std::lock_guard lock(mutex_);
  if (wiped) nodes_[*index].damaged = false;
  return wiped;
}

Result<Json> ProcessCluster::damage_file(std::string_view node, FileDamage damage,
                                         std::uint64_t seed) {
  const Result<std::size_t> index = dead_node(node);
  if (!index) return index.error();
  {
    const std::lock_guard lock(mutex_);
    nodes_[*index].damaged = true;
  }
  return system_.node_faults()->damage_file(nodes_[*index].slot, damage, seed);
}

Result<bool> ProcessCluster::is_whole(std::string_view node) {
  const Result<NodeAccess> access = running_node(node);
  if (!access) return access.error();
  return system_.node_faults()->is_whole(*access);
}

Result<void> ProcessCluster::set_clock(std::string_view node, Duration offset, double drift_ppm) {
  const Result<NodeAccess> access = running_node(node);
  if (!access) return access.error();
  return unless_dead(node, system_.node_faults()->set_clock(*access, offset, drift_ppm));
}

Result<void> ProcessCluster::set_disk(std::string_view node, const DiskState& state) {
  const Result<std::size_t> index = index_of(node);
  if (!index) return index.error();
  {
    const std::lock_guard lock(mutex_);
    nodes_[*index].slow_by = state.slow_by;
  }
  const Result<NodeAccess> access = running_node(node);
  const bool only_slow = !state.full && !state.failing_sync && state.slow_by > Duration::zero();
  if (!access && access.error().code == ErrorCode::kNotFound && only_slow) return {};
  if (!access) return access.error();
  if (state.full || state.failing_sync) {
    const std::lock_guard lock(mutex_);
    nodes_[*index].may_give_up = true;
  }
  return unless_dead(node, system_.node_faults()->set_disk(*access, state));
}

// A disk that was slow before the node was started is slow after it.
Result<void> ProcessCluster::slow_down_again(std::size_t index) {
  Duration slow_by{};
  {
    const std::lock_guard lock(mutex_);
    slow_by = nodes_[index].slow_by;
  }
  if (slow_by == Duration::zero()) return {};
  return unless_dead(names_[index],
                     system_.node_faults()->set_disk(access_to(index), {.slow_by = slow_by}));
}

Result<void> ProcessCluster::stall(std::string_view node, Mechanism mechanism, Stall how) {
  const Result<NodeAccess> access = running_node(node);
  if (!access) return access.error();
  return unless_dead(node, system_.node_faults()->stall(*access, mechanism, how));
}

}  // namespace quorate
