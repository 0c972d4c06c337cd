// A campaign as one picture: how the runs of each combination ended, what failed first.
#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/core.h>

#include "results/report/campaign_forms.h"
#include "results/report/report.h"
#include "results/report/svg_page.h"

namespace quorate {
namespace {

constexpr std::size_t kMostRows = 60;
constexpr double kTop = 64;
constexpr double kRow = 20;
constexpr double kTextWidth = 400;  // of a combination's name
constexpr std::size_t kMostLetters = 60;
constexpr double kBarLeft = kTextWidth + 16;
constexpr double kBarRight = kSvgWidth - 150;

std::string shortened(const std::string& text) {
  if (text.size() <= kMostLetters) return text;
  std::size_t end = kMostLetters - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // of UTF-8
  return text.substr(0, end) + "…";
}

std::string counts_text(const OutcomeCounts& runs) {
  std::string text = fmt::format("{} passed", runs.passed);
  if (runs.failed > 0) text += fmt::format(", {} failed", runs.failed);
  if (runs.unknown > 0) text += fmt::format(", {} unknown", runs.unknown);
  if (runs.errors > 0) text += fmt::format(", {} errors", runs.errors);
  return text;
}

std::string row_of(const Combination& combination, const OutcomeCounts& runs, double top) {
  std::string row = fmt::format("<text x=\"16\" y=\"{:.1f}\">{}</text>\n", top + 13,
                                escaped(shortened(combination.text)));
  const std::array<std::pair<std::string_view, std::int64_t>, 4> parts{
      {{"v", runs.failed}, {"bad", runs.errors}, {"unknown", runs.unknown}, {"ok", runs.passed}}};
  double left = kBarLeft;
  for (const auto& [kind, count] : parts) {
    if (count == 0) continue;
    const double width =
        (kBarRight - kBarLeft) * static_cast<double>(count) / static_cast<double>(runs.all());
    row += fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n", kind,
        left, top + 2, width, kRow - 6);
    left += width;
  }
  return row + fmt::format("<text class=\"m\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", kBarRight + 8,
                           top + 13, counts_text(runs));
}

}  // namespace

std::string to_svg(const CampaignSummary& summary) {
  const auto runs_of = [&](std::size_t number) { return summary.combinations()[number].runs; };
  std::vector<std::size_t> rows(summary.combinations().size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::erase_if(rows, [&](std::size_t number) { return runs_of(number).all() == 0; });
  std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    const auto badness = [](const OutcomeCounts& runs) {
      return std::array{runs.failed + runs.errors, runs.unknown};
    };
    return badness(runs_of(a)) > badness(runs_of(b));
  });
  std::string body;
  double top = kTop;
  for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i, top += kRow) {
    body += row_of(summary.head().combinations[rows[i]], runs_of(rows[i]), top);
  }
  if (rows.size() > kMostRows) {
    body += fmt::format(
        "<text class=\"m\" x=\"16\" y=\"{:.1f}\">and {} more combinations, none worse</text>\n",
        top + 13, rows.size() - kMostRows);
    top += kRow;
  }
  return svg_page({.title = summary.head().name + ": " + summary.sentence(),
                   .subtitle = fmt::format("{} of {} combinations were run", rows.size(),
                                           summary.combinations().size()),
                   .height = top + 12,
                   .body = std::move(body)});
}

}  // namespace quorate
