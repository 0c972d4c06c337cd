// The one table from what the store says of an operation to what the history says.
#pragma once

#include "node/core/messages.h"
#include "results/operation.h"

namespace quorate {

constexpr Outcome outcome_of(node::OperationOutcome outcome) {
  switch (outcome) {
    case node::OperationOutcome::kOk:
      return Outcome::kOk;
    case node::OperationOutcome::kFail:
      return Outcome::kFail;
    case node::OperationOutcome::kUnknown:
      return Outcome::kInfo;
  }
  return Outcome::kInfo;
}

}  // namespace quorate
