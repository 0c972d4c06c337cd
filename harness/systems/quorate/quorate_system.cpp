#include "harness/systems/quorate/quorate_system.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "base/file.h"
#include "harness/systems/quorate/admin.h"
#include "harness/systems/quorate/coordinator_client.h"
#include "harness/systems/quorate/disguised_client.h"
#include "harness/systems/quorate/fan_out_client.h"
#include "harness/systems/quorate/node_options.h"
#include "harness/systems/quorate/peer_traffic.h"
#include "harness/systems/quorate/promise.h"
#include "harness/systems/quorate/replica_insight.h"
#include "harness/systems/quorate/store_options.h"

namespace quorate {
namespace {

constexpr std::uint16_t kPort = 7000;  // of every node that has its host to itself
constexpr std::string_view kReadyFile = "ready.json";

Result<void> require_one_of(std::string_view option, const std::string& value,
                            const std::vector<std::string_view>& known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return {};
  return Error{ErrorCode::kInvalidArgument, fmt::format("--{} {} is unknown; there is: {}", option,
                                                        value, fmt::join(known, ", "))};
}

std::string peer_list(const NodeSlot& slot) {
  std::string peers;
  for (std::size_t i = 0; i < slot.names.size(); ++i) {
    const std::uint16_t port = slot.own_network ? kPort : 0;
    peers += fmt::format("{}{}={}:{}", i == 0 ? "" : ",", slot.names[i], slot.hosts[i], port);
  }
  return peers;
}

// What a node takes where a request says no W. All of ours say it: a node that overlooks them is to
// be seen. (R must be the run's: who lost records counts on it.)
int own_w(const RunConfig& config) { return config.w > 1 ? 1 : config.n; }

// The run's own folder: nodes of another run, on a port that was once ours, are refused by name.
std::string cluster_name(const NodeSlot& slot) {
  return slot.folder.parent_path().parent_path().filename().string();
}

std::string milliseconds(Duration duration) {
  return fmt::format("{}ms",
                     std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

QuorateSystem::QuorateSystem(std::filesystem::path node_program)
    : node_program_(std::move(node_program)), node_faults_(node_program_) {}
QuorateSystem::~QuorateSystem() = default;

Result<void> QuorateSystem::validate(const RunConfig& config) const {
  for (const auto& checked :
       {require_one_of("version-scheme", config.version_scheme, known_version_schemes()),
        require_one_of("read-mode", config.read_mode, known_read_modes()),
        require_one_of("fan-out", config.fan_out, known_fan_outs()),
        require_one_of("durability", config.durability, {"batch", "periodic", "none"})}) {
    if (!checked) return checked;
  }
  if (auto ok = check_node_options(config.node_options); !ok) return ok;
  const std::filesystem::path program = node_program_of(config, node_program_);
  if (std::filesystem::exists(program)) return {};
  return Error{ErrorCode::kNotFound,
               fmt::format("{} is not there{}", program.string(),
                           program == node_program_ ? "; build it with ./dev build" : "")};
}

std::vector<Property> QuorateSystem::promised(const RunConfig& config) const {
  return promise_row(config).promised;
}

std::vector<std::string> QuorateSystem::complaints(const std::filesystem::path& folder) const {
  constexpr std::size_t kMost = 3;
  constexpr std::string_view kSays = "invariant broken: ";
  constexpr std::string_view kStarts = " incarnation=";
  std::vector<std::string> found;
  std::set<std::string> starts;  // versions that two of them made could not be told apart
  std::ifstream log(folder / kNodeLog);
  for (std::string line; found.size() < kMost && std::getline(log, line);) {
    if (const std::size_t at = line.find(kSays); at != line.npos) found.push_back(line.substr(at));
    const std::size_t at = line.find(kStarts);
    if (at == line.npos || line.find("ready address=") == line.npos) continue;
    const std::string incarnation = line.substr(at + kStarts.size());
    if (!starts.insert(incarnation).second) {
      found.push_back(fmt::format("incarnation {} was used by two starts", incarnation));
    }
  }
  return found;
}

bool QuorateSystem::replicas_keep(const RunConfig& config) const {
  return quorate::replicas_keep(config);
}

Result<NodeLaunch> QuorateSystem::launch(const RunConfig& config, const NodeSlot& slot) const {
  const std::filesystem::path ready = slot.folder / kReadyFile;
  std::error_code error;
  std::filesystem::remove(ready, error);
  if (error)
    return Error{ErrorCode::kIo, fmt::format("remove {}: {}", ready.string(), error.message())};
  const std::string listen =
      fmt::format("{}:{}", slot.hosts[slot.index], slot.own_network ? kPort : 0);
  NodeLaunch launch{
      .program = node_program_of(config, node_program_),
      .arguments = {
          "--name", slot.names[slot.index], "--cluster", cluster_name(slot), "--data",
          data_folder(slot).string(), "--ready-file", ready.string(), "--listen", listen, "--peers",
          peer_list(slot), "--n", std::to_string(config.n), "--r", std::to_string(config.r), "--w",
          std::to_string(own_w(config)), "--timeout", milliseconds(config.timeout), "--read-mode",
          config.read_mode, "--durability", config.durability, "--version-scheme",
          config.version_scheme, "--fan-out", config.fan_out,
          // One clock for all nodes: the machine's monotonic one.
          "--clock-base", "0",
          // Unless a run asks for them, what mends replicas behind the back of reads and
          // writes is off: it would hide what they do wrong.
          "--hinted-handoff", config.hinted_handoff ? "on" : "off", "--anti-entropy-interval",
          config.anti_entropy_interval == Duration::zero()
              ? "off"
              : milliseconds(config.anti_entropy_interval)}};
  append_arguments(config.node_options, &launch.arguments);
  return launch;
}

std::optional<NodeAddress> QuorateSystem::find(const NodeSlot& slot) const {
  const std::filesystem::path ready = slot.folder / kReadyFile;
  if (!std::filesystem::exists(ready)) return std::nullopt;
  const Result<std::string> content = read_file(ready);
  if (!content) return std::nullopt;
  const Result<Json> json = parse_json(*content, ready.string());
  if (!json || !json->is_object()) return std::nullopt;
  const auto told = json->find("address");
  if (told == json->end() || !told->is_string()) return std::nullopt;
  const std::string address = told->get<std::string>();
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  NodeAddress found{.name = slot.names[slot.index], .host = address.substr(0, colon), .port = 0};
  std::from_chars(address.data() + colon + 1, address.data() + address.size(), found.port);
  if (found.port == 0) return std::nullopt;
  return found;
}

Result<void> QuorateSystem::introduce(const std::vector<NodeAddress>& nodes, std::size_t to) const {
  return tell_peers(nodes, to);
}

Result<bool> QuorateSystem::connected(const NodeAddress& node, int namespace_fd) const {
  return has_reached_peers(node, namespace_fd);
}

std::unique_ptr<Client> QuorateSystem::make_client(EventLoop& loop, const RunConfig& config,
                                                   const AddressBook& addresses,
                                                   const ClientPlace& place) {
  std::unique_ptr<Client> client = make_plain_client(loop, config, addresses, place);
  if (config.plain_text) return client;
  return std::make_unique<DisguisedClient>(std::move(client), &disguise_, config.seed);
}

std::unique_ptr<Client> QuorateSystem::make_plain_client(EventLoop& loop, const RunConfig& config,
                                                         const AddressBook& addresses,
                                                         const ClientPlace& place) {
  if (config.mode == Approach::kCoordinator) {
    return std::make_unique<CoordinatorClient>(loop, config, addresses, place);
  }
  std::shared_ptr<FanOutGroup> group = groups_[place.index].lock();
  if (!group) {
    auto& trips = client_trips_[place.index];
    if (!trips) trips = std::make_shared<node::RoundTrips>();
    group = std::make_shared<FanOutGroup>(loop, config, addresses, place.namespace_fd, trips);
    groups_[place.index] = group;
  }
  return std::make_unique<FanOutClient>(std::move(group));
}

Result<void> QuorateSystem::dump(const RunConfig& config, const NodeAddress& node, int namespace_fd,
                                 const std::filesystem::path& folder) const {
  return dump_to_file(node, namespace_fd, disguise_of(config), folder / "dump.jsonl");
}

std::unique_ptr<TrafficReader> QuorateSystem::make_traffic_reader() const {
  return std::make_unique<PeerTraffic>(disguise_);
}

Result<std::vector<std::vector<ReplicaRecord>>> QuorateSystem::replica_records(
    const RunConfig& config, const std::vector<NodeAccess>& nodes) const {
  return records_of_replicas(config, nodes, disguise_of(config));
}

Result<std::vector<Duration>> QuorateSystem::ping(const NodeAccess& node, int times) const {
  return ping_node(node, times);
}

Result<Json> QuorateSystem::round_trips(const RunConfig& config,
                                        const std::vector<NodeAccess>& nodes) const {
  if (config.mode == Approach::kCoordinator) return round_trips_of_nodes(nodes);
  Json by_place = Json::object();
  for (const auto& [place, trips] : client_trips_) {
    by_place[fmt::format("c{}", place + 1)] = to_json(*trips);
  }
  return by_place;
}

}  // namespace quorate
