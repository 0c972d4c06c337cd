#include "node/server/admin_commands.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "node/core/key_position.h"
#include "node/core/limits.h"
#include "node/core/resp_writer.h"
#include "node/core/wire.h"
#include "node/server/server.h"
#include "node/server/settings.h"
#include "node/server/status.h"

namespace quorate::node {
namespace {

constexpr std::int64_t kMostSlowMs = 60'000;
constexpr std::size_t kMaxPageRecords = 1000;
constexpr std::size_t kMaxPageBytes = std::size_t{4} << 20U;

void ping(Server* /*server*/, Session* session, RespRequest arguments) {
  if (arguments.size() == 1) return append_simple("PONG", session->reply());
  append_bulk(arguments[1], session->reply());
}

void info(Server* server, Session* session, RespRequest /*arguments*/) {
  append_bulk(info_text(*server), session->reply());
}

void status(Server* server, Session* session, RespRequest /*arguments*/) {
  append_bulk(status_of(*server).dump(2), session->reply());
}

void peers(Server* server, Session* session, RespRequest arguments) {
  const Result<std::vector<ClusterMember>> members = parse_members(arguments[1]);
  const Result<void> set = members ? server->set_peers(*members) : Result<void>(members.error());
  if (!set) return append_error("ERR " + set.error().context, session->reply());
  append_simple("OK", session->reply());
}

void append_record(std::string_view key, const Record& record, std::string* out) {
  append_array_header(4, out);
  append_bulk(key, out);
  append_bulk(to_string(record.version), out);
  append_integer(record.tombstone ? 1 : 0, out);
  append_bulk(record.value, out);
}

// A whole number in [least, most].
std::optional<std::int64_t> number_in(std::string_view text, std::int64_t least,
                                      std::int64_t most) {
  std::int64_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = wrong == std::errc() && end == text.data() + text.size();
  return whole && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

void dump(Server* server, Session* session, RespRequest arguments) {
  const auto count = number_in(arguments[2], 1, std::numeric_limits<std::int64_t>::max());
  if (!count) {
    return append_error("ERR DUMP CURSOR COUNT: the count must be a number from 1",
                        session->reply());
  }
  const std::string after = arguments[1].empty() ? "" : record_key(arguments[1]);
  const Result<StorePage> page = server->store()->page(
      Table::kRecords, {after, ""},
      {std::min(static_cast<std::size_t>(*count), kMaxPageRecords), kMaxPageBytes});
  if (!page) return server->stop_for(page.error());
  std::string records;
  for (const StoredEntry& stored : page->entries) {
    const Result<Record> record = decode_record(stored.bytes);
    if (!record) return server->stop_for(record.error());
    append_record(key_in(stored.key), *record, &records);
  }
  std::string* out = session->reply();
  append_array_header(2, out);
  append_bulk(page->more ? key_in(page->entries.back().key) : "", out);
  append_array_header(page->entries.size(), out);
  out->append(records);
}

void refuse_greeting(Session* session, const std::string& why) {
  append_error("ERR " + why, session->reply());
  session->close_after_replies(why);
}

void hello(Server* server, Session* session, RespRequest arguments) {
  const Options& options = server->options();
  if (arguments[1] != kProtocolVersion) {
    return refuse_greeting(session,
                           fmt::format("protocol {} is not spoken here: node {} speaks {}",
                                       arguments[1].substr(0, 16), options.name, kProtocolVersion));
  }
  if (arguments[2] != options.cluster || arguments[4] != options.name) {
    return refuse_greeting(
        session, fmt::format("this is node {} of cluster {}", options.name, options.cluster));
  }
  if (server->knows_peers() && !server->index_of(arguments[3])) {
    return refuse_greeting(
        session, fmt::format("node {} knows no node {}", options.name, arguments[3].substr(0, 64)));
  }
  if (server->knows_peers() && arguments[5] != to_string(server->engine().epoch())) {
    return refuse_greeting(
        session,
        fmt::format("node {} is at epoch {}, node {} at {}: their lists of nodes, n, virtual "
                    "nodes or epochs differ",
                    options.name, to_string(server->engine().epoch()), arguments[3],
                    arguments[5].substr(0, 64)));
  }
  session->set_peer(std::string(arguments[3]), std::string(arguments[5]));
  append_simple("OK", session->reply());
}

void repair(Server* server, Session* session, RespRequest /*arguments*/) {
  if (!server->knows_peers()) {
    return append_error("ERR the list of nodes is not known yet (PEERS tells it)",
                        session->reply());
  }
  server->repair();
  append_simple("OK", session->reply());
}

void clock(Server* server, Session* session, RespRequest arguments) {
  Options wanted;
  for (const auto& [name, text] :
       {std::pair("clock-offset", arguments[1]), std::pair("clock-drift", arguments[2])}) {
    const Result<void> set = change_setting(name, std::string(text), &wanted);
    if (!set) return append_error("ERR " + set.error().context, session->reply());
  }
  server->set_clock(wanted.engine.clock.offset, wanted.engine.clock.drift_ppm);
  append_simple("OK", session->reply());
}

struct WantedTrouble {
  bool full = false;
  bool sync_fails = false;
  std::int64_t slow_ms = 0;
};

std::optional<WantedTrouble> parse_trouble(RespRequest arguments) {
  WantedTrouble wanted;
  if (arguments.size() == 2 && arguments[1] == "healthy") return wanted;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "full") {
      wanted.full = true;
    } else if (arguments[i] == "fail-sync") {
      wanted.sync_fails = true;
    } else if (arguments[i] == "slow" && i + 1 < arguments.size()) {
      const auto ms = number_in(arguments[++i], 1, kMostSlowMs);
      if (!ms) return std::nullopt;
      wanted.slow_ms = *ms;
    } else {
      return std::nullopt;
    }
  }
  return wanted;
}

void disk(Server* server, Session* session, RespRequest arguments) {
  DiskTrouble* trouble = server->disk_trouble();
  if (trouble == nullptr) {
    return append_error("ERR this node's disk cannot be disturbed", session->reply());
  }
  const auto wanted = parse_trouble(arguments);
  if (!wanted) {
    return append_error(
        fmt::format("ERR DISK healthy, or any of: full, fail-sync, slow MS (1 to {})", kMostSlowMs),
        session->reply());
  }
  trouble->full = wanted->full;
  trouble->sync_fails = wanted->sync_fails;
  trouble->slow_ms = wanted->slow_ms;
  spdlog::warn("disk disturbed full={} fail_sync={} slow_ms={}", wanted->full, wanted->sync_fails,
               wanted->slow_ms);
  append_simple("OK", session->reply());
}

void stall(Server* server, Session* session, RespRequest arguments) {
  const std::string_view what = arguments[1];
  const std::string_view how = arguments[2];
  const bool hints = what == "hints";
  if ((!hints && what != "anti-entropy") || (how != "hold" && how != "none" && how != "drop") ||
      (!hints && how == "drop")) {
    return append_error("ERR STALL hints hold|drop|none, or STALL anti-entropy hold|none",
                        session->reply());
  }
  if (!server->knows_peers()) {
    return append_error("ERR the list of nodes is not known yet (PEERS tells it)",
                        session->reply());
  }
  spdlog::warn("stalled what={} how={}", what, how);
  if (!hints) {
    server->hold_anti_entropy(how == "hold");
  } else if (how == "drop") {
    server->stall_hints(Stall::kDrop);
  } else {
    server->stall_hints(how == "hold" ? Stall::kHold : Stall::kNone);
  }
  append_simple("OK", session->reply());
}

void shutdown(Server* server, Session* session, RespRequest /*arguments*/) {
  session->close_after_replies("SHUTDOWN");
  server->stop();
}

void quit(Server* /*server*/, Session* session, RespRequest /*arguments*/) {
  append_simple("OK", session->reply());
  session->close_after_replies("QUIT");
}

// redis-cli asks for the documentation of commands, redis-benchmark for the configuration.
void nothing(Server* /*server*/, Session* session, RespRequest /*arguments*/) {
  append_array_header(0, session->reply());
}

struct AdminCommand {
  std::string_view name;
  std::size_t min_arguments;  // its name counted
  std::size_t max_arguments;
  void (*run)(Server*, Session*, RespRequest);
};

constexpr std::size_t kAny = 1000;
constexpr std::array kCommands{
    AdminCommand{"PING", 1, 2, ping},          AdminCommand{"INFO", 1, kAny, info},
    AdminCommand{"STATUS", 1, 1, status},      AdminCommand{"PEERS", 2, 2, peers},
    AdminCommand{"DUMP", 3, 3, dump},          AdminCommand{"REPLICA.HELLO", 6, 6, hello},
    AdminCommand{"REPAIR", 1, 1, repair},      AdminCommand{"CLOCK", 3, 3, clock},
    AdminCommand{"DISK", 2, 5, disk},          AdminCommand{"STALL", 3, 3, stall},
    AdminCommand{"SHUTDOWN", 1, 2, shutdown},  AdminCommand{"QUIT", 1, 1, quit},
    AdminCommand{"COMMAND", 1, kAny, nothing}, AdminCommand{"CONFIG", 2, kAny, nothing},
};

bool same_name(std::string_view given, std::string_view upper) {
  return std::equal(given.begin(), given.end(), upper.begin(), upper.end(), [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

}  // namespace

void run_admin_command(Server* server, Session* session, RespRequest arguments) {
  const std::string_view name = arguments.front();
  for (const AdminCommand& command : kCommands) {
    if (!same_name(name, command.name)) continue;
    if (arguments.size() >= command.min_arguments && arguments.size() <= command.max_arguments) {
      return command.run(server, session, arguments);
    }
    return append_error(fmt::format("ERR wrong number of arguments for {}", command.name),
                        session->reply());
  }
  append_error(fmt::format("ERR unknown command '{}'", name.substr(0, 64)), session->reply());
}

}  // namespace quorate::node
