#include "harness/serve/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/serve/test/a_results_folder.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class SiteTest : public testing::Test {
 protected:
  SiteTest() {
    results_.add_run("runs/one", "pass");
    results_.add_run("runs/two", "violation");
    results_.add_campaign("tonight");
    fs::create_directories(results_.outside());
    std::ofstream(results_.outside() / "secret") << "secret";
  }
  SiteParts parts() {
    SiteParts parts;
    parts.folder = &folder_;
    parts.index = &index_;
    parts.page = {{"/", "text/html; charset=utf-8", "the page"}};
    parts.make_report = [](const fs::path& path) -> Result<std::string> {
      return fs::exists(path / "test.json") ? "made" : "wrong folder";
    };
    return parts;
  }
  SiteAnswer get(const std::string& target, const std::string& method = "GET",
                 const std::string& host = "127.0.0.1:8080") {
    return Site(parts()).answer({.method = method, .target = target, .host = host});
  }
  Json json(const std::string& target) {
    const SiteAnswer answer = get(target);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    return Json::parse(answer.body);
  }

  AResultsFolder results_;
  ServedFolder folder_ = results_.open();
  ResultsIndex index_{folder_, Duration::zero()};
};

TEST_F(SiteTest, OnlyShows) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", ""}) {
    EXPECT_EQ(get("/", method).status, 405) << method;
  }
  EXPECT_EQ(get("/", "HEAD").status, 200);
  EXPECT_EQ(get("/").body, "the page");
}

TEST_F(SiteTest, AnswersToTheNamesOfThisMachineOnly) {
  for (const char* host : {"127.0.0.1", "localhost:1", "[::1]:8080", "localhost"}) {
    EXPECT_EQ(get("/", "GET", host).status, 200) << host;
  }
  for (const char* host : {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
                           "127.0.0.1:", "127.0.0.1:80x", "localhost@evil", "[::1]x", "0.0.0.0"}) {
    EXPECT_EQ(get("/", "GET", host).status, 421) << host;
  }
  SiteParts open = parts();
  open.only_local_names = false;
  EXPECT_EQ(Site(open).answer({.method = "GET", .target = "/", .host = "box"}).status, 200);
}

TEST_F(SiteTest, ListsAndFilters) {
  EXPECT_EQ(json("/api/runs")["runs"].size(), 2u);
  EXPECT_EQ(json("/api/runs?outcome=violation")["runs"][0]["path"], "runs/two");
  EXPECT_EQ(json("/api/runs?filter=is+why%3A+pass")["matching"], 1);
  EXPECT_EQ(json("/api/runs?size=1&page=1")["runs"].size(), 1u);
  EXPECT_EQ(json("/api/runs?in=campaign%3Atonight")["matching"], 0);
  EXPECT_EQ(json("/api/runs?in=none")["matching"], 2);
  EXPECT_EQ(json("/api/campaigns")["campaigns"][0]["path"], "tonight");
  for (const char* bad : {"page=-1", "page=x", "size=501", "in=all", "filter=%"}) {
    EXPECT_EQ(get(std::string("/api/runs?") + bad).status, 400) << bad;
  }
  EXPECT_EQ(get("/api/runs?filter=" + std::string(300, 'x')).status, 400);
}

TEST_F(SiteTest, ComparesTwoRuns) {
  results_.add_run("runs/three", "", 3);
  const Json both = json("/api/compare?a=runs/one&b=runs%2Fthree");
  EXPECT_EQ(both["configuration"][0]["name"], "r");
  EXPECT_EQ(both["b"]["outcome"], "unfinished");
  EXPECT_EQ(get("/api/compare?a=runs/one").status, 404);
  EXPECT_EQ(get("/api/compare?a=runs/one&b=../outside").status, 400);
  EXPECT_EQ(get("/api/compare?a=runs/one&b=%2e%2e/outside").status, 400);
}

TEST_F(SiteTest, ShowsAReportWhichMayAskNobodyForAnything) {
  const SiteAnswer made = get("/report/runs/one");
  EXPECT_EQ(made.body, "made");
  EXPECT_THAT(made.policy, HasSubstr("sandbox allow-scripts"));
  EXPECT_THAT(made.policy, Not(HasSubstr("allow-same-origin")));
  EXPECT_THAT(made.policy, Not(HasSubstr("connect-src")));
  results_.write("runs/one/report.html", "ready");
  EXPECT_TRUE(get("/report/runs/one").file.descriptor);
  EXPECT_TRUE(get("/report/runs/one/report.html").file.descriptor);
  EXPECT_EQ(get("/report/runs/two/report.html").body, "made");
  EXPECT_EQ(get("/report/report.html").status, 404);
  EXPECT_EQ(get("/report/tonight").status, 404);
  EXPECT_THAT(get("/report/tonight").body, HasSubstr("when it stops"));
  EXPECT_EQ(get("/report/none").status, 404);
}

TEST_F(SiteTest, MakesNoReportThroughLinks) {
  fs::create_symlink(results_.outside() / "secret", results_.path() / "runs/one/history.jsonl");
  EXPECT_EQ(get("/report/runs/one").status, 400);
  fs::create_directories(results_.path() / "runs/two/pictures");
  fs::create_symlink(results_.outside() / "secret", results_.path() / "runs/two/pictures/a.svg");
  EXPECT_EQ(get("/report/runs/two").status, 400);
  results_.add_run("runs/three", "pass");
  fs::create_symlink(results_.outside() / "secret", results_.path() / "runs/three/report.html");
  EXPECT_EQ(get("/report/runs/three").status, 400);
}

TEST_F(SiteTest, GivesFilesOutAsWhatCanDoNothing) {
  const SiteAnswer file = get("/files/runs/one/test.json");
  EXPECT_EQ(file.type, "application/json");
  EXPECT_TRUE(file.file.descriptor);
  EXPECT_THAT(file.policy, HasSubstr("sandbox"));
  EXPECT_EQ(content_type_of("report.html"), "text/plain; charset=utf-8");
  EXPECT_EQ(content_type_of("a.svg"), "image/svg+xml");
  EXPECT_EQ(content_type_of("history.jsonl"), "text/plain; charset=utf-8");
  EXPECT_EQ(content_type_of("a.js"), "application/octet-stream");
  EXPECT_EQ(get("/files/runs").status, 404);
  EXPECT_EQ(get("/files/").status, 404);
  EXPECT_EQ(get("/files/../outside/secret").status, 400);
  EXPECT_EQ(get("/files/%2e%2e/outside/secret").status, 400);
}

TEST_F(SiteTest, FollowsFromThePlaceThatABrowserCameTo) {
  EXPECT_EQ(get("/api/events/tonight?from=5").follow->from, 5u);
  EXPECT_EQ(get("/api/events/tonight").follow->from, 0u);
  const SiteAnswer again = Site(parts()).answer({.method = "GET",
                                                 .target = "/api/events/tonight?from=5",
                                                 .host = "localhost",
                                                 .last_event_id = "9"});
  EXPECT_EQ(again.follow->from, 9u);
  EXPECT_EQ(get("/api/events/tonight?from=x").status, 400);
  EXPECT_EQ(get("/api/events/tonight?from=99999999999999999999").status, 400);
  EXPECT_EQ(get("/api/events/runs/one").status, 404);
  EXPECT_EQ(json("/api/campaign/tonight")["sum"]["name"], "small");
  EXPECT_EQ(get("/api/campaign/none").status, 404);
}

TEST_F(SiteTest, KnowsNoOtherPages) {
  for (const char* target : {"/none", "/api", "/api/", "/api/runs/", "/report", "/index.html"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
  EXPECT_EQ(get("nothing").status, 400);
}

}  // namespace
}  // namespace quorate
