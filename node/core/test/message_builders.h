// Requests and replies, as the tests of node/core write them: in one line, with what matters.
#pragma once

#include <string>
#include <utility>

#include "node/core/messages.h"

namespace quorate::node {

inline ReplicaRequest request_for(OperationId operation, RequestKind kind, std::string key,
                                  Record record = {}) {
  ReplicaRequest request;
  request.operation = operation;
  request.kind = kind;
  request.key = std::move(key);
  request.record = std::move(record);
  return request;
}

inline ReplicaRequest hint_for(OperationId operation, std::string key, Record record,
                               ReplicaIndex target) {
  ReplicaRequest request =
      request_for(operation, RequestKind::kKeepHint, std::move(key), std::move(record));
  request.target = target;
  return request;
}

inline ReplicaRequest payload_for(OperationId operation, RequestKind kind, std::string payload) {
  ReplicaRequest request = request_for(operation, kind, "");
  request.payload = std::move(payload);
  return request;
}

inline ReplicaReply reply_to(OperationId operation, RequestKind kind, Record record = {}) {
  ReplicaReply reply;
  reply.operation = operation;
  reply.kind = kind;
  reply.record = std::move(record);
  return reply;
}

inline ReplicaReply refusal_of(OperationId operation, RequestKind kind,
                               std::string error = "storage: no") {
  ReplicaReply reply = reply_to(operation, kind);
  reply.error = std::move(error);
  return reply;
}

inline ReplicaReply payload_reply(OperationId operation, RequestKind kind, std::string payload) {
  ReplicaReply reply = reply_to(operation, kind);
  reply.payload = std::move(payload);
  return reply;
}

}  // namespace quorate::node
