// The reader behind history_json.h and history_file.h.
#pragma once

#include <string_view>

#include "base/result.h"
#include "results/byte_source.h"
#include "results/history.h"

namespace quorate {

// Reads `source` to its end as JSON lines. `where` names it in errors. With nil_read_is_unknown, an
// ok read of null is taken as a failed one (history_file.h).
Result<History> read_json_lines(ByteSource* source, std::string_view where,
                                bool nil_read_is_unknown);

}  // namespace quorate
