#include "node/server/admin_commands.h"

#include <algorithm>
#include <array>
#include <charconv>
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

void dump(Server* server, Session* session, RespRequest arguments) {
  const std::string_view digits = arguments[2];
  std::size_t count = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (wrong != std::errc() || end != digits.data() + digits.size() || count == 0) {
    return append_error("ERR DUMP CURSOR COUNT: the count must be a number from 1",
                        session->reply());
  }
  const std::string after = arguments[1].empty() ? "" : record_key(arguments[1]);
  const Result<StorePage> page = server->store()->page(
      Table::kRecords, {after, ""}, {std::min(count, kMaxPageRecords), kMaxPageBytes});
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
