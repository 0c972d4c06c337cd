#include "node/core/wire.h"

#include <array>
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

struct KindRow {
  RequestKind kind;
  std::string_view name;     // in replies
  std::string_view command;  // in requests
  std::size_t arguments;     // of the request, with the command
  std::size_t elements;      // of the reply
};

constexpr std::array kKinds = {
    KindRow{RequestKind::kReadRecord, "read", "REPLICA.READ", 3, 5},
    KindRow{RequestKind::kReadVersion, "version", "REPLICA.VERSION", 3, 4},
    KindRow{RequestKind::kWriteRecord, "write", "REPLICA.WRITE", 6, 2},
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

}  // namespace

std::string_view name_of(RequestKind kind) { return row_of(kind).name; }

bool is_replica_command(std::string_view name) { return row_of_command(name) != nullptr; }

void encode_request(const ReplicaRequest& request, std::string* out) {
  const std::string_view command = row_of(request.kind).command;
  const std::string operation = std::to_string(request.operation);
  if (request.kind != RequestKind::kWriteRecord) {
    return append_request({command, operation, request.key}, out);
  }
  const Record& record = request.record;
  append_request({command, operation, request.key, to_string(record.version),
                  record.tombstone ? "1" : "0", record.value},
                 out);
}

Result<ReplicaRequest> decode_request(RespRequest arguments) {
  const KindRow* row = arguments.empty() ? nullptr : row_of_command(arguments[0]);
  if (row == nullptr) return wrong("request", "not a replica command");
  const std::string_view where = row->command;
  if (arguments.size() != row->arguments) return wrong(where, "wrong number of arguments");
  const auto operation = parse_decimal(arguments[1]);
  if (!operation || *operation > kMaxVersionNumber) return wrong(where, "not an operation number");
  const std::string_view key = arguments[2];
  if (key.size() < kMinKeyBytes || key.size() > kMaxKeyBytes) {
    return wrong(where, fmt::format("a key of {} bytes", key.size()));
  }
  ReplicaRequest request{*operation, row->kind, std::string(key), {}};
  if (row->kind != RequestKind::kWriteRecord) return request;
  std::string_view mistake = read_head(arguments[3], mark_of(arguments[4]), &request.record);
  if (mistake.empty() && request.record.version.is_none()) mistake = "a record without a version";
  if (mistake.empty()) mistake = read_value(std::string(arguments[5]), &request.record);
  if (!mistake.empty()) return wrong(where, mistake);
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
  if (reply.kind == RequestKind::kWriteRecord) return;
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
  const std::string_view mistake = read_answer(&elements, &reply.record);
  if (!mistake.empty()) return wrong("reply", mistake);
  return reply;
}

}  // namespace quorate::node
