#include "checker/evidence/picture_layout.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "checker/evidence/story.h"
#include "checker/evidence/svg_text.h"
#include "checker/evidence/version_names.h"
#include "results/anomaly.h"

namespace quorate {
namespace {

constexpr double kLaneLabels = 104;  // x where bars begin
constexpr double kRightEdge = kPictureWidth - 28;
constexpr double kOpenTail = 56;  // room for arrows of what never completed
constexpr double kTextRow = 16;
constexpr double kAboveBar = 9;
constexpr double kBelowBar = 15;
constexpr double kArcs = 30;
constexpr double kArcsBack = 50;
constexpr std::size_t kLongestText = 34;

// What a bar says besides what was done: where the picture is of several keys, nodes or versions.
struct TextParts {
  bool key = false;
  bool node = false;
  bool version = false;
};

// "process 4, via n2" is the lane's; this is the bar's.
std::string text_of(const History& history, const Op& op, const TextParts& with,
                    const VersionNames& versions) {
  std::string text(deed_verb(op.function));
  const bool takes = takes_value(op.function);
  const bool tells = tells_value(op.function);
  if (tells && !takes && op.outcome != Outcome::kOk) {
    text += ", no answer";
  } else if (takes || tells) {
    const std::string_view value = history.plain(op.value);
    text += " " + (op.value == kAbsent ? "nothing" : clipped(value, kLongestText / 2));
  }
  if (with.key && op.key != kAbsent) {
    text +=
        fmt::format(" {} {}", takes || !tells ? "to" : "of", clipped(history.plain(op.key), 10));
  }
  if (with.node && op.node != kAbsent) text += fmt::format(" via {}", history.plain(op.node));
  if (op.outcome == Outcome::kFail) text += " (failed)";
  if (with.version && op.version != kAbsent) {
    text += fmt::format(" ({})", versions.shown(history.plain(op.version)));
  }
  return clipped(text, kLongestText);
}

std::vector<std::size_t> drawn(const Violation& violation) {
  std::vector<std::size_t> ops = violation.ops;
  std::sort(ops.begin(), ops.end());
  if (ops.size() > kMostBars) ops.resize(kMostBars);
  return ops;
}

// Lanes in the order in which processes first appear; lane_of as ops.
std::vector<PictureLane> lanes_of(const History& history, const std::vector<std::size_t>& ops,
                                  std::vector<std::size_t>* lane_of) {
  std::vector<PictureLane> lanes;
  std::map<std::int32_t, std::size_t> by_process;
  for (const std::size_t index : ops) {
    const Op& op = history.ops()[index];
    const std::string node = clipped(history.plain(op.node), 11);
    const auto [place, added] = by_process.emplace(op.process, lanes.size());
    if (added) lanes.push_back({.title = fmt::format("process {}", op.process), .node = node});
    PictureLane& lane = lanes[place->second];
    if (lane.node != node) lane.node.clear();
    lane_of->push_back(place->second);
  }
  return lanes;
}

bool several_keys(const History& history, const std::vector<std::size_t>& ops) {
  return std::any_of(ops.begin(), ops.end(), [&](std::size_t index) {
    return history.ops()[index].key != history.ops()[ops.front()].key;
  });
}

// Whether the argument is of versions.
bool is_about_versions(const Violation& violation) {
  return violation.anomaly == name_of(Anomaly::kVersionMismatch) ||
         violation.anomaly == name_of(Anomaly::kReplicaRegress) ||
         std::any_of(violation.edges.begin(), violation.edges.end(),
                     [](const Edge& edge) { return edge.reason == because::kSmallerVersion; });
}

// Inside where it fits; else in the lowest row above the bar that is free there.
void place_texts(std::vector<PictureLane>* lanes, std::vector<PictureBar>* bars) {
  std::vector<std::vector<double>> taken(lanes->size());  // by lane and row: up to which x
  for (PictureBar& bar : *bars) {
    const double width = text_width(bar.text, kTextSize);
    bar.text_inside = width + 14 <= bar.right - bar.left;
    bar.text_x = bar.left + 7;
    if (bar.text_inside) continue;
    bar.text_x = std::min(bar.left, kPictureWidth - 8 - width);
    std::vector<double>& rows = taken[bar.lane];
    while (bar.text_row < rows.size() && rows[bar.text_row] > bar.text_x - 8) ++bar.text_row;
    if (bar.text_row == rows.size()) rows.push_back(0);
    rows[bar.text_row] = bar.text_x + width;
  }
  for (std::size_t i = 0; i < lanes->size(); ++i) (*lanes)[i].text_rows = taken[i].size();
}

void mark_arcs(const Violation& violation, PictureLayout* layout) {
  for (const Edge& edge : violation.edges) {
    const PictureBar* before = layout->bar_of(edge.before);
    const PictureBar* after = layout->bar_of(edge.after);
    if (before == nullptr || after == nullptr || before->lane != after->lane) continue;
    double& room = layout->lanes[before->lane].arcs;
    room = std::max(room, before->left <= after->left ? kArcs : kArcsBack);
  }
}

void stack(double top, PictureLayout* layout) {
  for (PictureLane& lane : layout->lanes) {
    lane.top = top;
    lane.y = top + kAboveBar + kTextRow * static_cast<double>(lane.text_rows);
    lane.bottom = lane.y + kBarHeight + std::max(lane.arcs, kBelowBar);
    top = lane.bottom;
  }
  for (PictureBar& bar : layout->bars) bar.y = layout->lanes[bar.lane].y;
  layout->axis_y = top + 8;
}

}  // namespace

const PictureBar* PictureLayout::bar_of(std::size_t op) const {
  const auto found =
      std::find_if(bars.begin(), bars.end(), [op](const PictureBar& bar) { return bar.op == op; });
  return found == bars.end() ? nullptr : &*found;
}

PictureLayout lay_out(const History& history, const Violation& violation, double top) {
  const std::vector<std::size_t> ops = drawn(violation);
  const bool open = std::any_of(ops.begin(), ops.end(), [&history](std::size_t index) {
    return history.ops()[index].completed == kNever;
  });
  const double right = open ? kRightEdge - kOpenTail : kRightEdge;
  PictureLayout layout{.axis = TimeAxis(history, ops, kLaneLabels, right)};
  layout.left_out = violation.ops.size() - ops.size();
  std::vector<std::size_t> lane_of;
  layout.lanes = lanes_of(history, ops, &lane_of);
  TextParts with{.key = several_keys(history, ops), .version = is_about_versions(violation)};
  layout.several_keys = with.key;
  VersionNames versions;
  for (const std::size_t op : ops) versions.add(history.plain(history.ops()[op].version));
  std::map<std::pair<Symbol, Symbol>, std::size_t> colours;  // by key and value
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const Op& op = history.ops()[ops[i]];
    PictureBar bar{.op = ops[i], .lane = lane_of[i]};
    bar.open = op.completed == kNever;
    bar.left = layout.axis.x(op.invoked);
    bar.right = bar.open ? kRightEdge : layout.axis.x(op.completed);
    const auto place = std::pair(op.key, op.value);
    if (op.value != kAbsent) bar.colour = colours.emplace(place, colours.size() + 1).first->second;
    bar.filled = op.function != Function::kRead && op.function != Function::kDequeue;
    with.node = layout.lanes[lane_of[i]].node.empty();
    bar.text = text_of(history, op, with, versions);
    layout.bars.push_back(std::move(bar));
  }
  mark_arcs(violation, &layout);
  place_texts(&layout.lanes, &layout.bars);
  stack(top, &layout);
  return layout;
}

}  // namespace quorate
