// judge: which properties a small history breaks, by their definitions (guarantees: the columns of
// its table of expected verdicts; theory: sections 1.2, 4.2 and 5.1).
//
// Latest, write order and linearizability are judged from the intervals of operations alone. The
// single order asks for one order of all writes that extends real time, with a slot for every read.
// The session guarantees use the order of versions, and real time: a session that reads something
// older than what it wrote (read) before, by either, breaks read-your-writes (monotonic reads);
// monotonic writes and writes-follow-reads are judged by versions only. An acknowledged write is
// lost where the value at the end was completely written before it was begun. Reads that are not
// ok, and writes that failed, count for nothing, but a read of a failed write breaks every order.
// Pure: no state.
#pragma once

#include <array>
#include <bitset>
#include <string>
#include <string_view>

#include "results/property.h"
#include "simulation/history.h"

namespace quorate::simulation {

// The properties that a schedule is judged on, in the order of the columns.
inline constexpr std::array<Property, 10> kJudged{
    Property::kLatest,          Property::kWriteOrder,        Property::kSingleOrder,
    Property::kLinearizable,    Property::kMonotonicReads,    Property::kReadYourWrites,
    Property::kMonotonicWrites, Property::kWritesFollowReads, Property::kConverges,
    Property::kNoLostWrite};

// By position in kJudged: true is broken.
using Broken = std::bitset<kJudged.size()>;

std::size_t column_of(Property property);

Broken judge(const SmallHistory& history);

// One operation a line, for people.
std::string to_string(const SmallHistory& history);

}  // namespace quorate::simulation
