#include "harness/cluster/process_cluster.h"

#include <thread>

#include <fmt/core.h>
#include <signal.h>

#include "base/file.h"
#include "harness/cluster/on_loop.h"

namespace quorate {
namespace {

constexpr auto kReadyTimeout = std::chrono::seconds(20);
constexpr auto kSignalTimeout = std::chrono::seconds(10);
constexpr auto kPollInterval = std::chrono::milliseconds(1);

// The last lines of a node's log, for an error message.
std::string log_tail(const std::filesystem::path& log) {
  constexpr std::size_t kTail = 600;
  const Result<std::string> content = read_file(log);
  if (!content || content->empty()) return "its log is empty";
  const std::size_t from = content->size() > kTail ? content->size() - kTail : 0;
  return fmt::format("its log ({}) ends:\n{}", log.string(), content->substr(from));
}

// The last thing that a node said.
std::string last_line(const std::filesystem::path& log) {
  const Result<std::string> content = read_file(log);
  if (!content) return content.error().context;
  const std::size_t end = content->find_last_not_of('\n');
  if (end == std::string::npos) return "its log is empty";
  const std::size_t before = content->rfind('\n', end);
  const std::size_t from = before == std::string::npos ? 0 : before + 1;
  return content->substr(from, end + 1 - from);
}

// By itself, not by a signal.
bool is_orderly(std::string_view how) { return how.starts_with("exit code"); }

}  // namespace

ProcessCluster::ProcessCluster(EventLoop& loop, System& system, Network& network,
                               const RunConfig& config, const RunFolder& folder, OnCrash on_crash)
    : loop_(loop),
      system_(system),
      network_(network),
      config_(config),
      on_crash_(std::move(on_crash)),
      addresses_(static_cast<std::size_t>(config.nodes)) {
  std::vector<std::string> hosts;
  for (int i = 1; i <= config.nodes; ++i) {
    names_.push_back(fmt::format("n{}", i));
    hosts.push_back(network.address(names_.back()));
    books_.emplace_back(static_cast<std::size_t>(config.nodes));
  }
  nodes_.resize(names_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    nodes_[i].slot = NodeSlot{.index = i,
                              .names = names_,
                              .hosts = hosts,
                              .own_network = network.namespace_fd(names_[i]) >= 0,
                              .folder = folder.node_path(names_[i])};
  }
}

ProcessCluster::~ProcessCluster() { stop_all(); }

Result<void> ProcessCluster::start_all(const std::function<bool()>& cancelled) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (auto made = make_directories(nodes_[i].slot.folder); !made) return made;
    if (auto spawned = spawn(i); !spawned) return spawned;
  }
  const Instant deadline = monotonic_now() + kReadyTimeout;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Result<NodeAddress> address =
        poll<NodeAddress>(deadline, cancelled, fmt::format("{} was not ready", names_[i]),
                          [&] { return readiness(i); });
    if (!address) return address.error();
    if (auto noted = note_address(i, *address); !noted) return noted;
  }
  for (std::size_t i = 0; i < nodes_.size() && !nodes_[i].slot.own_network; ++i) {
    if (auto told = introduce(i); !told) return told;
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Result<bool> met =
        poll<bool>(deadline, cancelled, fmt::format("{} did not reach the others", names_[i]),
                   [&] { return connectedness(i); });
    if (!met) return met.error();
  }
  return {};
}

// Serves the loop until `ask` answers.
template <typename T>
Result<T> ProcessCluster::poll(Instant deadline, const std::function<bool()>& cancelled,
                               const std::string& late,
                               const std::function<std::optional<Result<T>>()>& ask) {
  for (;;) {
    if (auto answer = ask()) return *answer;
    if (cancelled()) return Error{ErrorCode::kCancelled, "interrupted while the nodes started"};
    if (monotonic_now() >= deadline) {
      return Error{ErrorCode::kTimeout,
                   fmt::format("{} within {}", late, format_duration(kReadyTimeout))};
    }
    loop_.run_until([] { return false; }, monotonic_now() + kPollInterval);
  }
}

void ProcessCluster::stop_all() {
  for (Node& node : nodes_) {
    const std::lock_guard lock(mutex_);
    node.end_expected = true;
    if (node.running && node.process) (void)node.process->signal(SIGKILL);
  }
  loop_.run_until(
      [this] {
        const std::lock_guard lock(mutex_);
        for (const Node& node : nodes_) {
          if (node.running) return false;
        }
        return true;
      },
      monotonic_now() + kSignalTimeout);
  for (Node& node : nodes_) node.process.reset();
}

Result<std::size_t> ProcessCluster::index_of(std::string_view node) const {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == node) return i;
  }
  return Error{ErrorCode::kInvalidArgument, fmt::format("there is no node \"{}\"", node)};
}

Result<void> ProcessCluster::spawn(std::size_t index) {
  Node& node = nodes_[index];
  const Result<NodeLaunch> launch = system_.launch(config_, node.slot);
  if (!launch) return launch.error();
  ProcessStart start{.program = launch->program,
                     .arguments = launch->arguments,
                     .namespace_fd = network_.namespace_fd(names_[index]),
                     .log = node.slot.folder / kNodeLog};
  auto process = NodeProcess::start(loop_, start,
                                    [this, index](const std::string& how) { ended(index, how); });
  if (!process) return process.error();
  const std::lock_guard lock(mutex_);
  node.process = std::move(*process);
  node.running = true;
  node.end_expected = false;
  node.may_give_up = false;
  return {};
}

void ProcessCluster::ended(std::size_t index, const std::string& how) {
  bool crashed = false;
  {
    const std::lock_guard lock(mutex_);
    Node& node = nodes_[index];
    node.running = false;
    node.end = how;
    crashed = !node.end_expected && !(may_end_itself(node) && is_orderly(how));
  }
  changed_.notify_all();
  if (crashed) on_crash_(names_[index], how);
}

std::optional<Result<NodeAddress>> ProcessCluster::readiness(std::size_t index) {
  const Node& node = nodes_[index];
  if (auto address = system_.find(node.slot)) return Result<NodeAddress>(*address);
  const std::lock_guard lock(mutex_);
  if (node.running) return std::nullopt;
  if (node.damaged && is_orderly(node.end)) {
    return Result<NodeAddress>(Error{ErrorCode::kCorrupt, last_line(node.slot.folder / kNodeLog)});
  }
  return Result<NodeAddress>(
      Error{ErrorCode::kIo, fmt::format("{} ended before it was ready ({}); {}", names_[index],
                                        node.end, log_tail(node.slot.folder / kNodeLog))});
}

// Nothing as long as the node still looks for others.
std::optional<Result<bool>> ProcessCluster::connectedness(std::size_t index) {
  Result<bool> met = system_.connected(books_[index].at(index),
                                       network_.namespace_fd(fmt::format("c{}", index + 1)));
  if (met && !*met) return std::nullopt;
  return met;
}

Result<NodeAddress> ProcessCluster::await_ready(std::size_t index) {
  const Instant deadline = monotonic_now() + kReadyTimeout;
  for (;;) {
    if (auto ready = readiness(index)) return *ready;
    if (monotonic_now() >= deadline) {
      return Error{ErrorCode::kTimeout, fmt::format("{} was not ready after {}", names_[index],
                                                    format_duration(kReadyTimeout))};
    }
    std::this_thread::sleep_for(kPollInterval);
  }
}

Result<void> ProcessCluster::adopt(std::size_t index, const NodeAddress& address) {
  if (auto noted = note_address(index, address); !noted) return noted;
  if (nodes_[index].slot.own_network) return {};
  // It came back on another port and knows nobody. Of the others, those that are down learn of it
  // when they come back.
  for (std::size_t i = 0; i < names_.size(); ++i) {
    Result<void> told = introduce(i);
    if (!told && i == index) return told;
  }
  return {};
}

Result<void> ProcessCluster::note_address(std::size_t index, const NodeAddress& address) {
  addresses_.set(index, address);
  for (std::size_t group = 0; group < books_.size(); ++group) {
    Result<NodeAddress> seen = seen_from(fmt::format("c{}", group + 1), address);
    if (!seen) return seen.error();
    books_[group].set(index, std::move(*seen));
  }
  return {};
}

Result<NodeAddress> ProcessCluster::seen_from(const std::string& endpoint,
                                              const NodeAddress& node) {
  Result<SocketAddress> route = network_.route(endpoint, node.name, node.port);
  if (!route) return route.error();
  return NodeAddress{.name = node.name, .host = std::move(route->host), .port = route->port};
}

// Tells the node where it finds each of the others.
Result<void> ProcessCluster::introduce(std::size_t to) {
  std::vector<NodeAddress> known = addresses_.all();
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (i == to) continue;
    Result<NodeAddress> seen = seen_from(names_[to], known[i]);
    if (!seen) return seen.error();
    known[i] = std::move(*seen);
  }
  return system_.introduce(known, to);
}

Result<int> ProcessCluster::signal(std::string_view node, int number) {
  const Result<std::size_t> index = index_of(node);
  if (!index) return index.error();
  const std::lock_guard lock(mutex_);
  Node& target = nodes_[*index];
  if (!target.running) {
    return Error{ErrorCode::kNotFound, fmt::format("{} is not running", node)};
  }
  if (number == SIGKILL) target.end_expected = true;
  if (auto sent = target.process->signal(number); !sent) return sent.error();
  return target.process->pid();
}

Result<int> ProcessCluster::kill(std::string_view node) {
  Result<int> pid = signal(node, SIGKILL);
  if (!pid) return pid;
  const std::size_t index = *index_of(node);
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kSignalTimeout, [&] { return !nodes_[index].running; })) {
    return Error{ErrorCode::kTimeout, fmt::format("{} did not die of SIGKILL", node)};
  }
  return pid;
}

Result<int> ProcessCluster::start(std::string_view node) {
  const Result<std::size_t> index = index_of(node);
  if (!index) return index.error();
  const Result<void> spawned = on_loop<Result<void>>(loop_, [&] {
    {
      const std::lock_guard lock(mutex_);
      if (nodes_[*index].running) return Result<void>();
    }
    return spawn(*index);
  });
  if (!spawned) return spawned.error();
  const Result<NodeAddress> address = await_ready(*index);
  if (!address) return address.error();
  {
    const std::lock_guard lock(mutex_);
    nodes_[*index].damaged = false;  // what was damaged was nothing that it needs
  }
  if (auto adopted = adopt(*index, *address); !adopted) return adopted.error();
  if (auto slowed = slow_down_again(*index); !slowed) return slowed.error();
  const std::lock_guard lock(mutex_);
  return nodes_[*index].process ? nodes_[*index].process->pid() : 0;
}

Result<int> ProcessCluster::pause(std::string_view node) {
  Result<int> pid = signal(node, SIGSTOP);
  if (!pid) return pid;
  if (auto stopped = await_stopped(*pid, kSignalTimeout); !stopped) return stopped.error();
  return pid;
}

Result<int> ProcessCluster::resume(std::string_view node) { return signal(node, SIGCONT); }

}  // namespace quorate
