// The report as one picture: what succeeded over time, which faults were in force, where violations
// are.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "results/report/fault_bands.h"
#include "results/report/report.h"
#include "results/report/run_series.h"
#include "results/report/svg_page.h"

namespace quorate {
namespace {

constexpr double kLeft = 160;  // room for the names of faults
constexpr double kRight = kSvgWidth - 16;
constexpr double kRatesTop = 64;
constexpr double kRatesBottom = 204;
constexpr double kLane = 20;  // of a fault, or of the violations

class Drawing {
 public:
  explicit Drawing(const SavedRun& record)
      : record_(record),
        series_(run_series(record.history)),
        bands_(fault_bands(record.history)),
        end_(std::max<std::int64_t>(end_ns(record.history), 1)) {
    for (const FaultBand& band : bands_) lanes_.try_emplace(band.fault, lanes_.size());
  }

  std::string draw() {
    bars();
    faults();
    violations();
    axis();
    const Headline headline = headline_of(record_);
    return svg_page({.title = headline.outcome + ": " + headline.sentence,
                     .subtitle = configuration_of(record_),
                     .height = bottom() + 28,
                     .body = std::move(body_)});
  }

 private:
  double x(std::int64_t ns) const {
    return kLeft + (kRight - kLeft) * static_cast<double>(ns) / static_cast<double>(end_);
  }
  double lane_top(std::size_t lane) const {
    return kRatesBottom + 12 + kLane * static_cast<double>(lane);
  }
  double bottom() const { return lane_top(lanes_.size() + 1); }

  void rectangle(std::string_view kind, double left, double top, double width, double height) {
    if (height <= 0) return;
    body_ += fmt::format(
        "<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"/>\n", kind,
        left, top, std::max(width, 1.0), height);
  }

  static std::int64_t ok(const SeriesBucket& bucket) { return bucket.ok[0] + bucket.ok[1]; }
  static std::int64_t bad(const SeriesBucket& bucket) {
    return bucket.fail[0] + bucket.fail[1] + bucket.info[0] + bucket.info[1];
  }

  // What did not succeed stands on top of what did.
  void bars() {
    std::int64_t most = 1;
    for (const SeriesBucket& bucket : series_.buckets) {
      most = std::max(most, ok(bucket) + bad(bucket));
    }
    const double unit = (kRatesBottom - kRatesTop) / static_cast<double>(most);
    std::int64_t from = 0;
    for (const SeriesBucket& bucket : series_.buckets) {
      const double left = x(from);
      from += series_.bucket_ns;
      const double width = std::max(x(std::min(from, end_)) - left - 0.5, 0.5);
      const double high = unit * static_cast<double>(ok(bucket));
      const double higher = unit * static_cast<double>(bad(bucket));
      rectangle("ok", left, kRatesBottom - high, width, high);
      rectangle("bad", left, kRatesBottom - high - higher, width, higher);
    }
    const double per_second =
        static_cast<double>(most) * 1e9 / static_cast<double>(series_.bucket_ns);
    label(kRatesTop + 10, fmt::format("{:.0f}/s", per_second));
  }

  void faults() {
    for (const FaultBand& band : bands_) {
      const double left = x(band.from_ns);
      const double width = x(band.to_ns) - left;
      rectangle("band", left, kRatesTop, width, kRatesBottom - kRatesTop);
      rectangle("fault", left, lane_top(lanes_[band.fault]), width, kLane - 6);
    }
    for (const auto& [fault, lane] : lanes_) label(lane_top(lane) + 11, fault);
  }

  void violations() {
    const double top = lane_top(lanes_.size());
    for (const std::size_t op : operations_of_violations(record_)) {
      rectangle("v", x(record_.history.ops()[op].invoked_ns) - 1, top, 2, kLane - 6);
    }
    label(top + 11, "violations");
  }

  void axis() {
    body_ += fmt::format("<path class=\"axis\" d=\"M{} {}H{}\"/>\n", kLeft, kRatesBottom, kRight);
    constexpr int kTicks = 6;
    for (int i = 0; i <= kTicks; ++i) {
      const std::int64_t ns = end_ / kTicks * i;
      body_ += fmt::format(
          "<text class=\"m\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x(ns),
          bottom() + 14, i == kTicks ? "end" : "middle", i == 0 ? "0" : duration_text(ns));
    }
  }

  // At the left edge; long ones lie over the picture.
  void label(double y, const std::string& text) {
    body_ += fmt::format("<text class=\"m\" x=\"8\" y=\"{:.1f}\">{}</text>\n", y, escaped(text));
  }

  const SavedRun& record_;
  RunSeries series_;
  std::vector<FaultBand> bands_;
  std::int64_t end_;
  std::map<std::string, std::size_t> lanes_;  // by fault
  std::string body_;
};

}  // namespace

std::string to_svg(const SavedRun& record) { return Drawing(record).draw(); }

}  // namespace quorate
