#include "node/server/options.h"

#include <map>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "node/server/settings.h"

namespace quorate::node {
namespace {

constexpr const char* kDescription =
    "One node of Quorate's leaderless store: a process with a disk, a port and peers.\n"
    "Speaks RESP2 on one port, so redis-cli and redis-benchmark work on it.";

constexpr const char* kExamples =
    "Examples:\n"
    "  One node, all alone:\n"
    "    quorate-node --name n1 --data /tmp/n1 --listen 127.0.0.1:7000 --peers n1=127.0.0.1:7000\n"
    "    redis-cli -p 7000 SET greeting hello\n"
    "  One of three; start n2 and n3 with the same --peers, in the same order:\n"
    "    quorate-node --name n1 --data /tmp/n1 --listen 127.0.0.1:7001 \\\n"
    "        --peers n1=127.0.0.1:7001,n2=127.0.0.1:7002,n3=127.0.0.1:7003\n"
    "    redis-cli -p 7001 SET greeting hello W ALL TIMEOUT 250\n"
    "  Ports that the nodes choose: start each with --listen 127.0.0.1:0 --ready-file FILE and\n"
    "  without --peers, read the ports from the files, and tell every node the list:\n"
    "    redis-cli -p PORT PEERS n1=127.0.0.1:40001,n2=127.0.0.1:40002,n3=127.0.0.1:40003\n"
    "  From a file (JSON, the same names; the command line goes before it):\n"
    "    echo '{\"name\": \"n1\", \"data\": \"/tmp/n1\", \"read-mode\": \"blocking\"}' > n1.json\n"
    "    quorate-node --config n1.json --listen 127.0.0.1:7001\n"
    "  After it was killed, lose what was not synced, as a loss of power would:\n"
    "    quorate-node --cut-power --data /tmp/n1\n"
    "\n"
    "Exit: 0 after SIGTERM, SIGINT or SHUTDOWN; 254 wrong options; 255 the disk or the network "
    "refused.";

using Texts = std::map<std::string, std::string, std::less<>>;

Error invalid(std::string context) {
  return Error{ErrorCode::kInvalidArgument, std::move(context)};
}

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

// What holds if nothing is said: what the table tells people.
Options standard_options() {
  Options options;
  for (const Setting& setting : settings()) {
    if (setting.standard.empty()) continue;
    const auto set = setting.set(std::string(setting.standard), &options);
    QUORATE_CHECK(set, "{}: {}", setting.name, setting.standard);
  }
  return options;
}

void declare(CLI::App* app, Texts* texts) {
  for (const Setting& setting : settings()) {
    std::string what(setting.what);
    if (!setting.standard.empty()) what += fmt::format(" [{}]", setting.standard);
    const std::string name(setting.name);
    app->add_option_function<std::string>(
           "--" + name, [texts, name](const std::string& text) { (*texts)[name] = text; }, what)
        ->type_name(std::string(setting.values));
  }
}

// The text that the command line would have; nothing where no option can mean that.
std::optional<std::string> text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "on" : "off";
  if (value.is_number()) return value.dump();
  if (!value.is_object()) return std::nullopt;
  std::string members;  // {"n1": "127.0.0.1:7001", …}
  for (const auto& [name, address] : value.items()) {
    if (!address.is_string()) return std::nullopt;
    members += fmt::format("{}{}={}", members.empty() ? "" : ",", name, address.get<std::string>());
  }
  return members;
}

Result<Texts> read_config(const std::string& path) {
  const Result<std::string> content = read_file(path);
  if (!content) return content.error();
  const Result<Json> json = parse_json(*content, path);
  if (!json) return json.error();
  if (!json->is_object()) return invalid(path + ": must be a JSON object of options");
  Texts texts;
  for (const auto& [name, value] : json->items()) {
    if (find_setting(name) == nullptr) {
      return invalid(fmt::format("{}: there is no option \"{}\" (quorate-node --help lists them)",
                                 path, name));
    }
    const auto text = text_of(value);
    if (!text) return invalid(fmt::format("{}: \"{}\" cannot be {}", path, name, value.dump()));
    texts[name] = *text;
  }
  return texts;
}

Result<void> apply(const Texts& texts, std::string_view source, Options* options) {
  for (const Setting& setting : settings()) {
    const auto text = texts.find(setting.name);
    if (text == texts.end()) continue;
    const Result<void> set = setting.set(text->second, options);
    if (!set) {
      return invalid(
          fmt::format("{}{} \"{}\": {}", source, setting.name, text->second, set.error().context));
    }
  }
  return {};
}

Result<void> check(const Options& options) {
  if (options.name.empty()) return invalid("--name is required");
  if (options.data.empty()) return invalid("--data is required");
  const EngineOptions& engine = options.engine;
  if (engine.hints.enabled && engine.purge.grace > Duration::zero() &&
      engine.hints.lifetime >= engine.purge.grace) {
    return invalid(fmt::format(
        "--hint-lifetime {} must be shorter than --tombstone-grace {}: an older hint could bring "
        "back what was deleted",
        format_duration(engine.hints.lifetime), format_duration(engine.purge.grace)));
  }
  if (options.peers.empty()) return {};
  if (!find_member(options.peers, options.name)) {
    return invalid(
        fmt::format("--peers must name the whole cluster, and {} is not in it", options.name));
  }
  if (const auto quorum = quorum_of(options, options.peers.size()); !quorum) return quorum.error();
  return {};
}

}  // namespace

Result<std::variant<Options, ShowText>> parse_options(int argc, const char* const* argv) {
  using Parsed = std::variant<Options, ShowText>;
  Options options = standard_options();
  Texts texts;
  std::string config;
  CLI::App app(kDescription, "quorate-node");
  app.footer(kExamples);
  app.add_option("--config", config, "File with options (JSON object, the same names)")
      ->type_name("FILE");
  declare(&app, &texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Parsed(ShowText{app.help()});
  } catch (const CLI::ParseError& wrong) {
    return invalid(fmt::format("{} (quorate-node --help explains the options)", wrong.what()));
  }
  if (!config.empty()) {
    const Result<Texts> file = read_config(config);
    if (!file) return file.error();
    if (const auto applied = apply(*file, config + ": ", &options); !applied) {
      return applied.error();
    }
  }
  if (const auto applied = apply(texts, "--", &options); !applied) return applied.error();
  if (const auto checked = check(options); !checked) return checked.error();
  return Parsed(std::move(options));
}

Result<QuorumSize> quorum_of(const Options& options, std::size_t nodes) {
  const auto all = static_cast<std::uint16_t>(nodes);
  const std::uint16_t n = options.n == 0 ? all : options.n;
  if (n > all) return invalid(fmt::format("--n {}: the cluster has {} nodes", n, nodes));
  const auto size = [n](std::uint16_t given) {
    if (given == kMajority) return static_cast<std::uint16_t>(n / 2 + 1);
    return given == kAllOfThem ? n : given;
  };
  const QuorumSize quorum{n, size(options.r), size(options.w)};
  if (quorum.r > n) return invalid(fmt::format("--r {}: a key has {} replicas", quorum.r, n));
  if (quorum.w > n) return invalid(fmt::format("--w {}: a key has {} replicas", quorum.w, n));
  return quorum;
}

std::vector<std::string> warnings_of(const Options& options, const QuorumSize& quorum,
                                     std::size_t nodes) {
  std::vector<std::string> warnings;
  const EngineOptions& engine = options.engine;
  if (quorum.r + quorum.w <= quorum.n) {
    warnings.push_back(fmt::format(
        "r + w = {} + {} is not greater than n = {}: a read may miss the latest acknowledged write",
        quorum.r, quorum.w, quorum.n));
  }
  if (engine.read_mode == ReadMode::kBlocking && 2 * quorum.r <= quorum.n) {
    warnings.push_back(fmt::format(
        "blocking read repair with 2 r = {} not greater than n = {}: a later read may be older",
        2 * quorum.r, quorum.n));
  }
  if (engine.version_scheme == VersionScheme::kLocalCounter && quorum.w < quorum.n) {
    warnings.emplace_back(
        "version scheme local-counter with w < n: acknowledged writes may lose to older ones");
  }
  if (engine.version_scheme == VersionScheme::kClock) {
    warnings.emplace_back(
        "version scheme clock: a write may lose to an older one of a clock that is ahead");
  }
  if (engine.sloppy_quorum) {
    warnings.push_back(
        nodes > quorum.n ? "sloppy quorum: a read may miss what stand-ins acknowledged"
                         : "sloppy quorum without a node beside the n replicas: nobody stands in");
  }
  if (engine.rejoin == RejoinMode::kVote) {
    warnings.emplace_back("rejoin vote: a node that lost its disk answers as if it had not");
  }
  if (engine.purge.mode == PurgeMode::kByTime) {
    warnings.emplace_back(
        "tombstone purge by-time: a replica that is away for longer brings deleted values back");
  }
  if (options.storage.durability != Durability::kBatch) {
    warnings.push_back(fmt::format("durability {}: a loss of power takes acknowledged writes back",
                                   to_string(options.storage)));
  }
  return warnings;
}

}  // namespace quorate::node
