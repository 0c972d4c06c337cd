// The replies that a node gives for itself, beside its replica's: an acknowledgement, a refusal, a
// payload.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "node/core/replica.h"

namespace quorate::node {

inline ReplicaEffects::Reply reply_to(ReplyAddress to, const ReplicaRequest& request) {
  return {to, {.operation = request.operation, .kind = request.kind}};
}

inline ReplicaEffects::Reply refusal(ReplyAddress to, const ReplicaRequest& request,
                                     std::string error) {
  ReplicaEffects::Reply reply = reply_to(to, request);
  reply.reply.error = std::move(error);
  return reply;
}

inline ReplicaEffects::Reply answer(ReplyAddress to, const ReplicaRequest& request,
                                    Result<std::string> payload) {
  if (!payload) return refusal(to, request, payload.error().to_string());
  ReplicaEffects::Reply reply = reply_to(to, request);
  reply.reply.payload = std::move(*payload);
  return reply;
}

}  // namespace quorate::node
