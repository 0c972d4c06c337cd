// StalenessReport as aligned tables for a terminal.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "checker/staleness/report.h"

namespace quorate {
namespace {

using Row = std::vector<std::string>;

// How many characters a terminal shows: bytes that do not continue a character.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

// The first column to the left, the others to the right, but for the last.
void append_table(const std::vector<Row>& rows, std::vector<std::string>* lines) {
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string fill(widths[i] - width_of(row[i]), ' ');
      const bool to_left = i == 0 || i + 1 == row.size();
      line += (i == 0 ? "  " : "  ") + (to_left ? row[i] + fill : fill + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines->push_back(std::move(line));
  }
}

std::string ms(std::int64_t ns) { return fmt::format("{:.3f}", static_cast<double>(ns) / 1e6); }
std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

std::string k_text(const KeyStaleness& key) {
  if (key.k_at_least == key.k_at_most) {
    return fmt::format("{}{}", key.lower_bounds ? "≥ " : "", key.k_at_least);
  }
  return fmt::format("≥ {} (≤ {})", key.k_at_least, key.k_at_most);
}

std::string at_least(const KeyStaleness& key, std::int64_t ns) {
  return (key.lower_bounds && ns > 0 ? "≥ " : "") + ms(ns);
}

std::string short_key(const std::string& key) {
  if (key.empty()) return "(the only one)";
  constexpr std::size_t kLongest = 32;
  if (key.size() <= kLongest) return key;
  std::size_t cut = kLongest;
  while (cut > 0 && (static_cast<unsigned char>(key[cut]) & 0xc0U) == 0x80U) --cut;
  return key.substr(0, cut) + "…";
}

void append_keys(const StalenessReport& report, std::vector<std::string>* lines) {
  if (report.worst_keys.empty()) return;
  std::vector<Row> rows{{"key", "reads", "stale", "smallest k", "Delta ms", "Gamma ms", ""}};
  for (const KeyStaleness& key : report.worst_keys) {
    rows.push_back({short_key(key.key), fmt::format("{}", key.reads),
                    fmt::format("{}", key.stale_reads), k_text(key), at_least(key, key.delta_ns),
                    at_least(key, key.gamma_ns), key.k_reason});
  }
  append_table(rows, lines);
  const std::uint64_t judged = report.keys - report.keys_not_judged;
  if (judged > report.worst_keys.size()) {
    lines->push_back(fmt::format("  the worst {} of {} keys", report.worst_keys.size(), judged));
  }
}

Row share_row(std::string name, const Share& share, bool predicted) {
  Row row{std::move(name), fmt::format("{}", share.trials), percent(share.measured()),
          fmt::format("[{}, {}]", percent(share.interval.low), percent(share.interval.high))};
  if (predicted) {
    const bool compared = share.decision != Decision::kNotPredicted;
    row.push_back(compared ? percent(share.predicted) : "");
    row.push_back(compared ? "± " + percent(share.prediction_error) : "");
    row.push_back(text_of(share));
  }
  return row;
}

std::string span_of(const FreshnessBucket& bucket) {
  const std::string from = format_duration(Duration{bucket.from_ns});
  if (bucket.to_ns == kNever) return from + " and more";
  return fmt::format("{} to {}", from, format_duration(Duration{bucket.to_ns}));
}

void append_freshness(const StalenessReport& report, std::vector<std::string>* lines) {
  const bool predicted = report.prediction.made;
  Row head{"time since the write", "reads", "fresh", "95 %"};
  if (predicted) head.insert(head.end(), {"predicted", "", ""});
  std::vector<Row> rows{head};
  for (const FreshnessBucket& bucket : report.buckets) {
    rows.push_back(share_row(span_of(bucket), bucket.fresh, predicted));
  }
  rows.push_back(share_row("all", report.fresh, predicted));
  for (const WithinVersions& within : report.within) {
    if (within.k == 1) continue;
    rows.push_back(share_row(fmt::format("within {} versions", within.k), within.share, predicted));
  }
  append_table(rows, lines);
}

void append_prediction(const Prediction& prediction, std::vector<std::string>* lines) {
  if (!prediction.made) {
    lines->push_back("  no prediction: " + prediction.reason);
    return;
  }
  lines->push_back(fmt::format(
      "  predicted by {} simulated reads (the whole curve ± {}), n = {}, r = {}, w = {}, fan-out "
      "{}",
      prediction.trials, percent(prediction.curve_band), prediction.sizes.n, prediction.sizes.r,
      prediction.sizes.w, prediction.fan_out_exact ? "exact" : "all"));
  lines->push_back("  delays " + prediction.source);
  if (prediction.client_hop == Duration{0}) {
    lines->push_back(
        "  times are between answer and request, as clients see them: the store had a little more");
  }
  lines->push_back(fmt::format(
      "  closed form, random quorums: a read misses the latest write with {}; monotonic reads {}",
      percent(prediction.miss), percent(prediction.monotonic)));
}

}  // namespace

std::vector<std::string> staleness_table(const StalenessReport& report) {
  std::vector<std::string> lines;
  append_keys(report, &lines);
  if (report.keys_not_judged > 0) {
    lines.push_back(fmt::format("  {} of {} keys are not judged: {}", report.keys_not_judged,
                                report.keys, report.not_judged_reason));
  }
  if (report.fresh.trials > 0) {
    lines.emplace_back();
    append_freshness(report, &lines);
    append_prediction(report.prediction, &lines);
  }
  return lines;
}

}  // namespace quorate
