#include "harness/systems/quorate/admin.h"

#include <limits>
#include <memory>
#include <string>

#include <fmt/core.h>
#include <hiredis/hiredis.h>

#include "base/file.h"
#include "nemesis/network.h"

namespace quorate {
namespace {

constexpr timeval kTimeout{.tv_sec = 2, .tv_usec = 0};
constexpr const char* kPage = "1000";

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
using Connection = std::unique_ptr<redisContext, FreeContext>;
struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

Error error_of(const NodeAddress& node, const char* what, const std::string& why) {
  return Error{ErrorCode::kIo,
               fmt::format("{} ({}:{}): {}: {}", node.name, node.host, node.port, what, why)};
}

Result<Connection> connect(const NodeAddress& node, int namespace_fd) {
  const ScopedNamespace inside(namespace_fd);
  Connection connection(redisConnectWithTimeout(node.host.c_str(), node.port, kTimeout));
  if (!connection || connection->err != 0) {
    return error_of(node, "connect", connection ? connection->errstr : "out of memory");
  }
  redisSetTimeout(connection.get(), kTimeout);
  return connection;
}

Result<Reply> ask(const Connection& connection, const NodeAddress& node,
                  const std::vector<std::string>& command) {
  std::vector<const char*> parts;
  std::vector<std::size_t> sizes;
  for (const std::string& part : command) {
    parts.push_back(part.data());
    sizes.push_back(part.size());
  }
  Reply reply(static_cast<redisReply*>(redisCommandArgv(
      connection.get(), static_cast<int>(parts.size()), parts.data(), sizes.data())));
  if (!reply) return error_of(node, parts[0], connection->errstr);
  if (reply->type == REDIS_REPLY_ERROR) return error_of(node, parts[0], reply->str);
  return reply;
}

std::string text_of(const redisReply* reply) {
  return reply->str == nullptr ? std::string() : std::string(reply->str, reply->len);
}

Result<DumpedRecord> record_of(const NodeAddress& node, const redisReply* record) {
  if (record->type != REDIS_REPLY_ARRAY || record->elements != 4) {
    return error_of(node, "DUMP", "a record does not have four parts");
  }
  const bool tombstone = record->element[2]->integer != 0;
  return DumpedRecord{.key = text_of(record->element[0]),
                      .version = text_of(record->element[1]),
                      .tombstone = tombstone,
                      .value = tombstone ? std::string() : text_of(record->element[3])};
}

Json to_json(const DumpedRecord& record) {
  return Json{{"key", record.key},
              {"version", record.version},
              {"tombstone", record.tombstone},
              {"value", record.tombstone ? Json() : Json(record.value)}};
}

}  // namespace

Result<void> tell_peers(const std::vector<NodeAddress>& nodes, std::size_t to) {
  std::string peers;
  for (const NodeAddress& node : nodes) {
    peers += fmt::format("{}{}={}:{}", peers.empty() ? "" : ",", node.name, node.host, node.port);
  }
  const auto connection = connect(nodes[to], -1);
  if (!connection) return connection.error();
  const auto reply = ask(*connection, nodes[to], {"PEERS", peers});
  if (!reply) return reply.error();
  return {};
}

Result<void> tell_node(const NodeAccess& node, const std::vector<std::string>& command) {
  const auto connection = connect(node.address, node.namespace_fd);
  if (!connection) return connection.error();
  const auto reply = ask(*connection, node.address, command);
  if (!reply) return reply.error();
  return {};
}

Result<std::vector<Duration>> ping_node(const NodeAccess& node, int times) {
  const auto connection = connect(node.address, node.namespace_fd);
  if (!connection) return connection.error();
  std::vector<Duration> took;
  for (int i = 0; i < times; ++i) {
    const Instant asked = monotonic_now();
    const auto reply = ask(*connection, node.address, {"PING"});
    if (!reply) return reply.error();
    took.push_back(monotonic_now() - asked);
  }
  return took;
}

Result<Json> status_of(const NodeAddress& node, int namespace_fd) {
  const auto connection = connect(node, namespace_fd);
  if (!connection) return connection.error();
  const auto reply = ask(*connection, node, {"STATUS"});
  if (!reply) return reply.error();
  return parse_json(text_of(reply->get()), "STATUS");
}

Result<bool> has_reached_peers(const NodeAddress& node, int namespace_fd) {
  const Result<Json> status = status_of(node, namespace_fd);
  if (!status) return status.error();
  if (!status->contains("peers") || !status->at("peers").is_array()) {
    return error_of(node, "STATUS", "there are no peers in it");
  }
  if (!status->value("voting", false)) return false;
  for (const Json& peer : status->at("peers")) {
    if (!peer.value("self", false) && !peer.value("connected", false)) return false;
  }
  return true;
}

Result<std::vector<DumpedRecord>> dump_records(const NodeAddress& node, int namespace_fd,
                                               std::size_t most) {
  const auto connection = connect(node, namespace_fd);
  if (!connection) return connection.error();
  std::vector<DumpedRecord> dumped;
  std::string cursor;
  do {
    const auto page = ask(*connection, node, {"DUMP", cursor, kPage});
    if (!page) return page.error();
    const redisReply* reply = page->get();
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
        reply->element[1]->type != REDIS_REPLY_ARRAY) {
      return error_of(node, "DUMP", "the reply is not a page");
    }
    cursor = text_of(reply->element[0]);
    const redisReply* records = reply->element[1];
    for (std::size_t i = 0; i < records->elements; ++i) {
      Result<DumpedRecord> record = record_of(node, records->element[i]);
      if (!record) return record.error();
      dumped.push_back(std::move(*record));
    }
    if (dumped.size() > most) {
      return Error{ErrorCode::kLimit,
                   fmt::format("{} holds more than {} records", node.name, most)};
    }
  } while (!cursor.empty());
  return dumped;
}

void undress(const Disguise* disguise, DumpedRecord* record) {
  if (disguise == nullptr) return;
  record->key = disguise->plain_key(record->key);
  if (!record->tombstone) record->value = disguise->plain_value(record->key, record->value);
}

Result<void> dump_to_file(const NodeAddress& node, int namespace_fd, const Disguise* disguise,
                          const std::filesystem::path& file) {
  auto records = dump_records(node, namespace_fd, std::numeric_limits<std::size_t>::max());
  if (!records) return records.error();
  std::string lines;
  for (DumpedRecord& record : *records) {
    undress(disguise, &record);
    lines += to_json(record).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  return write_file_atomically(file, lines);
}

}  // namespace quorate
