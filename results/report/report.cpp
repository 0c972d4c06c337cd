#include "results/report/report.h"

#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "results/report/packed_run.h"

namespace quorate {
namespace {

std::string list_text(const Json& list) {
  std::string text;
  for (const Json& item : list) {
    if (item.is_string()) text += (text.empty() ? "" : ",") + item.get<std::string>();
  }
  return text;
}

}  // namespace

std::string_view name_of(ReportFormat format) {
  switch (format) {
    case ReportFormat::kHtml:
      return "html";
    case ReportFormat::kMarkdown:
      return "md";
    case ReportFormat::kJson:
      return "json";
    case ReportFormat::kJunit:
      return "junit";
    case ReportFormat::kSvg:
      return "svg";
  }
  return "";
}

std::optional<ReportFormat> report_format_named(std::string_view name) {
  for (const ReportFormat format : kAllReportFormats) {
    if (name_of(format) == name) return format;
  }
  return std::nullopt;
}

std::string to_text(const SavedRun& record, ReportFormat format) {
  switch (format) {
    case ReportFormat::kHtml:
      return to_html(record);
    case ReportFormat::kMarkdown:
      return to_markdown(record);
    case ReportFormat::kJson:
      return to_json(record).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    case ReportFormat::kJunit:
      return to_junit(record);
    case ReportFormat::kSvg:
      return to_svg(record);
  }
  return {};
}

Json to_json(const SavedRun& record) {
  Json json{{"kind", "run"},
            {"name", record.name},
            {"notices", record.notices},
            {"test", record.test},
            {"results", record.results}};
  json.update(run_facts(record));
  return json;
}

Result<std::filesystem::path> write_report(const std::filesystem::path& folder) {
  const Result<SavedRun> record = read_run(folder);
  if (!record) return record.error();
  std::filesystem::path path = folder / "report.html";
  if (auto written = write_file_atomically(path, to_html(*record)); !written) {
    return written.error();
  }
  return path;
}

Headline headline_of(const SavedRun& record) {
  if (record.results.is_null()) return {"unfinished", "nothing was judged"};
  return {text_in(record.results, "outcome"), text_in(record.results, "sentence")};
}

std::string configuration_of(const SavedRun& record) {
  const Json& test = record.test;
  const auto number = [&test](const char* name) {
    return static_cast<std::int64_t>(number_in(test, name));
  };
  std::string text = fmt::format("n={} r={} w={}, {} nodes, {} by {}, {}", number("n"), number("r"),
                                 number("w"), number("nodes"), text_in(test, "workload"),
                                 text_in(test, "mode"), text_in(test, "read-mode"));
  const std::string nemesis = list_text(part_of(test, "nemesis"));
  text += nemesis.empty() ? ", no nemesis" : ", nemesis " + nemesis;
  const Json& seed = part_of(test, "seed");
  return seed.is_null() ? text : text + ", seed " + seed.dump();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default: {
        const auto code = static_cast<unsigned char>(byte);
        const bool allowed = code >= 0x20 || byte == '\n' || byte == '\t' || byte == '\r';
        allowed ? out += byte : out += "\xEF\xBF\xBD";
      }
    }
  }
  return out;
}

std::string duration_text(std::int64_t ns) {
  if (ns < 1'000'000) return fmt::format("{:.0f} µs", static_cast<double>(ns) / 1e3);
  if (ns < 1'000'000'000) return fmt::format("{:.1f} ms", static_cast<double>(ns) / 1e6);
  return fmt::format("{:.2f} s", static_cast<double>(ns) / 1e9);
}

}  // namespace quorate
