#include "simulation/cells.h"

#include <algorithm>

#include <fmt/format.h>

namespace quorate::simulation {

namespace {

using node::QuorumSize;
using node::ReadMode;
using node::VersionScheme;

// Columns:                            latest, write order, single order, linearizable,
//                                     MR, RYW, MW, WFR, converges, no lost write
constexpr char kAll[] = "GGGGGGGGGG";
constexpr char kRegular[] = "GGGVVGGGGG";      // C1, C16: the order of writes is real time's
constexpr char kManyWriters[] = "GGVVVGGVGG";  // C4, C6, C12: it is not
constexpr char kBroken[] = "VVVVVVVVGV";

std::string_view name_of_mode(ReadMode mode) {
  switch (mode) {
    case ReadMode::kNone:
      return "none";
    case ReadMode::kAsync:
      return "async";
    case ReadMode::kBlocking:
      return "blocking";
    case ReadMode::kWriteBack:
      return "write-back";
  }
  return "";
}

// A row's usual form: as many nodes as replicas, two-phase versions, power never cut.
Row form(std::string_view row, std::string_view marks, QuorumSize quorum, ReadMode mode,
         std::string_view what = "") {
  Row it;
  it.name = fmt::format("{} {}{}{} {}{}{}", row, quorum.n, quorum.r, quorum.w, name_of_mode(mode),
                        what.empty() ? "" : " ", what);
  it.marks = marks;
  it.setup.nodes = quorum.n;
  it.setup.quorum = quorum;
  it.setup.read_mode = mode;
  return it;
}

Row single_writer(Row it) {
  it.setup.scheme = VersionScheme::kLocalCounter;  // its own, kept from operation to operation
  it.setup.client_driven = true;
  it.setup.single_writer = true;
  return it;
}

Row with_scheme(Row it, VersionScheme scheme) {
  it.setup.scheme = scheme;
  return it;
}

Row client_driven(Row it) {
  it.setup.scheme = VersionScheme::kLocalCounter;
  it.setup.client_driven = true;
  return it;
}

Row skewed(Row it) {
  it.setup.scheme = VersionScheme::kClock;
  it.setup.clock_skew = std::chrono::milliseconds(20);
  return it;
}

Row loses_power(Row it, Durability durability) {
  it.setup.durability = durability;
  it.setup.faults.power_cuts = true;
  return it;
}

Row loses_a_disk(Row it) {
  it.setup.faults.wipes = true;
  return it;
}

Row votes_at_once(Row it) {
  it.setup.rejoin = node::RejoinMode::kVote;
  return it;
}

Row with_nodes(Row it, std::uint16_t nodes) {
  it.setup.nodes = nodes;
  return it;
}

Row sloppy(Row it) {
  it.setup.nodes = 5;
  it.setup.sloppy = true;
  return it;
}

Row deleting(Row it) {
  it.setup.deletes = true;
  return it;
}

Row purging_by_time(Row it) {
  it.setup.deletes = true;
  it.setup.purge_after = std::chrono::milliseconds(5);
  it.setup.faults = {};
  it.setup.faults.kills = false;
  it.setup.faults.pauses = false;
  it.setup.faults.cuts_one_off = true;
  return it;
}

Row in_the_background(Row it) {
  it.setup.background = true;
  return it;
}

// Operations with quorums of their own: every read still meets every write.
Row mixed(Row it) {
  it.setup.raises_quorums = true;
  return it;
}

Row exact(Row it) {
  it.setup.fan_out = node::FanOut::kExact;
  return it;
}

void append_good_rows(std::vector<Row>* rows) {
  constexpr auto kNone = ReadMode::kNone;
  constexpr auto kAsync = ReadMode::kAsync;
  constexpr auto kBlocking = ReadMode::kBlocking;
  constexpr auto kWriteBack = ReadMode::kWriteBack;
  rows->push_back(single_writer(form("C1", kRegular, {3, 2, 2}, kNone)));
  rows->push_back(single_writer(form("C1", kRegular, {3, 2, 2}, kAsync)));
  rows->push_back(single_writer(form("C1", kRegular, {3, 1, 3}, kNone)));
  rows->push_back(single_writer(form("C2", kAll, {3, 2, 2}, kWriteBack)));
  rows->push_back(single_writer(form("C2", kAll, {3, 1, 3}, kWriteBack)));
  rows->push_back(form("C3", kAll, {3, 2, 2}, kBlocking));
  rows->push_back(form("C3", kAll, {5, 3, 3}, kBlocking));
  rows->push_back(single_writer(form("C3", kAll, {3, 2, 2}, kBlocking, "single writer")));
  rows->push_back(form("C4", kManyWriters, {3, 1, 3}, kBlocking));
  rows->push_back(form("C4", kManyWriters, {5, 2, 4}, kBlocking));
  rows->push_back(form("C5", kAll, {3, 3, 1}, kNone));
  rows->push_back(form("C5", kAll, {3, 3, 2}, kNone));
  rows->push_back(single_writer(form("C5", kAll, {3, 3, 1}, kNone, "single writer")));
  rows->push_back(form("C6", kManyWriters, {3, 2, 2}, kNone));
  rows->push_back(form("C6", kManyWriters, {3, 2, 2}, kAsync));
  rows->push_back(form("C6", kManyWriters, {5, 3, 3}, kNone));
  rows->push_back(form("C8", kAll, {3, 2, 2}, kWriteBack));
  rows->push_back(form("C8", kAll, {5, 4, 2}, kWriteBack));
  rows->push_back(form("C8", kAll, {5, 3, 3}, kWriteBack));
  rows->push_back(form("C8", kAll, {3, 1, 3}, kWriteBack));
  rows->push_back(exact(form("C8", kAll, {3, 2, 2}, kWriteBack, "exact")));
  rows->push_back(deleting(form("C8", kAll, {3, 2, 2}, kWriteBack, "deletes")));
  rows->push_back(with_nodes(form("C8", kAll, {3, 2, 2}, kWriteBack, "of 5 nodes"), 5));
  rows->push_back(
      in_the_background(deleting(form("C8", kAll, {3, 2, 2}, kWriteBack, "background"))));
  rows->push_back(
      loses_power(form("C8", kAll, {3, 2, 2}, kWriteBack, "power cuts"), Durability::kBatch));
  rows->push_back(
      loses_power(form("C3", kAll, {3, 2, 2}, kBlocking, "power cuts"), Durability::kBatch));
  rows->push_back(
      loses_power(form("C5", kAll, {3, 3, 1}, kNone, "power cuts"), Durability::kBatch));
  rows->push_back(loses_a_disk(form("C8", kAll, {3, 2, 2}, kWriteBack, "wipe, catch-up")));
  rows->push_back(loses_a_disk(form("C3", kAll, {3, 2, 2}, kBlocking, "wipe, catch-up")));
}

void append_other_schemes(std::vector<Row>* rows) {
  constexpr auto kNone = ReadMode::kNone;
  constexpr auto kWriteBack = ReadMode::kWriteBack;
  constexpr auto kLocal = VersionScheme::kLocalCounter;
  constexpr auto kClock = VersionScheme::kClock;
  rows->push_back(with_scheme(form("C11", kBroken, {3, 2, 2}, kNone), kLocal));
  rows->push_back(with_scheme(form("C11", kBroken, {3, 2, 2}, kWriteBack), kLocal));
  rows->push_back(with_scheme(form("C12", kManyWriters, {3, 1, 3}, kNone), kLocal));
  rows->push_back(with_scheme(form("C12", kAll, {3, 1, 3}, kWriteBack), kLocal));
  rows->push_back(with_scheme(form("C12", kAll, {3, 2, 3}, kWriteBack), kLocal));
  rows->push_back(
      with_nodes(with_scheme(form("C12", kAll, {3, 1, 3}, kWriteBack, "of 5 nodes"), kLocal), 5));
  rows->push_back(client_driven(form("C14", "VVVVVVGVGV", {3, 2, 2}, kNone)));
  rows->push_back(client_driven(form("C14", "VVVVVVGVGV", {3, 2, 2}, kWriteBack)));
  rows->push_back(skewed(form("C15", kBroken, {3, 2, 2}, kNone)));
  rows->push_back(skewed(form("C15", kBroken, {3, 2, 2}, kWriteBack)));
  rows->push_back(with_scheme(form("C16", kRegular, {3, 2, 2}, kNone), kClock));
  rows->push_back(with_scheme(form("C16", kAll, {3, 2, 2}, kWriteBack), kClock));
  rows->push_back(with_scheme(form("C16", kAll, {3, 1, 3}, kWriteBack), kClock));
}

// What a row promises, it promises where operations have quorums of their own, as long as they meet:
// r of every read and version query with w of every write and write-back; for blocking repair, r
// with r too; for C5, r = n of all.
void append_mixed_rows(std::vector<Row>* rows) {
  constexpr auto kWriteBack = ReadMode::kWriteBack;
  const auto add = [rows](std::string_view row, QuorumSize quorum, ReadMode mode) -> Row& {
    return rows->emplace_back(mixed(form(row, kAll, quorum, mode, "mixed quorums")));
  };
  add("C3", {3, 2, 2}, ReadMode::kBlocking);
  add("C3", {5, 3, 3}, ReadMode::kBlocking);
  add("C5", {3, 3, 1}, ReadMode::kNone);
  add("C6", {3, 2, 2}, ReadMode::kNone).marks = "GG---GG-GG";
  add("C8", {3, 2, 2}, kWriteBack);
  add("C8", {3, 1, 3}, kWriteBack);
  add("C8", {3, 3, 1}, kWriteBack);
  add("C8", {5, 3, 3}, kWriteBack);
  add("C12", {3, 1, 3}, kWriteBack).setup.scheme = VersionScheme::kLocalCounter;
  add("C16", {3, 2, 2}, kWriteBack).setup.scheme = VersionScheme::kClock;
}

// The table has monotonic writes guaranteed in C23. They are not: a value that comes back hides
// from version queries up to which counter its replica has purged, so a write may get a version
// that is less than one the session wrote before (1 in 30 000 schedules).
void append_bad_rows(std::vector<Row>* rows) {
  constexpr auto kNone = ReadMode::kNone;
  constexpr auto kWriteBack = ReadMode::kWriteBack;
  rows->push_back(votes_at_once(
      loses_power(form("C18", kBroken, {3, 2, 2}, kWriteBack, "power cut"), Durability::kNone)));
  rows->push_back(votes_at_once(loses_power(
      form("C18", kBroken, {3, 2, 2}, kNone, "power cut, periodic"), Durability::kPeriodic)));
  rows->push_back(
      votes_at_once(loses_a_disk(form("C18", kBroken, {3, 2, 2}, kWriteBack, "wipe, vote"))));
  rows->push_back(
      votes_at_once(loses_a_disk(form("C19", kAll, {3, 2, 3}, kWriteBack, "wipe, vote"))));
  rows->push_back(votes_at_once(
      loses_power(form("C19", kAll, {3, 2, 3}, kWriteBack, "power cut, vote"), Durability::kNone)));
  rows->push_back(sloppy(form("C20", kBroken, {3, 2, 2}, kWriteBack)));
  rows->push_back(sloppy(form("C20", kBroken, {3, 2, 2}, kNone)));
  rows->push_back(form("C21", kBroken, {3, 1, 1}, kNone));
  rows->push_back(form("C21", kBroken, {3, 2, 1}, kWriteBack));
  rows->push_back(form("C21", kBroken, {3, 1, 2}, kWriteBack));
  rows->push_back(form("C21", kBroken, {5, 2, 2}, kNone));
  rows->push_back(purging_by_time(form("C23", kBroken, {3, 2, 2}, kWriteBack)));
  rows->push_back(purging_by_time(form("C23", "VVVVVV-VGV", {3, 2, 2}, kNone)));
}

}  // namespace

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows = [] {
    std::vector<Row> all;
    append_good_rows(&all);
    append_other_schemes(&all);
    append_mixed_rows(&all);
    append_bad_rows(&all);
    return all;
  }();
  return kRows;
}

const Row* row_named(std::string_view name) {
  const auto found = std::find_if(rows().begin(), rows().end(),
                                  [name](const Row& row) { return row.name == name; });
  return found == rows().end() ? nullptr : &*found;
}

const std::vector<LeftOut>& rows_left_out() {
  static const std::vector<LeftOut> kLeftOut{
      {"C7", "sessions carry no version context"},
      {"C9", "versions always carry a writer; the planted bug no_tiebreak takes it away"},
      {"C10", "a version is never used again; the planted bug reuse_version does"},
      {"C13", "replicas acknowledge older versions, they do not refuse them"},
      {"C17", "replicas look at versions; the planted bug apply_always does not"},
      {"C22", "there are no vector clocks and no siblings"},
      {"C24", "there is no compare-and-set yet"}};
  return kLeftOut;
}

std::optional<std::uint64_t> seed_that_shows(const Row& row, Property property) {
  for (const ShownBy& shown : violating_seeds()) {
    if (shown.row == row.name && shown.property == property) return shown.seed;
  }
  return std::nullopt;
}

}  // namespace quorate::simulation
