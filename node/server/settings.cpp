#include "node/server/settings.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "node/core/command_text.h"
#include "node/core/limits.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;

Error invalid(std::string context) {
  return Error{ErrorCode::kInvalidArgument, std::move(context)};
}

Result<std::uint64_t> number(const std::string& text, std::uint64_t least, std::uint64_t most) {
  const auto value = parse_decimal(text);
  if (!value || *value < least || *value > most) {
    return invalid(fmt::format("must be a whole number from {} to {}", least, most));
  }
  return *value;
}

Result<double> decimal(const std::string& text, double least, double most) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool whole = !text.empty() && end == text.c_str() + text.size();
  if (!whole || !(value >= least && value <= most)) {
    return invalid(fmt::format("must be a number from {} to {}", least, most));
  }
  return value;
}

Result<Duration> duration(const std::string& text, Duration least, Duration most) {
  const Result<Duration> value = parse_duration(text);
  if (!value || *value < least || *value > most) {
    return invalid(fmt::format("must be a duration from {} to {}, like 250ms, 10s or 3h",
                               format_duration(least), format_duration(most)));
  }
  return *value;
}

// "off" is zero.
Result<Duration> interval(const std::string& text) {
  if (text == "off") return Duration::zero();
  const auto value = duration(text, milliseconds(10), std::chrono::hours(24));
  if (!value) return invalid(value.error().context + ", or off");
  return *value;
}

Result<bool> on_or_off(const std::string& text) {
  if (text == "on") return true;
  if (text == "off") return false;
  return invalid("must be on or off");
}

template <typename T>
using Names = std::vector<std::pair<std::string_view, T>>;

const Names<VersionScheme> kSchemes{{"two-phase", VersionScheme::kTwoPhase},
                                    {"local-counter", VersionScheme::kLocalCounter},
                                    {"clock", VersionScheme::kClock}};
const Names<ReadMode> kReadModes{{"none", ReadMode::kNone},
                                 {"async", ReadMode::kAsync},
                                 {"blocking", ReadMode::kBlocking},
                                 {"write-back", ReadMode::kWriteBack}};
const Names<FanOut> kFanOuts{{"all", FanOut::kAll}, {"exact", FanOut::kExact}};
const Names<RejoinMode> kRejoinModes{{"catch-up", RejoinMode::kCatchUp},
                                     {"vote", RejoinMode::kVote}};
const Names<std::string_view> kLogLevels{{"trace", "trace"}, {"debug", "debug"}, {"info", "info"},
                                         {"warn", "warn"},   {"error", "error"}, {"off", "off"}};
const Names<PurgeMode> kPurgeModes{{"everywhere", PurgeMode::kEverywhere},
                                   {"by-time", PurgeMode::kByTime}};

template <typename T>
std::string_view name_in(const Names<T>& names, T value) {
  for (const auto& [name, known] : names) {
    if (known == value) return name;
  }
  return "";
}

template <typename T>
Result<T> one_of(const std::string& text, const Names<T>& values) {
  std::string names;
  for (const auto& [name, value] : values) {
    if (text == name) return value;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  return invalid(fmt::format("must be one of: {}", names));
}

Result<std::uint16_t> quorum(const std::string& text) {
  if (same_name(text, "ONE")) return std::uint16_t{1};
  if (same_name(text, "QUORUM")) return kMajority;
  if (same_name(text, "ALL")) return kAllOfThem;
  const auto value = number(text, 1, kMaxReplicas);
  if (!value) return invalid("must be a number from 1 to n, or ONE, QUORUM or ALL");
  return static_cast<std::uint16_t>(*value);
}

// Puts a value where it belongs, or passes the error on.
template <typename T, typename Place>
Result<void> put(Result<T> value, Place* place) {
  if (!value) return value.error();
  *place = static_cast<Place>(std::move(*value));
  return {};
}

Result<void> set_name(const std::string& text, Options* options) {
  if (!is_node_name(text)) {
    return invalid("must have 1 to 64 letters, digits, '-', '_' or '.'");
  }
  options->name = text;
  return {};
}

Result<void> set_cluster(const std::string& text, Options* options) {
  if (text.empty() || text.size() > 256) return invalid("must have 1 to 256 bytes");
  options->cluster = text;
  return {};
}

Result<void> set_data(const std::string& text, Options* options) {
  if (text.empty()) return invalid("must name a folder");
  options->data = text;
  return {};
}

Result<void> set_listen(const std::string& text, Options* options) {
  Result<Address> address = parse_address(text);
  if (!address) return invalid(address.error().context);
  options->listen = std::move(*address);
  return {};
}

Result<void> set_peers(const std::string& text, Options* options) {
  Result<std::vector<ClusterMember>> members = parse_members(text);
  if (!members) return invalid(members.error().context);
  options->peers = std::move(*members);
  return {};
}

Result<void> set_durability(const std::string& text, Options* options) {
  const Result<StoreOptions> storage = parse_store_options(text);
  if (!storage) return invalid(storage.error().context);
  options->storage = *storage;
  return {};
}

Result<void> set_clock_base(const std::string& text, Options* options) {
  options->clock_base_given = true;
  return put(number(text, 0, kMaxVersionNumber / 2), &options->engine.clock.base_us);
}

Result<void> set_clock_offset(const std::string& text, Options* options) {
  const bool behind = text.starts_with('-');
  const auto size =
      duration(behind ? text.substr(1) : text, Duration::zero(), std::chrono::hours(1));
  if (!size) return invalid("must be a duration up to 1h, with a '-' if the clock is behind");
  options->engine.clock.offset = behind ? -*size : *size;
  return {};
}

Result<void> set_log_level(const std::string& text, Options* options) {
  return put(one_of(text, kLogLevels), &options->log_level);
}

Result<void> set_version_scheme(const std::string& text, Options* options) {
  return put(one_of(text, kSchemes), &options->engine.version_scheme);
}

Result<void> set_read_mode(const std::string& text, Options* options) {
  return put(one_of(text, kReadModes), &options->engine.read_mode);
}

Result<void> set_fan_out(const std::string& text, Options* options) {
  return put(one_of(text, kFanOuts), &options->engine.fan_out);
}

Result<void> set_rejoin(const std::string& text, Options* options) {
  return put(one_of(text, kRejoinModes), &options->engine.rejoin);
}

Result<void> set_purge(const std::string& text, Options* options) {
  return put(one_of(text, kPurgeModes), &options->engine.purge.mode);
}

using O = Options;
using Text = std::string;
constexpr std::string_view kInterval = "DURATION|off";
constexpr auto kLongest = std::chrono::hours(24 * 365);

const std::array kSettings{
    Setting{"name", "NAME", "", "This node's name in the cluster (required)", set_name},
    Setting{"data", "FOLDER", "", "Folder of the records; made where missing (required)", set_data},
    Setting{"listen", "IP:PORT", "127.0.0.1:0", "For clients and peers; port 0: any free one",
            set_listen},
    Setting{
        "peers", "NAME=IP:PORT,…", "",
        "The whole cluster and this node too, in the same order on every node; may be told later "
        "with the PEERS command",
        set_peers},
    Setting{"cluster", "NAME", "quorate", "The cluster's name: nodes of another one are refused",
            set_cluster},
    Setting{"epoch", "NUMBER", "1",
            "Of the membership: raised by whoever changes the list of nodes or n; requests of "
            "another epoch are refused",
            [](const Text& t, O* o) { return put(number(t, 1, kMaxVersionNumber), &o->epoch); }},
    Setting{"n", "NUMBER", "", "Replicas of a key (all nodes unless told otherwise)",
            [](const Text& t, O* o) { return put(number(t, 1, kMaxReplicas), &o->n); }},
    Setting{"virtual-nodes", "NUMBER", "64", "Tokens of each node on the ring",
            [](const Text& t, O* o) {
              return put(number(t, 1, Ring::kMaxVirtualNodes), &o->virtual_nodes);
            }},
    Setting{"r", "QUORUM", "QUORUM", "Answers per read: a number from 1 to n, ONE, QUORUM or ALL",
            [](const Text& t, O* o) { return put(quorum(t), &o->r); }},
    Setting{"w", "QUORUM", "QUORUM", "Acknowledgements per write, likewise",
            [](const Text& t, O* o) { return put(quorum(t), &o->w); }},
    Setting{"timeout", "DURATION", "1s", "Of one operation",
            [](const Text& t, O* o) {
              return put(duration(t, kMinTimeout, kMaxTimeout), &o->timeout);
            }},
    Setting{"version-scheme", "SCHEME", "two-phase",
            "two-phase (ask r replicas, then the greatest + 1) | local-counter | clock (last write "
            "wins)",
            set_version_scheme},
    Setting{"read-mode", "MODE", "write-back", "Read repair: none | async | blocking | write-back",
            set_read_mode},
    Setting{"fan-out", "all|exact", "all",
            "To all replicas, or to as many random ones as the quorum needs", set_fan_out},
    Setting{
        "durability", "MODE", "batch",
        "batch (synced, then acknowledged) | periodic:100ms (acknowledged, then synced in time) "
        "| none",
        set_durability},
    Setting{"rejoin", "MODE", "catch-up",
            "After a disk was lost or set back: catch-up (abstain until it is filled again) | vote "
            "(at once: unsafe)",
            set_rejoin},
    Setting{"hinted-handoff", "on|off", "on", "Keep what a replica missed, and hand it over later",
            [](const Text& t, O* o) { return put(on_or_off(t), &o->engine.hints.enabled); }},
    Setting{"hint-lifetime", "DURATION", "3h", "Older hints are dropped",
            [](const Text& t, O* o) {
              return put(duration(t, milliseconds(10), kLongest), &o->engine.hints.lifetime);
            }},
    Setting{"hint-rate", "NUMBER", "1000", "Hints handed over in a second, at most",
            [](const Text& t, O* o) {
              return put(number(t, 1, 1'000'000), &o->engine.hints.per_second);
            }},
    Setting{"max-hints", "NUMBER", "100000", "Kept at a time",
            [](const Text& t, O* o) {
              return put(number(t, 1, 10'000'000), &o->engine.hints.max_hints);
            }},
    Setting{"sloppy-quorum", "on|off", "off",
            "Others stand in for replicas that cannot be reached, and count: r + w > n promises "
            "nothing any more",
            [](const Text& t, O* o) { return put(on_or_off(t), &o->engine.sloppy_quorum); }},
    Setting{"gossip-interval", kInterval, "1s", "Between rounds of gossip",
            [](const Text& t, O* o) { return put(interval(t), &o->engine.gossip.interval); }},
    Setting{"phi-threshold", "NUMBER", "8", "Suspicion beyond which a silent node is suspected",
            [](const Text& t, O* o) {
              return put(decimal(t, 1, 16), &o->engine.gossip.phi_threshold);
            }},
    Setting{"rumour-interval", kInterval, "off", "Between rounds of spreading recent writes",
            [](const Text& t, O* o) { return put(interval(t), &o->engine.rumours.interval); }},
    Setting{"anti-entropy-interval", kInterval, "60s", "Between comparisons with a peer",
            [](const Text& t, O* o) { return put(interval(t), &o->engine.anti_entropy.interval); }},
    Setting{"tombstone-grace", "DURATION", "240h", "How long a tombstone is kept at least",
            [](const Text& t, O* o) {
              return put(duration(t, Duration::zero(), kLongest), &o->engine.purge.grace);
            }},
    Setting{"tombstone-purge", "MODE", "everywhere",
            "everywhere (when every replica is known to have it) | by-time (unsafe)", set_purge},
    Setting{"clock-base", "MICROSECONDS", "",
            "What the clock of version scheme clock shows when the machine's monotonic clock shows "
            "0 (the wall clock's unless told otherwise)",
            set_clock_base},
    Setting{"clock-offset", "[-]DURATION", "0s", "How far that clock is ahead", set_clock_offset},
    Setting{
        "clock-drift", "PPM", "0", "What it gains, in microseconds a second",
        [](const Text& t, O* o) { return put(decimal(t, -1e6, 1e6), &o->engine.clock.drift_ppm); }},
    Setting{"max-connections", "NUMBER", "2000", "More are turned away",
            [](const Text& t, O* o) { return put(number(t, 1, 100'000), &o->max_connections); }},
    Setting{"max-operations", "NUMBER", "10000", "In flight at this coordinator; more are refused",
            [](const Text& t, O* o) {
              return put(number(t, 1, 1'000'000), &o->engine.max_operations);
            }},
    Setting{"max-pending-mib", "NUMBER", "256",
            "Records and answers that wait for the disk; more are refused",
            [](const Text& t, O* o) {
              const auto mib = number(t, 1, 65'536);
              if (!mib) return Result<void>(mib.error());
              o->engine.replica.max_pending_bytes = *mib << 20;
              return Result<void>();
            }},
    Setting{"ready-file", "FILE", "",
            "Written (JSON: name, pid, address, incarnation) when connections are accepted",
            [](const Text& t, O* o) {
              o->ready_file = t;
              return Result<void>();
            }},
    Setting{"log-level", "LEVEL", "info", "trace | debug | info | warn | error | off",
            set_log_level},
};

}  // namespace

std::span<const Setting> settings() { return kSettings; }

Result<void> change_setting(std::string_view name, const std::string& text, Options* options) {
  for (const Setting& setting : kSettings) {
    if (setting.name != name) continue;
    const Result<void> set = setting.set(text, options);
    if (set) return {};
    return invalid(fmt::format("{} \"{}\": {}", name, text, set.error().context));
  }
  return invalid(fmt::format("there is no option {}", name));
}

std::string_view text_of(VersionScheme scheme) { return name_in(kSchemes, scheme); }
std::string_view text_of(ReadMode mode) { return name_in(kReadModes, mode); }
std::string_view text_of(FanOut fan_out) { return name_in(kFanOuts, fan_out); }
std::string_view text_of(RejoinMode mode) { return name_in(kRejoinModes, mode); }

}  // namespace quorate::node
