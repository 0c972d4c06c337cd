#include "results/report/report.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "results/report/compressed.h"
#include "results/report/packed_run.h"
#include "results/report/test/a_run.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  ReportTest() { write_run(run_); }
  SavedRun record() const { return read_run(run_).value(); }

  const TemporaryFolder scratch_;
  const fs::path run_ = scratch_ / "a-run";
};

TEST_F(ReportTest, EveryFormHasItsName) {
  for (const ReportFormat format : kAllReportFormats) {
    EXPECT_EQ(report_format_named(name_of(format)), format);
  }
  EXPECT_FALSE(report_format_named("pdf"));
}

TEST_F(ReportTest, ThePageHoldsTheViewerAndTheRunAndNothingElse) {
  const fs::path page = write_report(run_).value();
  EXPECT_EQ(page, run_ / "report.html");
  const std::string html = read_file(page).value();
  EXPECT_THAT(html, HasSubstr("<title>violation: a-run – Quorate</title>"));
  EXPECT_THAT(html, HasSubstr(base64(gzip(packed_run(record())))));
  EXPECT_THAT(html, HasSubstr("<noscript><pre>## violation: broken although promised: latest"));
  EXPECT_THAT(html, HasSubstr("&lt;old&gt; &amp; done"));
  EXPECT_THAT(html, Not(HasSubstr("src=\"http"))) << "nothing is loaded from elsewhere";
  EXPECT_THAT(html, Not(HasSubstr("quorate:data")));
  EXPECT_FALSE(fs::exists(run_ / "report.html.partial"));
}

TEST_F(ReportTest, MarkdownTellsTheVerdictFirstAndOneViolationInFull) {
  const std::string text = to_markdown(record());
  EXPECT_TRUE(text.starts_with("## violation: broken although promised: latest\n")) << text;
  EXPECT_THAT(text, HasSubstr("| latest | yes | broken | 3 |"));
  EXPECT_THAT(text, HasSubstr("| linearizable | no | flagged, as expected | 1 |"));
  EXPECT_THAT(text, HasSubstr("### stale read (breaks latest)\n\n````text\nstale read of key"));
  EXPECT_THAT(text, Not(HasSubstr("(breaks linearizable)"))) << "what was promised says enough";
  EXPECT_THAT(text, HasSubstr("| reads | 1 | 2.0 ms | 2.0 ms |"));
  EXPECT_THAT(text, HasSubstr("quorate run --r 1 --w 1"));
  EXPECT_THAT(text, Not(HasSubstr("causal")));
}

TEST_F(ReportTest, WhatIsBrokenInsideTheStoreIsToldWhateverItsClientsSaw) {
  Json results = results_json();
  results["inside"] = {{{"anomaly", "replica regress"}, {"ops", {4}}, {"lines", {"n2 went back"}}}};
  write_file_atomically(run_ / "results.json", results.dump()).value();
  EXPECT_THAT(operations_of_violations(record()), testing::Contains(4U));
  EXPECT_THAT(to_markdown(record()),
              HasSubstr("### replica regress (inside the store)\n\n````text\nn2 went back"));
}

TEST_F(ReportTest, JunitFailsWhatWasPromisedAndBroken) {
  const std::string xml = to_junit(record());
  EXPECT_THAT(xml, HasSubstr("tests=\"6\" failures=\"2\" errors=\"1\" skipped=\"1\""));
  EXPECT_THAT(xml, HasSubstr("<failure type=\"broken\" message=\"3 violations"));
  EXPECT_THAT(xml, HasSubstr("the value &lt;old&gt; &amp; done"));
  EXPECT_THAT(xml, HasSubstr("<error type=\"undecided\" message=\"a node did not answer\">"));
  EXPECT_THAT(xml, HasSubstr("<system-out>flagged, as expected: not promised"));
}

TEST_F(ReportTest, JunitPassesARunThatWasExpectedToBeFlagged) {
  SavedRun expected = record();
  expected.results["exit-code"] = 0;
  EXPECT_THAT(to_junit(expected), HasSubstr("failures=\"1\"")) << "the property alone";
  expected.results["outcome"] = "unknown";
  expected.results["exit-code"] = 2;
  EXPECT_THAT(to_junit(expected), HasSubstr("<error type=\"unknown\""));
}

TEST_F(ReportTest, SvgShowsFaultsAndViolations) {
  const std::string svg = to_svg(record());
  EXPECT_TRUE(svg.starts_with("<svg xmlns="));
  EXPECT_THAT(svg, HasSubstr("<title>violation: broken although promised: latest</title>"));
  EXPECT_THAT(svg, HasSubstr(">kill</text>"));
  EXPECT_THAT(svg, HasSubstr("<rect class=\"v\""));
  EXPECT_THAT(svg, HasSubstr("<rect class=\"bad\""));
}

TEST_F(ReportTest, JsonSaysWhatTheOtherFormsShow) {
  const Json json = parse_json(to_text(record(), ReportFormat::kJson), "report").value();
  EXPECT_EQ(json["results"], results_json());
  EXPECT_EQ(json["test"]["seed"], 7);
  EXPECT_EQ(json["faults"][0]["fault"], "kill");
  EXPECT_EQ(json["series"]["reads"]["whole_run"]["count"], 1);
}

TEST_F(ReportTest, ARunWithoutAnythingHasAReportInEveryForm) {
  const SavedRun nothing;
  for (const ReportFormat format : kAllReportFormats) {
    EXPECT_THAT(to_text(nothing, format),
                HasSubstr(format == ReportFormat::kJson ? "" : "unfinished"))
        << name_of(format);
  }
}

TEST_F(ReportTest, TextsCannotLeaveTheirPlace) {
  EXPECT_EQ(escaped("<a b=\"1\">&'\n\x01"), "&lt;a b=&quot;1&quot;&gt;&amp;'\n\xEF\xBF\xBD");
}

}  // namespace
}  // namespace quorate
