// The report as JUnit XML: one test case for each property, and one for the run itself.
#include <fmt/format.h>

#include "results/report/fault_bands.h"
#include "results/report/report.h"

namespace quorate {
namespace {

struct Case {
  std::string name;
  std::string element;  // "failure", "error", "skipped"; empty: passed
  std::string kind;     // its type
  std::string message;
  std::string text;
  std::string said;  // system-out
};

std::string explanations(const Json& property) {
  std::string text;
  for (const Json& violation : part_of(property, "violations")) {
    for (const Json& line : part_of(violation, "lines")) {
      if (line.is_string()) text += line.get<std::string>() + "\n";
    }
    text += "\n";
  }
  return text;
}

Case case_of_property(const Json& property) {
  const bool promised = part_of(property, "promised") == Json(true);
  const std::string standing = text_in(property, "standing");
  Case result{.name = text_in(property, "property"),
              .element = "",
              .kind = standing,
              .message = "",
              .text = "",
              .said = ""};
  if (standing == "not checked") {
    result.element = "skipped";
    result.message = "no checker judges it on this run";
  } else if (standing == "broken" && promised) {
    result.element = "failure";
    result.message =
        fmt::format("{} violations of a promised property", number_in(property, "violation_count"));
    result.text = explanations(property);
  } else if (standing == "broken") {
    result.said = "flagged, as expected: not promised\n" + explanations(property);
  } else if (standing == "undecided") {
    result.element = promised ? "error" : "skipped";
    result.message = text_in(property, "reason");
  }
  return result;
}

// What no property tells: too little happened, a node died, the harness failed, or what was
// expected did not come.
Case case_of_run(const SavedRun& record) {
  const Headline headline = headline_of(record);
  Case result{.name = "run",
              .element = "",
              .kind = headline.outcome,
              .message = headline.sentence,
              .text = configuration_of(record),
              .said = ""};
  const Json& code = part_of(record.results, "exit-code");
  const bool good = code.is_null() ? headline.outcome == "pass" : code == Json(0);
  if (good) {
    result.said = headline.sentence + "\n" + configuration_of(record);
    return result;
  }
  const bool failed = headline.outcome == "violation" || headline.outcome == "pass";
  result.element = failed ? "failure" : "error";
  return result;
}

std::string to_xml(const Case& of, const std::string& classname, double seconds) {
  std::string xml = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n",
                                escaped(classname), escaped(of.name), seconds);
  if (!of.element.empty()) {
    xml += fmt::format("      <{} type=\"{}\" message=\"{}\">{}</{}>\n", of.element,
                       escaped(of.kind), escaped(of.message), escaped(of.text), of.element);
  }
  if (!of.said.empty()) {
    xml += fmt::format("      <system-out>{}</system-out>\n", escaped(of.said));
  }
  return xml + "    </testcase>\n";
}

}  // namespace

std::string to_junit(const SavedRun& record) {
  std::vector<Case> cases{case_of_run(record)};
  for (const Json& property : part_of(record.results, "properties")) {
    cases.push_back(case_of_property(property));
  }
  const auto count = [&cases](std::string_view element) {
    int found = 0;
    for (const Case& of : cases) found += of.element == element ? 1 : 0;
    return found;
  };
  const double seconds = static_cast<double>(end_ns(record.history)) / 1e9;
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"",
                  cases.size(), count("failure"), count("error"), count("skipped"), seconds);
  const std::string started = text_in(part_of(record.test, "environment"), "started");
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"quorate\" {}>\n"
      "  <testsuite name=\"{}\" {}{}>\n",
      counts, escaped(record.name), counts,
      started.empty() ? "" : fmt::format(" timestamp=\"{}\"", escaped(started)));
  bool first = true;  // the run's time is told once
  for (const Case& of : cases) {
    xml += to_xml(of, "quorate." + record.name, first ? seconds : 0);
    first = false;
  }
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace quorate
