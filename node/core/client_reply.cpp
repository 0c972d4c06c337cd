#include "node/core/client_reply.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "node/core/resp_writer.h"

namespace quorate::node {

namespace {

constexpr std::string_view kAnyError = "";

// What is not ok, and the word that says it. The first row that fits counts, in both directions.
struct OutcomeRow {
  OperationOutcome outcome;
  std::string_view error;  // kAnyError: every one
  std::string_view prefix;
};

constexpr std::array kOutcomes = {
    OutcomeRow{OperationOutcome::kFail, kErrorNoQuorum, "NOQUORUM"},
    OutcomeRow{OperationOutcome::kFail, kAnyError, "FAILED"},
    OutcomeRow{OperationOutcome::kUnknown, kAnyError, "UNKNOWN"},
    OutcomeRow{OperationOutcome::kFail, kAnyError, "ERR"},  // a command that was not understood
};

void encode_answer(const ClientCommand& command, const Record& record, std::string* out) {
  switch (command.kind) {
    case CommandKind::kSet:
      return append_simple("OK", out);
    case CommandKind::kDel:
      return append_integer(1, out);
    case CommandKind::kGet:
      return record.has_value() ? append_bulk(record.value, out) : append_nil(out);
  }
}

Error wrong(std::string_view what) {
  return Error{ErrorCode::kProtocol, fmt::format("reply: {}", what)};
}

// Whether `answer` is what an ok `kind` gives; takes the value of a GET.
bool read_answer(CommandKind kind, RespValue answer, ClientReply* reply) {
  using Kind = RespValue::Kind;
  switch (kind) {
    case CommandKind::kSet:
      return answer.kind == Kind::kSimple && answer.text == "OK";
    case CommandKind::kDel:
      return answer.kind == Kind::kInteger && answer.integer == 1;
    case CommandKind::kGet:
      if (answer.kind == Kind::kBulk) reply->value = std::move(answer.text);
      return answer.kind == Kind::kBulk || answer.kind == Kind::kNil;
  }
  return false;
}

bool read_replicas(RespValue names, ClientReply* reply) {
  if (names.kind != RespValue::Kind::kArray) return false;
  for (RespValue& name : names.elements) {
    if (!name.is_text()) return false;
    reply->replicas.push_back(std::move(name.text));
  }
  return true;
}

Result<ClientReply> read_meta(CommandKind kind, RespValue whole, ClientReply reply) {
  if (whole.kind != RespValue::Kind::kArray || whole.elements.size() != 3) {
    return wrong("not [answer, version, replicas]");
  }
  RespValue& version = whole.elements[1];
  if (version.is_text()) {
    const auto parsed = parse_version(version.text);
    if (!parsed) return parsed.error();
    reply.version = *parsed;
  } else if (version.kind != RespValue::Kind::kNil) {
    return wrong("not a version");
  }
  if (!read_answer(kind, std::move(whole.elements[0]), &reply)) return wrong("not its answer");
  if (!read_replicas(std::move(whole.elements[2]), &reply)) return wrong("not a list of replicas");
  const bool needs_version = kind != CommandKind::kGet || reply.value.has_value();
  if (needs_version && reply.version.is_none()) return wrong("an answer without its version");
  return reply;
}

}  // namespace

std::string_view error_prefix(OperationOutcome outcome, std::string_view error) {
  QUORATE_CHECK(outcome != OperationOutcome::kOk);
  for (const OutcomeRow& row : kOutcomes) {
    if (row.outcome == outcome && (row.error == kAnyError || row.error == error)) return row.prefix;
  }
  return kOutcomes.back().prefix;
}

OperationOutcome outcome_of_error(std::string_view error_reply) {
  const std::string_view prefix = error_reply.substr(0, error_reply.find(' '));
  for (const OutcomeRow& row : kOutcomes) {
    if (row.prefix == prefix) return row.outcome;
  }
  return OperationOutcome::kUnknown;
}

void encode_client_reply(const ClientCommand& command, const OperationResult& result,
                         const std::vector<std::string>& names, std::string* out) {
  if (result.outcome != OperationOutcome::kOk) {
    const auto prefix = error_prefix(result.outcome, result.error);
    return append_error(fmt::format("{} {}", prefix, result.error), out);
  }
  if (!command.meta) return encode_answer(command, result.record, out);
  append_array_header(3, out);
  encode_answer(command, result.record, out);
  const Version& version = result.record.version;
  version.is_none() ? append_nil(out) : append_bulk(to_string(version), out);
  append_array_header(result.replicas.size(), out);
  for (const ReplicaIndex replica : result.replicas) {
    QUORATE_CHECK(replica < names.size(), "replica {} has no name", replica);
    append_bulk(names[replica], out);
  }
}

Result<ClientReply> decode_client_reply(const ClientCommand& command, RespValue reply) {
  if (reply.kind == RespValue::Kind::kError) {
    const OperationOutcome outcome = outcome_of_error(reply.text);
    return ClientReply{outcome, std::move(reply.text), std::nullopt, {}, {}};
  }
  ClientReply decoded;
  decoded.outcome = OperationOutcome::kOk;
  if (command.meta) return read_meta(command.kind, std::move(reply), std::move(decoded));
  if (!read_answer(command.kind, std::move(reply), &decoded)) return wrong("not its answer");
  return decoded;
}

}  // namespace quorate::node
