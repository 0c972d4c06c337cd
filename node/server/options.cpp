#include "node/server/options.h"

#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace quorate::node {
namespace {

constexpr const char* kDescription =
    "One replica of Quorate's leaderless store: a process with a disk, a port and peers.\n"
    "Speaks RESP2 on one port, so redis-cli and redis-benchmark work on it.";

constexpr const char* kExamples =
    "Examples:\n"
    "  One node, all alone:\n"
    "    quorate-node --name n1 --data /tmp/n1 --listen 127.0.0.1:7000 --peers n1=127.0.0.1:7000\n"
    "    redis-cli -p 7000 SET greeting hello\n"
    "  One of three; start n2 and n3 with the same --peers, in the same order:\n"
    "    quorate-node --name n1 --data /tmp/n1 --listen 127.0.0.1:7001 \\\n"
    "        --peers n1=127.0.0.1:7001,n2=127.0.0.1:7002,n3=127.0.0.1:7003\n"
    "    redis-cli -p 7001 SET greeting hello W 3 TIMEOUT 250\n"
    "  Ports that the nodes choose: start each with --listen 127.0.0.1:0 --ready-file FILE and\n"
    "  without --peers, read the ports from the files, and tell every node the list:\n"
    "    redis-cli -p PORT PEERS n1=127.0.0.1:40001,n2=127.0.0.1:40002,n3=127.0.0.1:40003\n"
    "\n"
    "Exit: 0 after SIGTERM, SIGINT or SHUTDOWN; 254 wrong options; 255 the disk or the network "
    "refused.";

struct Texts {
  std::string data, listen = "127.0.0.1:0", peers, timeout = "1s", read_mode = "write-back",
                    durability = "batch", version_scheme = "two-phase", ready_file;
};

void declare(CLI::App* app, Options* options, Texts* texts) {
  app->add_option("--name", options->name, "This node's name in the cluster")->required();
  app->add_option("--data", texts->data, "Folder of the records; made where missing")->required();
  app->add_option("--listen", texts->listen, "IP:PORT for clients and peers; port 0: any free one")
      ->capture_default_str();
  app->add_option("--peers", texts->peers,
                  "NAME=IP:PORT,… the whole cluster and this node too, in the same order on every "
                  "node; may be told later with the PEERS command");
  app->add_option("--r", options->r, "Answers per read, 1 to n (default: a majority)");
  app->add_option("--w", options->w, "Acknowledgements per write, 1 to n (default: a majority)");
  app->add_option("--timeout", texts->timeout, "Of one operation, as 250ms or 1s")
      ->capture_default_str();
  app->add_option("--read-mode", texts->read_mode, "none | write-back")->capture_default_str();
  app->add_option("--version-scheme", texts->version_scheme, "two-phase")->capture_default_str();
  app->add_option(
         "--durability", texts->durability,
         "batch (synced, then acknowledged) | periodic:100ms (acknowledged, then synced in "
         "time) | none")
      ->capture_default_str();
  app->add_option("--ready-file", texts->ready_file,
                  "Written (JSON: name, pid, address, incarnation) when connections are accepted");
  app->add_option("--cluster", options->cluster, "The cluster's name, shown by STATUS")
      ->capture_default_str();
  app->add_option("--log-level", options->log_level, "trace | debug | info | warn | error | off")
      ->capture_default_str()
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
}

Error invalid(std::string context) {
  return Error{ErrorCode::kInvalidArgument, std::move(context)};
}

Error not_built(std::string_view option, std::string_view value) {
  return Error{ErrorCode::kUnsupported, fmt::format("{} {} is not built yet", option, value)};
}

Result<ReadMode> read_mode_of(const std::string& text) {
  if (text == "none") return ReadMode::kNone;
  if (text == "write-back") return ReadMode::kWriteBack;
  if (text == "async" || text == "blocking") return not_built("--read-mode", text);
  return invalid(fmt::format("--read-mode {}: it must be none or write-back", text));
}

Result<void> refuse_what_is_not_built(const Texts& texts) {
  const std::string& scheme = texts.version_scheme;
  if (scheme == "local-counter" || scheme == "clock") return not_built("--version-scheme", scheme);
  if (scheme != "two-phase") {
    return invalid(fmt::format("--version-scheme {}: it must be two-phase", scheme));
  }
  return {};
}

Result<void> read_texts(const Texts& texts, Options* options) {
  if (const auto built = refuse_what_is_not_built(texts); !built) return built.error();
  const Result<Address> listen = parse_address(texts.listen);
  if (!listen) return invalid("--listen " + listen.error().context);
  const Result<Duration> timeout = parse_duration(texts.timeout);
  if (!timeout) return invalid("--timeout " + timeout.error().context);
  if (*timeout <= Duration::zero()) return invalid("--timeout must be greater than zero");
  const Result<ReadMode> mode = read_mode_of(texts.read_mode);
  if (!mode) return mode.error();
  const Result<StoreOptions> storage = parse_store_options(texts.durability);
  if (!storage) return invalid("--durability " + storage.error().context);
  if (texts.data.empty()) return invalid("--data must name a folder");
  options->data = texts.data;
  options->ready_file = texts.ready_file;
  options->listen = *listen;
  options->timeout = *timeout;
  options->read_mode = *mode;
  options->storage = *storage;
  return {};
}

Result<void> check_cluster(const CLI::App& app, const Texts& texts, Options* options) {
  if (!is_node_name(options->name)) {
    return invalid(fmt::format(
        "--name \"{}\": 1 to 64 letters, digits, '-', '_' or '.' make a name", options->name));
  }
  const bool zero_r = app.count("--r") > 0 && options->r == 0;
  const bool zero_w = app.count("--w") > 0 && options->w == 0;
  if (zero_r || zero_w) return invalid("--r and --w must be at least 1");
  if (texts.peers.empty()) return {};
  const Result<std::vector<ClusterMember>> members = parse_members(texts.peers);
  if (!members) return invalid("--peers: " + members.error().context);
  if (!find_member(*members, options->name)) {
    return invalid(
        fmt::format("--peers must name the whole cluster, and {} is not in it", options->name));
  }
  if (const auto quorum = quorum_of(*options, members->size()); !quorum) return quorum.error();
  options->peers = *members;
  return {};
}

}  // namespace

Result<std::variant<Options, ShowText>> parse_options(int argc, const char* const* argv) {
  using Parsed = std::variant<Options, ShowText>;
  Options options;
  Texts texts;
  CLI::App app(kDescription, "quorate-node");
  app.footer(kExamples);
  declare(&app, &options, &texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Parsed(ShowText{app.help()});
  } catch (const CLI::ParseError& wrong) {
    return invalid(fmt::format("{} (quorate-node --help explains the options)", wrong.what()));
  }
  if (const auto read = read_texts(texts, &options); !read) return read.error();
  if (const auto checked = check_cluster(app, texts, &options); !checked) return checked.error();
  return Parsed(std::move(options));
}

Result<QuorumSize> quorum_of(const Options& options, std::size_t n) {
  const auto size = static_cast<std::uint16_t>(n);
  const auto majority = static_cast<std::uint16_t>(n / 2 + 1);
  QuorumSize quorum{size, options.r == 0 ? majority : options.r,
                    options.w == 0 ? majority : options.w};
  if (quorum.r > n) return invalid(fmt::format("--r {}: the cluster has {} nodes", quorum.r, n));
  if (quorum.w > n) return invalid(fmt::format("--w {}: the cluster has {} nodes", quorum.w, n));
  return quorum;
}

std::string quorum_warning(const QuorumSize& quorum) {
  if (quorum.r + quorum.w > quorum.n) return {};
  return fmt::format(
      "r + w = {} + {} is not greater than n = {}: a read may miss the latest acknowledged write",
      quorum.r, quorum.w, quorum.n);
}

}  // namespace quorate::node
