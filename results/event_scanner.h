// A fast way through the lines that our own writer makes (results/history_json.h).
#pragma once

#include <string_view>

#include "results/event_line.h"

namespace quorate {

// Reads a client event whose line is exactly as append_json_line writes it: its fields in its
// order, no white space, no escapes, only ASCII, integers of at most 18 digits. False for any other
// line, whether it is right or wrong: EventLineParser must then read it. Where this says true, that
// parser would say the same (results/test/event_scanner_test.cpp). *out's mark is not touched; its
// views are of `line`. A pure function; O(length), one pass.
// REQUIRES: EventLineParser::kPadding readable bytes behind the line, the first of them less than
// 0x20, such as a newline.
bool scan_event_line(std::string_view line, EventLine* out);

}  // namespace quorate
