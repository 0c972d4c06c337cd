#include "node/core/wire.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "node/core/command_text.h"
#include "node/core/limits.h"
#include "node/core/resp_writer.h"

namespace quorate::node {

namespace {

constexpr char kErrorName[] = "error";

// What follows the operation's number (and the epoch, in requests).
enum class Body : std::uint8_t { kKey, kRecord, kHint, kVersion, kPayload };

struct KindRow {
  RequestKind kind;
  std::string_view name;     // in replies
  std::string_view command;  // in requests
  Body body;                 // of the request
  std::size_t arguments;     // of the request, with the command
  std::size_t elements;      // of the reply
};

constexpr std::array kKinds = {
    KindRow{RequestKind::kReadRecord, "read", "REPLICA.READ", Body::kKey, 4, 5},
    KindRow{RequestKind::kReadVersion, "version", "REPLICA.VERSION", Body::kKey, 4, 4},
    KindRow{RequestKind::kWriteRecord, "write", "REPLICA.WRITE", Body::kRecord, 7, 2},
    KindRow{RequestKind::kKeepHint, "hint", "REPLICA.HINT", Body::kHint, 8, 2},
    KindRow{RequestKind::kPurge, "purge", "REPLICA.PURGE", Body::kVersion, 5, 2},
    KindRow{RequestKind::kForward, "forward", "REPLICA.FORWARD", Body::kPayload, 4, 3},
    KindRow{RequestKind::kIntroduce, "introduce", "REPLICA.INTRODUCE", Body::kPayload, 4, 3},
    KindRow{RequestKind::kGossip, "gossip", "REPLICA.GOSSIP", Body::kPayload, 4, 3},
    KindRow{RequestKind::kRumours, "rumours", "REPLICA.RUMOURS", Body::kPayload, 4, 3},
    KindRow{RequestKind::kTree, "tree", "REPLICA.TREE", Body::kPayload, 4, 3},
};

const KindRow& row_of(RequestKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

const KindRow* row_of_command(std::string_view command) {
  for (const KindRow& row : kKinds) {
    if (same_name(row.command, command)) return &row;
  }
  return nullptr;
}

const KindRow* row_named(std::string_view name) {
  for (const KindRow& row : kKinds) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

Error wrong(std::string_view where, std::string_view what) {
  return Error{ErrorCode::kProtocol, fmt::format("{}: {}", where, what)};
}

// Sets version and tombstone; empty if they make sense, else what does not.
std::string_view read_head(std::string_view version, std::optional<bool> tombstone,
                           Record* record) {
  const auto parsed = parse_version(version);
  if (!parsed) return "not a version";
  if (!tombstone) return "a tombstone mark that is not 0 or 1";
  if (parsed->is_none() && *tombstone) return "a tombstone without a version";
  record->version = *parsed;
  record->tombstone = *tombstone;
  return "";
}

std::string_view read_value(std::string value, Record* record) {
  if (value.size() > kMaxValueBytes) return "a value that is too long";
  if (!value.empty() && !record->has_value()) return "a value where there can be none";
  record->value = std::move(value);
  return "";
}

std::optional<bool> mark_of(std::string_view text) {
  if (text == "0") return false;
  if (text == "1") return true;
  return std::nullopt;
}

std::optional<Epoch> parse_epoch(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || text.size() - dash != 17) return std::nullopt;
  const auto number = parse_decimal(text.substr(0, dash));
  Epoch epoch;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + dash + 1, end, epoch.fingerprint, 16);
  if (!number || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  epoch.number = *number;
  return epoch;
}

std::optional<bool> mark_of(const RespValue& value) {
  const bool valid = value.kind == RespValue::Kind::kInteger && (value.integer | 1) == 1;
  return valid ? std::optional(value.integer == 1) : std::nullopt;
}

// The elements after the operation's number and the kind's name; empty if they make sense.
std::string_view read_answer(std::vector<RespValue>* elements, Record* record) {
  if (elements->size() == 2) return "";
  if (!(*elements)[2].is_text()) return "not a version";
  const auto mistake = read_head((*elements)[2].text, mark_of((*elements)[3]), record);
  if (!mistake.empty() || elements->size() == 4) return mistake;
  if ((*elements)[4].kind != RespValue::Kind::kBulk) return "not a value";
  return read_value(std::move((*elements)[4].text), record);
}

Result<ReplicaReply> read_error(ReplicaReply reply, std::vector<RespValue> elements) {
  if (elements.size() != 4 || !elements[2].is_text() || !elements[3].is_text()) {
    return wrong("reply", "not [op, error, kind, text]");
  }
  const KindRow* row = row_named(elements[2].text);
  if (row == nullptr) return wrong("reply", "an error of an unknown kind");
  if (elements[3].text.empty()) return wrong("reply", "an error without a text");
  reply.kind = row->kind;
  reply.error = std::move(elements[3].text);
  return reply;
}

// What follows the epoch; empty if it makes sense.
std::string_view read_body(Body body, RespRequest rest, ReplicaRequest* request) {
  if (body == Body::kPayload) {
    if (rest[0].size() > kMaxPayloadBytes) return "a payload that is too long";
    request->payload = rest[0];
    return "";
  }
  if (rest[0].size() < kMinKeyBytes || rest[0].size() > kMaxKeyBytes) return "no key's length";
  request->key = rest[0];
  if (body == Body::kKey) return "";
  const auto mark = body == Body::kVersion ? std::optional(false) : mark_of(rest[2]);
  std::string_view mistake = read_head(rest[1], mark, &request->record);
  if (mistake.empty() && request->record.version.is_none()) mistake = "a record without a version";
  if (body == Body::kVersion || !mistake.empty()) return mistake;
  mistake = read_value(std::string(rest[3]), &request->record);
  if (body == Body::kRecord || !mistake.empty()) return mistake;
  const auto target = parse_decimal(rest[4]);
  if (!target || *target >= kMaxReplicas) return "not a node's index";
  request->target = static_cast<ReplicaIndex>(*target);
  return "";
}

}  // namespace

std::string_view name_of(RequestKind kind) { return row_of(kind).name; }

bool is_replica_command(std::string_view name) { return row_of_command(name) != nullptr; }

std::string to_string(const Epoch& epoch) {
  return fmt::format("{}-{:016x}", epoch.number, epoch.fingerprint);
}

void encode_request(const ReplicaRequest& request, std::string* out) {
  const KindRow& row = row_of(request.kind);
  append_array_header(row.arguments, out);
  append_bulk(row.command, out);
  append_bulk(std::to_string(request.operation), out);
  append_bulk(to_string(request.epoch), out);
  if (row.body == Body::kPayload) return append_bulk(request.payload, out);
  append_bulk(request.key, out);
  if (row.body == Body::kKey) return;
  append_bulk(to_string(request.record.version), out);
  if (row.body == Body::kVersion) return;
  append_bulk(request.record.tombstone ? "1" : "0", out);
  append_bulk(request.record.value, out);
  if (row.body == Body::kHint) append_bulk(std::to_string(request.target), out);
}

Result<ReplicaRequest> decode_request(RespRequest arguments) {
  const KindRow* row = arguments.empty() ? nullptr : row_of_command(arguments[0]);
  if (row == nullptr) return wrong("request", "not a replica command");
  if (arguments.size() != row->arguments) return wrong(row->command, "wrong number of arguments");
  const auto operation = parse_decimal(arguments[1]);
  if (!operation || *operation > kMaxVersionNumber) {
    return wrong(row->command, "not an operation number");
  }
  const auto epoch = parse_epoch(arguments[2]);
  if (!epoch) return wrong(row->command, "not an epoch");
  ReplicaRequest request;
  request.operation = *operation;
  request.kind = row->kind;
  request.epoch = *epoch;
  const std::string_view mistake = read_body(row->body, arguments.subspan(3), &request);
  if (!mistake.empty()) return wrong(row->command, mistake);
  return request;
}

void encode_reply(const ReplicaReply& reply, std::string* out) {
  const KindRow& row = row_of(reply.kind);
  append_array_header(reply.error.empty() ? row.elements : 4, out);
  append_integer(static_cast<std::int64_t>(reply.operation), out);
  if (!reply.error.empty()) {
    append_bulk(kErrorName, out);
    append_bulk(row.name, out);
    return append_bulk(reply.error, out);
  }
  append_bulk(row.name, out);
  if (row.body == Body::kPayload) return append_bulk(reply.payload, out);
  if (row.elements == 2) return;
  append_bulk(to_string(reply.record.version), out);
  append_integer(reply.record.tombstone ? 1 : 0, out);
  if (reply.kind == RequestKind::kReadRecord) append_bulk(reply.record.value, out);
}

Result<ReplicaReply> decode_reply(RespValue value) {
  auto& elements = value.elements;
  if (value.kind == RespValue::Kind::kError) return wrong("reply", value.text);
  if (value.kind != RespValue::Kind::kArray || elements.size() < 2) {
    return wrong("reply", "not an array of at least two");
  }
  if (elements[0].kind != RespValue::Kind::kInteger || elements[0].integer < 0) {
    return wrong("reply", "not an operation number");
  }
  ReplicaReply reply;
  reply.operation = static_cast<OperationId>(elements[0].integer);
  if (!elements[1].is_text()) return wrong("reply", "not the name of a kind");
  if (elements[1].text == kErrorName) return read_error(std::move(reply), std::move(elements));
  const KindRow* row = row_named(elements[1].text);
  if (row == nullptr) return wrong("reply", "an unknown kind");
  if (elements.size() != row->elements) return wrong("reply", "wrong number of elements");
  reply.kind = row->kind;
  if (row->body == Body::kPayload) {
    if (elements[2].kind != RespValue::Kind::kBulk) return wrong("reply", "not a payload");
    if (elements[2].text.size() > kMaxPayloadBytes) return wrong("reply", "a long payload");
    reply.payload = std::move(elements[2].text);
    return reply;
  }
  const std::string_view mistake = read_answer(&elements, &reply.record);
  if (!mistake.empty()) return wrong("reply", mistake);
  return reply;
}

}  // namespace quorate::node
