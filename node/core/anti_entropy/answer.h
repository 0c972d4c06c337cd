// The answering side of anti-entropy: keeps nothing between requests.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "node/core/anti_entropy/merkle_tree.h"
#include "node/core/anti_entropy/record_range.h"
#include "node/core/anti_entropy/tree_messages.h"

namespace quorate::node {

// What one request may cost: both [1, …]. A reply that would cost more ends earlier, and says so.
struct AnswerLimits {
  std::size_t digests = 2048;                  // told; at most kMaxDigestsPerReply
  std::size_t bytes = std::size_t{256} << 10;  // read for them; the last record may go beyond
};

// The reply to one request's payload. Errors: kProtocol (not a request), kUnsupported (a partition
// below the root of which was asked is not built here: the asker was told before, or this node has
// started anew since), and those of RecordRange.
Result<std::string> answer_tree_request(std::string_view payload, MerkleTree* tree,
                                        RecordRange* records, const AnswerLimits& limits = {});

}  // namespace quorate::node
