#include "harness/run/run_config.h"

#include <filesystem>
#include <type_traits>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace quorate {
namespace {

Error invalid(std::string text) { return Error{ErrorCode::kInvalidArgument, std::move(text)}; }

Result<void> require_between(std::string_view name, std::int64_t value, std::int64_t low,
                             std::int64_t high) {
  if (value >= low && value <= high) return {};
  return invalid(fmt::format("--{} is {}, and must be between {} and {}", name, value, low, high));
}

Result<void> check_sizes(const RunConfig& c) {
  if (auto ok = require_between("nodes", c.nodes, 1, 100); !ok) return ok;
  if (auto ok = require_between("n", c.n, 1, c.nodes); !ok) return ok;
  if (auto ok = require_between("r", c.r, 1, c.n); !ok) return ok;
  if (auto ok = require_between("w", c.w, 1, c.n); !ok) return ok;
  if (auto ok = require_between("keys", *c.keys, 1, 1'000'000); !ok) return ok;
  if (auto ok = require_between("concurrency", c.concurrency, 1, 10'000); !ok) return ok;
  return require_between("max-operations", c.max_operations, 1, 1'000'000'000);
}

Result<void> check_amounts(const RunConfig& c) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  if (!(*c.read_share >= 0 && *c.read_share <= 1)) {
    return invalid(fmt::format("--read-share is {}, and must be between 0 and 1", *c.read_share));
  }
  if (!(c.rate >= 0 && c.rate <= 10'000'000)) {
    return invalid(fmt::format("--rate is {}, and must be 0 (closed loop) or more", c.rate));
  }
  if (c.timeout < milliseconds(10) || c.timeout > milliseconds(60'000)) {
    return invalid(fmt::format("--timeout is {}, and must be between 10ms and 60s",
                               format_duration(c.timeout)));
  }
  if (c.time < milliseconds(100) || c.time > hours(24)) {
    return invalid(
        fmt::format("--time is {}, and must be between 100ms and 24h", format_duration(c.time)));
  }
  if (c.probe_delay < milliseconds(1) || c.probe_delay > milliseconds(60'000)) {
    return invalid(fmt::format("--probe-delay is {}, and must be between 1ms and 60s",
                               format_duration(c.probe_delay)));
  }
  if (c.anti_entropy_interval != Duration::zero() &&
      (c.anti_entropy_interval < milliseconds(10) || c.anti_entropy_interval > hours(1))) {
    return invalid(
        fmt::format("--anti-entropy-interval is {}, and must be 0 or between 10ms and 1h",
                    format_duration(c.anti_entropy_interval)));
  }
  if (c.nemesis_interval < milliseconds(100)) {
    return invalid(fmt::format("--nemesis-interval is {}, and must be at least 100ms",
                               format_duration(c.nemesis_interval)));
  }
  if (auto ok = require_between("nemesis-at-once", c.nemesis_at_once, 1, 100); !ok) return ok;
  for (const std::string& node : c.nemesis_nodes) {
    bool known = false;
    for (int i = 1; i <= c.nodes; ++i) known |= node == fmt::format("n{}", i);
    if (!known) {
      return invalid(fmt::format("--nemesis-nodes {}: the nodes are n1 to n{}", node, c.nodes));
    }
  }
  return {};
}

// Whether the JSON number is whole and fits: the library would cut it to size in silence.
template <typename T>
bool holds_integer(const Json& json) {
  if (json.is_number_unsigned()) return std::in_range<T>(json.get<std::uint64_t>());
  return json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
}

// Reads fields of a JSON object one by one and remembers the first thing that is wrong.
class FieldReader {
 public:
  explicit FieldReader(const Json& json) : json_(json) {
    if (!json.is_object()) fail("the configuration", "an object");
  }

  template <typename T>
  void read(const char* name, T* into, const char* expected) {
    names_.emplace_back(name);
    if (error_ || !json_.contains(name)) return;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      if (!holds_integer<T>(json_.at(name))) return fail(name, expected);
    }
    try {
      json_.at(name).get_to(*into);
    } catch (const nlohmann::json::exception&) {
      fail(name, expected);
    }
  }

  template <typename T>
  void read_optional(const char* name, std::optional<T>* into, const char* expected) {
    T value{};
    read(name, &value, expected);
    if (!error_ && json_.contains(name)) *into = value;
  }

  void read_duration(const char* name, Duration* into) {
    std::string text;
    read(name, &text, "a duration such as \"10s\"");
    if (error_ || !json_.contains(name)) return;
    const Result<Duration> parsed = parse_duration(text);
    if (parsed) {
      *into = *parsed;
    } else {
      fail(name, "a duration such as \"10s\"");
    }
  }

  template <typename T, typename Named>
  void read_named(const char* name, T* into, Named named, const char* expected) {
    std::string text;
    read(name, &text, expected);
    if (error_ || !json_.contains(name)) return;
    if (const auto value = named(text)) {
      *into = *value;
    } else {
      fail(name, expected);
    }
  }

  void fail(const char* name, const char* expected) {
    error_ = Error{ErrorCode::kCorrupt, fmt::format("{} must be {}", name, expected)};
  }
  const std::optional<Error>& error() const { return error_; }
  const std::vector<std::string>& names() const { return names_; }  // that were asked for

 private:
  const Json& json_;
  std::vector<std::string> names_;
  std::optional<Error> error_;
};

void read_sizes(FieldReader* fields, RunConfig* c) {
  fields->read("nodes", &c->nodes, "a number");
  fields->read("n", &c->n, "a number");
  fields->read("r", &c->r, "a number");
  fields->read("w", &c->w, "a number");
  fields->read_optional("keys", &c->keys, "a number");
  fields->read_optional("read-share", &c->read_share, "a number");
  fields->read("concurrency", &c->concurrency, "a number");
  fields->read("rate", &c->rate, "a number");
  fields->read("max-operations", &c->max_operations, "a number");
  fields->read("seed", &c->seed, "a number");
}

void read_words(FieldReader* fields, RunConfig* c) {
  fields->read("system", &c->system, "a name");
  fields->read_named("mode", &c->mode, approach_named, "coordinator or client");
  fields->read("version-scheme", &c->version_scheme, "a name");
  fields->read("read-mode", &c->read_mode, "a name");
  fields->read("fan-out", &c->fan_out, "a name");
  fields->read("durability", &c->durability, "a name");
  fields->read("hinted-handoff", &c->hinted_handoff, "true or false");
  fields->read_duration("anti-entropy-interval", &c->anti_entropy_interval);
  fields->read("node-program", &c->node_program, "the name of a file");
  fields->read("node-option", &c->node_options, "a list of \"NAME=VALUE\"");
  fields->read("plain-text", &c->plain_text, "true or false");
  fields->read("workload", &c->workload, "a name");
  fields->read_named("key-distribution", &c->key_distribution, key_distribution_named,
                     "uniform, zipf or hot-cold");
  fields->read_named("writers", &c->writers, writers_named, "any or one-per-key");
  fields->read_duration("probe-delay", &c->probe_delay);
  fields->read("nemesis", &c->nemesis, "a list of fault names");
  fields->read_named("network", &c->network, network_kind_named, "auto, packet, proxy or none");
  fields->read("stop-on-violation", &c->stop_on_violation, "true or false");
  fields->read_duration("timeout", &c->timeout);
  fields->read_duration("time", &c->time);
  fields->read_duration("nemesis-interval", &c->nemesis_interval);
  fields->read("nemesis-at-once", &c->nemesis_at_once, "a number");
  fields->read("nemesis-swarm", &c->nemesis_swarm, "true or false");
  fields->read("nemesis-nodes", &c->nemesis_nodes, "a list of nodes");
  fields->read_duration("nemesis-faults-phase", &c->nemesis_phases.faults);
  fields->read_duration("nemesis-calm-phase", &c->nemesis_phases.calm);
  fields->read("plan", &c->plan, "the name of a file");
  fields->read("capture", &c->capture, "a list of links");
}

void read_properties(FieldReader* fields, RunConfig* c) {
  std::vector<std::string> names;
  fields->read("property", &names, "a list of properties");
  for (const std::string& name : names) {
    if (const auto property = property_named(name)) {
      c->demanded.push_back(*property);
    } else {
      fields->fail("property", "a list of properties");
    }
  }
  fields->read_named(
      "expect-violation", &c->expect_violation,
      [](std::string_view name) -> std::optional<std::optional<Property>> {
        const auto property = property_named(name);
        if (!property) return std::nullopt;
        return std::optional<Property>(*property);
      },
      "a property");
}

void read_all(FieldReader* fields, RunConfig* c) {
  read_sizes(fields, c);
  read_words(fields, c);
  read_properties(fields, c);
}

}  // namespace

std::string_view name_of(Approach approach) {
  return approach == Approach::kCoordinator ? "coordinator" : "client";
}

std::string_view name_of(NetworkKind kind) {
  switch (kind) {
    case NetworkKind::kAuto:
      return "auto";
    case NetworkKind::kPacket:
      return "packet";
    case NetworkKind::kProxy:
      return "proxy";
    case NetworkKind::kNone:
      return "none";
  }
  return "auto";
}

std::optional<Approach> approach_named(std::string_view name) {
  for (const Approach a : {Approach::kCoordinator, Approach::kClient}) {
    if (name == name_of(a)) return a;
  }
  return std::nullopt;
}

std::optional<NetworkKind> network_kind_named(std::string_view name) {
  for (const NetworkKind k :
       {NetworkKind::kAuto, NetworkKind::kPacket, NetworkKind::kProxy, NetworkKind::kNone}) {
    if (name == name_of(k)) return k;
  }
  return std::nullopt;
}

Result<RunConfig> complete(RunConfig config) {
  if (config.n == 0) config.n = config.nodes;
  if (config.r == 0) config.r = config.n / 2 + 1;
  if (config.w == 0) config.w = config.n / 2 + 1;
  if (!config.keys) config.keys = default_keys(config.workload, config.time);
  if (!config.read_share) config.read_share = default_read_share(config.workload);
  if (auto sizes = check_sizes(config); !sizes) return sizes.error();
  if (auto amounts = check_amounts(config); !amounts) return amounts.error();
  return config;
}

Json to_json(const RunConfig& c) {
  Json json{{"system", c.system},
            {"nodes", c.nodes},
            {"n", c.n},
            {"r", c.r},
            {"w", c.w},
            {"mode", name_of(c.mode)},
            {"version-scheme", c.version_scheme},
            {"read-mode", c.read_mode},
            {"fan-out", c.fan_out},
            {"durability", c.durability},
            {"timeout", format_duration(c.timeout)},
            {"workload", c.workload},
            {"key-distribution", name_of(c.key_distribution)},
            {"writers", name_of(c.writers)},
            {"probe-delay", format_duration(c.probe_delay)},
            {"concurrency", c.concurrency},
            {"rate", c.rate},
            {"time", format_duration(c.time)},
            {"max-operations", c.max_operations},
            {"nemesis", c.nemesis},
            {"nemesis-interval", format_duration(c.nemesis_interval)},
            {"network", name_of(c.network)},
            {"seed", c.seed}};
  if (c.nemesis_at_once != 1) json["nemesis-at-once"] = c.nemesis_at_once;
  if (c.nemesis_swarm) json["nemesis-swarm"] = true;
  if (!c.nemesis_nodes.empty()) json["nemesis-nodes"] = c.nemesis_nodes;
  if (c.nemesis_phases.calm != Duration::zero()) {
    json["nemesis-faults-phase"] = format_duration(c.nemesis_phases.faults);
    json["nemesis-calm-phase"] = format_duration(c.nemesis_phases.calm);
  }
  if (!c.plan.empty()) json["plan"] = c.plan;
  if (!c.capture.empty()) json["capture"] = c.capture;
  if (c.hinted_handoff) json["hinted-handoff"] = true;
  if (c.plain_text) json["plain-text"] = true;
  if (c.anti_entropy_interval != Duration::zero()) {
    json["anti-entropy-interval"] = format_duration(c.anti_entropy_interval);
  }
  if (!c.node_program.empty()) json["node-program"] = c.node_program;
  if (!c.node_options.empty()) json["node-option"] = c.node_options;
  if (c.stop_on_violation) json["stop-on-violation"] = true;
  if (c.keys) json["keys"] = *c.keys;
  if (c.read_share) json["read-share"] = *c.read_share;
  if (!c.demanded.empty()) {
    json["property"] = Json::array();
    for (const Property property : c.demanded) json["property"].push_back(name_of(property));
  }
  if (c.expect_violation) json["expect-violation"] = name_of(*c.expect_violation);
  return json;
}

std::vector<std::string> run_config_keys() {
  const Json nothing = Json::object();
  FieldReader fields(nothing);
  RunConfig config;
  read_all(&fields, &config);
  return fields.names();
}

Result<RunConfig> run_config_from_json(const Json& json) {
  RunConfig config;
  FieldReader fields(json);
  read_all(&fields, &config);
  if (fields.error()) return *fields.error();
  return complete(std::move(config));
}

WorkloadOptions workload_options(const RunConfig& c) {
  QUORATE_CHECK(c.keys && c.read_share, "the configuration is complete");
  return {.keys = *c.keys,
          .read_share = *c.read_share,
          .key_distribution = c.key_distribution,
          .writers = c.writers,
          .probe_delay = c.probe_delay,
          .clients = c.concurrency,
          .nodes = c.nodes,
          .time = c.time};
}

std::string describe(const RunConfig& c) {
  std::string text = fmt::format("n={} r={} w={} {}, ", c.n, c.r, c.w,
                                 c.read_mode == "none" ? "no write-back" : c.read_mode);
  if (c.nodes != c.n) text = fmt::format("nodes={} {}", c.nodes, text);
  // What differs from the defaults.
  if (c.workload != "register") text = fmt::format("{}, {}", c.workload, text);
  if (c.version_scheme != "two-phase") text += c.version_scheme + " versions, ";
  if (c.fan_out != "all") text += fmt::format("fan-out {}, ", c.fan_out);
  if (c.durability != "batch") text += fmt::format("durability {}, ", c.durability);
  if (c.hinted_handoff) text += "hints, ";
  if (c.anti_entropy_interval != Duration::zero()) {
    text += fmt::format("anti-entropy {}, ", format_duration(c.anti_entropy_interval));
  }
  if (!c.node_options.empty()) text += fmt::format("{}, ", fmt::join(c.node_options, ", "));
  if (!c.node_program.empty()) {
    text += fmt::format("{}, ", std::filesystem::path(c.node_program).filename().string());
  }
  if (!c.plan.empty()) return fmt::format("{}{}, plan {}", text, name_of(c.mode), c.plan);
  return fmt::format("{}{}, nemesis {}", text, name_of(c.mode),
                     c.nemesis.empty() ? "none" : fmt::format("{}", fmt::join(c.nemesis, ",")));
}

}  // namespace quorate
