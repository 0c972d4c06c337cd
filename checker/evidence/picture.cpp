#include "checker/evidence/picture.h"

#include <fmt/format.h>

#include "checker/evidence/picture_arrows.h"
#include "checker/evidence/picture_layout.h"
#include "checker/evidence/story.h"
#include "checker/evidence/svg_text.h"
#include "checker/replicas/replica_state.h"

namespace quorate {
namespace {

// Colours of both grounds; 0 is "nothing", 1 … 6 are values in their order.
constexpr std::string_view kStyle = R"(<style>
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1f2328}
.paper{fill:#fff}
.h{font-size:15px;font-weight:600}
.l{font-weight:600}
.m{fill:#656d76}
.s{font-size:11px}
.lane{stroke:#d0d7de}
.axis{stroke:#8c959f;fill:none}
.cut{stroke:#8c959f;stroke-dasharray:2 4}
.a{fill:none;stroke:#57606a;stroke-width:1.5}
.d{stroke-dasharray:5 3}
.tip{fill:#57606a}
path.r{fill:none;stroke-width:1.2;stroke-dasharray:2 3}
path.rt{stroke:none}
.b{fill:#fff;stroke:#57606a}
.n{font-size:10px;font-weight:600;text-anchor:middle}
.halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.on{fill:#fff}
.bar{stroke-width:1.6}
.o{fill-opacity:.14}
.f{stroke-dasharray:4 3;fill-opacity:.14}
.c0{fill:#77818c;stroke:#77818c}
.c1{fill:#2a6fdb;stroke:#2a6fdb}
.c2{fill:#c9510c;stroke:#c9510c}
.c3{fill:#1a7f4b;stroke:#1a7f4b}
.c4{fill:#8250df;stroke:#8250df}
.c5{fill:#9a6700;stroke:#9a6700}
.c6{fill:#bf3989;stroke:#bf3989}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.paper,.b{fill:#0d1117}
.halo{stroke:#0d1117}
.m{fill:#9198a1}
.lane{stroke:#30363d}
.axis,.cut{stroke:#6e7681}
.a,.b{stroke:#adb5be}
.tip{fill:#adb5be}
.o,.f{fill-opacity:.26}
}
</style>
)";

constexpr std::size_t kColours = 6;
constexpr double kLegendLine = 19;
constexpr double kLeft = 16;
constexpr double kLanesTop = 52;
constexpr double kStatesLeft = 104;  // where bars begin
constexpr std::size_t kMostLegend = 40;

class Picture {
 public:
  Picture(const History& history, const Violation& violation)
      : history_(history),
        violation_(violation),
        layout_(lay_out(history, violation, kLanesTop)),
        arrows_(arrows_of(violation, layout_)) {}

  std::string draw() {
    draw_lanes();
    draw_axis();
    for (const PictureArrow& arrow : arrows_) draw_arrow(arrow);
    for (const PictureBar& bar : layout_.bars) draw_bar(bar);
    for (const PictureBar& bar : layout_.bars) draw_text(bar);
    draw_badges();
    const double height = draw_legend(draw_states(layout_.axis_y + 44));
    return head(height) + body_ + "</svg>\n";
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(body_), format, std::forward<Args>(args)...);
    body_ += '\n';
  }

  std::string title() const {
    if (!violation_.lines.empty()) return violation_.lines.front();
    return fmt::format("{} of key {}", violation_.anomaly, violation_.key);
  }

  std::string head(double height) const {
    const std::string name = xml_escaped(title());
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\">\n<title>{2}</title>\n{3}"
        "<rect class=\"paper\" width=\"{0:.0f}\" height=\"{1:.0f}\" rx=\"8\"/>\n"
        "<text class=\"h\" x=\"{4:.0f}\" y=\"27\">{5}</text>\n"
        "<text class=\"m\" text-anchor=\"end\" x=\"{7:.0f}\" y=\"27\">breaks {6}</text>\n",
        kPictureWidth, height, name, kStyle, kLeft, xml_escaped(clipped(title(), 76)),
        name_of(violation_.property), kPictureWidth - 16);
  }

  void draw_lanes() {
    for (const PictureLane& lane : layout_.lanes) {
      const double middle = lane.y + kBarHeight / 2;
      add(R"(<path class="lane" d="M{:.0f} {:.1f}H{:.0f}"/>)", kLeft, lane.top, kPictureWidth - 16);
      const bool two = !lane.node.empty();
      add(R"(<text class="l" x="{:.0f}" y="{:.1f}">{}</text>)", kLeft, middle + (two ? -2 : 4),
          xml_escaped(lane.title));
      if (!two) continue;
      add(R"(<text class="m s" x="{:.0f}" y="{:.1f}">via {}</text>)", kLeft, middle + 12,
          xml_escaped(lane.node));
    }
  }

  void draw_axis() {
    const double y = layout_.axis_y;
    add(R"(<path class="axis" d="M{:.0f} {:.1f}H{:.0f}"/>)", 96.0, y, kPictureWidth - 16);
    for (const TimeAxis::Tick& tick : layout_.axis.ticks(74)) {
      add(R"(<path class="axis" d="M{:.1f} {:.1f}v5"/>)", tick.x, y);
      add(R"(<text class="m s" text-anchor="middle" x="{:.1f}" y="{:.1f}">{}</text>)",
          std::min(tick.x, kPictureWidth - 34), y + 18, xml_escaped(tick.label));
    }
    const double top = layout_.lanes.front().top;
    for (const TimeAxis::Break& cut : layout_.axis.breaks()) {
      add(R"(<path class="cut" d="M{:.1f} {:.1f}V{:.1f}"/>)", cut.x, top, y);
      add(R"(<path class="paper" d="M{:.1f} {:.1f}h6v8h-6z"/>)", cut.x - 3, y - 4);
      add(R"(<path class="axis" d="M{:.1f} {:.1f}l4 -10M{:.1f} {:.1f}l4 -10"/>)", cut.x - 5, y + 5,
          cut.x + 1, y + 5);
      add(R"(<text class="m s" text-anchor="middle" x="{:.1f}" y="{:.1f}">{}</text>)", cut.x,
          top - 5, xml_escaped(cut.label));
    }
  }

  void draw_arrow(const PictureArrow& arrow) {
    if (arrow.numbered) {
      add(R"(<path class="a{}" d="{}"/><path class="tip" d="{}"/>)", arrow.in_time ? "" : " d",
          arrow.line, arrow.tip);
    } else {
      add(R"(<path class="r {0}" d="{1}"/><path class="rt {0}" d="{2}"/>)", colour(arrow.colour),
          arrow.line, arrow.tip);
    }
  }

  static std::string colour(std::size_t number) {
    return fmt::format("c{}", number == 0 ? 0 : (number - 1) % kColours + 1);
  }

  void draw_bar(const PictureBar& bar) {
    const bool failed = history_.ops()[bar.op].outcome == Outcome::kFail;
    const std::string_view style = failed ? " f" : bar.filled ? "" : " o";
    if (!style.empty()) {  // nothing shows through
      add(R"(<path class="paper" d="M{:.1f} {:.1f}H{:.1f}v{:.0f}H{:.1f}Z"/>)", bar.left + 2, bar.y,
          bar.right - (bar.open ? 10 : 2), kBarHeight, bar.left + 2);
    }
    const double top = bar.y;
    const double bottom = bar.y + kBarHeight;
    std::string shape;
    if (bar.open) {
      const double neck = std::max(bar.left + 2, bar.right - 10);
      shape = fmt::format(R"(<path class="bar {}{}" d="M{:.1f} {:.1f}H{:.1f}L{:.1f} {:.1f}L{:.1f} )"
                          R"({:.1f}H{:.1f}Z">)",
                          colour(bar.colour), style, bar.left, top, neck, bar.right,
                          bar.y + kBarHeight / 2, neck, bottom, bar.left);
    } else {
      shape = fmt::format(
          R"(<rect class="bar {}{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.0f}" rx="4">)",
          colour(bar.colour), style, bar.left, top, bar.right - bar.left, kBarHeight);
    }
    const std::string_view end = bar.open ? "</path>" : "</rect>";
    add("{}<title>{}</title>{}", shape, xml_escaped(whole_story(bar.op)), end);
  }

  // What a pointer over the bar shows.
  std::string whole_story(std::size_t index) const {
    const Op& op = history_.ops()[index];
    std::string text = fmt::format("process {} {}", op.process, deed_verb(op.function));
    if (takes_value(op.function) || op.outcome == Outcome::kOk) {
      text += " " + shown_json(history_.text(op.value));
    }
    if (op.key != kAbsent) text += fmt::format(", key {}", shown_json(history_.text(op.key)));
    if (op.node != kAbsent) text += fmt::format(", via {}", history_.plain(op.node));
    if (op.version != kAbsent) text += fmt::format(", version {}", history_.text(op.version));
    if (op.replicas != kAbsent) text += fmt::format(", with {}", history_.text(op.replicas));
    if (op.completed == kNever) text += ", outcome unknown";
    return text;
  }

  void draw_text(const PictureBar& bar) {
    const double row = static_cast<double>(bar.text_row);
    const double y = bar.text_inside ? bar.y + kBarHeight / 2 + 4 : bar.y - 5 - 16 * row;
    const bool failed = history_.ops()[bar.op].outcome == Outcome::kFail;
    const bool on_colour = bar.text_inside && bar.filled && !failed;
    add(R"(<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>)",
        on_colour         ? "on"
        : bar.text_inside ? "t"
                          : "halo",
        bar.text_x, y, xml_escaped(bar.text));
  }

  void draw_badges() {
    std::size_t number = 0;
    for (const PictureArrow& arrow : arrows_) {
      if (arrow.numbered) draw_badge(++number, arrow.badge_x, arrow.badge_y);
    }
  }
  void draw_badge(std::size_t number, double x, double y) {
    add(R"(<circle class="b" cx="{:.1f}" cy="{:.1f}" r="{}"/><text class="n" x="{:.1f}" )"
        R"(y="{:.1f}">{}</text>)",
        x, y, kBadgeRadius, x, y + 3.5, number);
  }

  // What each replica held in the end, in the colours of the values. Returns where to go on.
  double draw_states(double y) {
    if (!is_about_what_lasts(violation_.property, violation_.anomaly)) return y;
    const std::vector<ReplicaRecord> records = newest_records(history_, key());
    if (records.empty()) return y;
    add(R"(<text class="m" x="{:.0f}" y="{:.1f}">in the end</text>)", kLeft, y + 2);
    double x = kStatesLeft;
    for (const ReplicaRecord& record : records) {
      const std::string text = clipped(fmt::format("{}: {}", record.node, plain_state(record)), 34);
      const double width = text_width(text, kTextSize) + 14;
      if (x + width > kPictureWidth - 16) {
        x = kStatesLeft;
        y += kBarHeight + 6;
      }
      add(R"(<rect class="bar {} o" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.0f}" rx="4"/>)",
          colour(colour_of(record)), x, y - 12, width, kBarHeight);
      add(R"(<text x="{:.1f}" y="{:.1f}">{}</text>)", x + 7, y + 2, xml_escaped(text));
      x += width + 10;
    }
    return y + 32;
  }

  // The JSON text of the violation's key.
  std::string_view key() const {
    for (const std::size_t op : violation_.ops) {
      const Symbol key = history_.ops()[op].key;
      if (history_.plain(key) == violation_.key) return history_.text(key);
    }
    return "";
  }

  static std::string plain_state(const ReplicaRecord& record) {
    if (record.value.empty()) return record.version.empty() ? "no record" : "nothing";
    const bool quoted = record.value.size() >= 2 && record.value.front() == '"';
    return quoted ? record.value.substr(1, record.value.size() - 2) : record.value;
  }

  // That of a bar with the value; 0 if there is none.
  std::size_t colour_of(const ReplicaRecord& record) const {
    for (const PictureBar& bar : layout_.bars) {
      const Op& op = history_.ops()[bar.op];
      const bool same =
          history_.text(op.key) == record.key && history_.text(op.value) == record.value;
      if (same) return bar.colour;
    }
    return 0;
  }

  // Returns the height of the picture.
  double draw_legend(double y) {
    const double none = y;
    std::size_t number = 0;
    bool reads = false;
    for (const PictureArrow& arrow : arrows_) {
      reads |= !arrow.numbered;
      if (!arrow.numbered || number == kMostLegend) continue;
      draw_badge(++number, kLeft + kBadgeRadius, y - 4);
      add(R"(<text x="{:.0f}" y="{:.1f}">{}</text>)", kLeft + 24, y,
          xml_escaped(clipped(reason(*arrow.edge), 110)));
      y += kLegendLine;
    }
    if (reads) {
      add(R"(<path class="r c0" d="M{:.0f} {:.1f}h15"/><path class="rt c0" d="M{:.1f} )"
          R"({:.1f}l-6 3.3v-6.6Z"/><text class="m" x="{:.0f}" y="{:.1f}">was read by</text>)",
          kLeft, y - 4, kLeft + 16, y - 4, kLeft + 24, y);
      y += kLegendLine;
    }
    if (layout_.left_out > 0) {
      add(R"(<text class="m" x="{:.0f}" y="{:.1f}">{} more operations are not drawn.</text>)",
          kLeft, y, layout_.left_out);
      y += kLegendLine;
    }
    return y == none ? y - 12 : y - 4;
  }

  // "the write of 4", "the read of 4 by process 2".
  std::string noun(std::size_t index) const {
    const Op& op = history_.ops()[index];
    std::string what(name_of(op.function));
    if (takes_value(op.function) || tells_value(op.function)) {
      what += " of ";
      if (layout_.several_keys) what += clipped(history_.plain(op.key), 20) + " = ";
      what += op.value == kAbsent ? "nothing" : clipped(history_.plain(op.value), 20);
    }
    return fmt::format("the {} (process {})", what, op.process);
  }

  std::string reason(const Edge& edge) const {
    const std::string before = noun(edge.before);
    const std::string after = noun(edge.after);
    if (edge.reason == because::kEndedBefore)
      return fmt::format("{} ended before {} began", before, after);
    if (edge.reason == because::kSameProcess) {
      return fmt::format("{} came before {} in its process", before, after);
    }
    if (edge.reason == because::kSmallerVersion)
      return fmt::format("{} {} {}", before, edge.reason, after);
    return fmt::format("{} → {}: {}", before, after, edge.reason);
  }

  const History& history_;
  const Violation& violation_;
  PictureLayout layout_;
  std::vector<PictureArrow> arrows_;
  std::string body_;
};

}  // namespace

std::string to_svg(const History& history, const Violation& violation) {
  if (violation.ops.empty()) return "";
  return Picture(history, violation).draw();
}

}  // namespace quorate
