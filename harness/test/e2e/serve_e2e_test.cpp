// `quorate serve` over TCP: what browsers ask, and what nobody should.
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/file.h"
#include "harness/serve/test/a_results_folder.h"
#include "harness/test/e2e/cli.h"
#include "harness/test/e2e/raw_client.h"

namespace quorate::e2e {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "what must never be read";

class ServeE2e : public testing::Test {
 protected:
  ServeE2e() {
    fs::create_directories(results_.outside());
    std::ofstream(results_.outside() / "secret") << kSecret;
    results_.add_run("runs/one", "pass");
    results_.add_run("runs/two", "violation", 1);
  }

  void start(std::vector<std::string> more = {}) {
    std::vector<std::string> all{"serve", results_.path().string(), "--port", "0", "--json"};
    all.insert(all.end(), more.begin(), more.end());
    server_ = std::make_unique<Cli>(scratch_.path(), all);
    ASSERT_TRUE(eventually([&] { return !server_->out_so_far().empty(); }, 60s));
    port_ = Json::parse(server_->out_so_far())["port"].get<std::uint16_t>();
  }
  HttpReply get(const std::string& target) const { return ask(port_, target); }
  Json json(const std::string& target) const {
    const HttpReply reply = get(target);
    EXPECT_EQ(reply.status, 200) << target << "\n" << reply.body;
    return Json::parse(reply.body, nullptr, false);
  }
  HttpReply say(const std::string& text) const {
    RawClient client(port_);
    client.say(text);
    client.half_close();
    client.hear_end(30s);
    return reply_in(client.heard());
  }
  std::size_t files_open() const {
    std::size_t count = 0;
    const fs::path folder = "/proc/" + std::to_string(server_->pid()) + "/fd";
    for ([[maybe_unused]] const auto& each : fs::directory_iterator(folder)) ++count;
    return count;
  }

  AResultsFolder results_;
  TemporaryFolder scratch_;
  std::unique_ptr<Cli> server_;
  std::uint16_t port_ = 0;
};

TEST_F(ServeE2e, TellsWhereItListensAndEndsWellWhenInterrupted) {
  start();
  EXPECT_EQ(get("/api/runs").status, 200);
  const Finished taken =
      Cli(scratch_.path(), {"serve", results_.path().string(), "--port", std::to_string(port_)})
          .wait();
  EXPECT_EQ(taken.exit_code, 255);
  EXPECT_THAT(taken.err, HasSubstr("port " + std::to_string(port_) + " is taken"));
  RawClient waiting(port_);  // it keeps nobody from ending
  server_->signal(SIGINT);
  EXPECT_EQ(server_->wait(10s).exit_code, 0);
  const Finished none = Cli(scratch_.path(), {"serve", "none"}).wait();
  EXPECT_EQ(none.exit_code, 254);
  EXPECT_THAT(none.err, HasSubstr("there is no none"));
  const Finished odd = Cli(scratch_.path(), {"serve", ".", "--bind", "everywhere"}).wait();
  EXPECT_EQ(odd.exit_code, 254);
}

TEST_F(ServeE2e, ListsFiltersComparesAndGivesFilesOut) {
  start();
  EXPECT_EQ(json("/api/runs")["runs"].size(), 2u);
  EXPECT_EQ(json("/api/runs?filter=r%3D1")["runs"][0]["path"], "runs/two");
  EXPECT_EQ(json("/api/compare?a=runs/one&b=runs/two")["configuration"][0]["name"], "r");
  const HttpReply file = get("/files/runs/one/test.json");
  EXPECT_EQ(file.body, *read_file(results_.path() / "runs/one/test.json"));
  EXPECT_THAT(file.head, HasSubstr("X-Content-Type-Options: nosniff"));
  EXPECT_THAT(file.head, HasSubstr("Content-Security-Policy: default-src 'none'"));
  const HttpReply head = ask(port_, "/files/runs/one/test.json", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_THAT(head.head, HasSubstr("Content-Length: " + std::to_string(file.body.size())));
  EXPECT_EQ(ask(port_, "/api/runs", "HEAD").body, "");
  std::string large(20 << 20, 'x');
  results_.write("large.txt", large);
  EXPECT_EQ(get("/files/large.txt").body, large);
}

TEST_F(ServeE2e, ServesManyRequestsOnOneConnection) {
  start();
  RawClient client(port_);
  for (int i = 0; i < 20; ++i) {
    const std::string mark = "\"size\":" + std::to_string(i + 1);
    client.say("GET /api/runs?size=" + std::to_string(i + 1) +
               " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_TRUE(client.hear(mark)) << i;
  }
}

TEST_F(ServeE2e, NoPathLeadsOutOfTheFolder) {
  fs::create_directory_symlink("one", results_.path() / "runs/latest");
  fs::create_directory_symlink("../outside", results_.path() / "out");
  fs::create_symlink(results_.outside() / "secret", results_.path() / "secret");
  fs::create_directory_symlink("/", results_.path() / "root");
  start();
  EXPECT_EQ(get("/files/runs/latest/test.json").status, 200);
  const std::string absolute = (results_.outside() / "secret").string();
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "../";
  for (const std::string& way : std::vector<std::string>{"../outside/secret",
                                                         "runs/../../outside/secret",
                                                         "%2e%2e/outside/secret",
                                                         "%2E%2E/outside/secret",
                                                         ".%2e/outside/secret",
                                                         "..%2foutside%2fsecret",
                                                         "..%2Foutside%2Fsecret",
                                                         "%2e%2e%2foutside%2fsecret",
                                                         "%252e%252e/outside/secret",
                                                         "%252e%252e%252foutside%252fsecret",
                                                         "..%252foutside%252fsecret",
                                                         "..\\outside\\secret",
                                                         "..%5coutside%5csecret",
                                                         "..%c0%afoutside%c0%afsecret",
                                                         "..;/outside/secret",
                                                         "/etc/passwd",
                                                         "//etc/passwd",
                                                         "%2fetc%2fpasswd",
                                                         absolute,
                                                         absolute.substr(1),
                                                         deep + "etc/passwd",
                                                         deep + absolute.substr(1),
                                                         "out/secret",
                                                         "secret",
                                                         "root/etc/passwd",
                                                         "runs/one/test.json%00",
                                                         "%00",
                                                         "..%00/outside/secret",
                                                         "file:///etc/passwd",
                                                         "out%2fsecret",
                                                         "runs/latest/../../../outside/secret",
                                                         "runs/one/../../../outside/secret",
                                                         ".",
                                                         "..",
                                                         "...",
                                                         "~",
                                                         "~root/.profile",
                                                         "%",
                                                         "%2",
                                                         "%zz"}) {
    for (const char* page : {"/files/", "/report/", "/api/campaign/", "/api/events/"}) {
      const HttpReply reply = get(page + way);
      EXPECT_THAT(reply.status, AnyOf(400, 404)) << page << way << "\n" << reply.body;
      EXPECT_THAT(reply.body, Not(HasSubstr(kSecret))) << page << way;
      EXPECT_THAT(reply.body, Not(HasSubstr("root:x:"))) << page << way;
    }
    const HttpReply reply = get("/api/compare?a=runs/one&b=" + way);
    EXPECT_THAT(reply.status, AnyOf(400, 404)) << way << "\n" << reply.body;
    EXPECT_THAT(reply.body, Not(HasSubstr(kSecret))) << way;
  }
  for (const char* target : {"../outside/secret", "/../outside/secret",
                             "http://localhost/files/secret", "*", "/files/../../outside/secret"}) {
    EXPECT_THAT(get(target).status, AnyOf(400, 404)) << target;
  }
}

TEST_F(ServeE2e, RefusesWhatItDoesNotServe) {
  start();
  const std::string host = "Host: localhost\r\n";
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "BREW"}) {
    EXPECT_THAT(ask(port_, "/api/runs", method).status, AnyOf(405, 400)) << method;
  }
  EXPECT_EQ(ask(port_, "/", "POST").status, 405);
  EXPECT_THAT(ask(port_, "/", "POST").head, HasSubstr("Allow: GET, HEAD"));
  EXPECT_EQ(say("POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello").status, 405);
  EXPECT_EQ(say("GET / HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nhello").status, 400);
  EXPECT_EQ(
      say("POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status,
      405);
  EXPECT_EQ(ask(port_, "/api/runs", "GET", "Host: evil.example\r\n").status, 421);
  EXPECT_EQ(ask(port_, "/api/runs", "GET", "").status, 421);
  EXPECT_EQ(ask(port_, "/api/runs", "GET", host + "X: " + std::string(20'000, 'x') + "\r\n").status,
            431);
  EXPECT_EQ(ask(port_, "/" + std::string(20'000, 'x')).status, 431);
  std::string many = host;
  for (int i = 0; i < 2000; ++i) many += "X" + std::to_string(i) + ": 1\r\n";
  EXPECT_EQ(ask(port_, "/", "GET", many).status, 431);
  for (const std::string& text : std::vector<std::string>{
           "GET /\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\nnonsense\r\n\r\n",
           std::string("\x16\x03\x01\x02\x00\x01", 6) + std::string(100, '\xff'),
           "GET / HTTP/1.1\r\nbroken header\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"}) {
    EXPECT_THAT(say(text).status, AnyOf(400, 0)) << text;
  }
  for (const std::string& half : std::vector<std::string>{"", "G", "GET / HT", "GET / HTTP/1.1\r\n",
                                                          "GET / HTTP/1.1\r\nHost: loc"}) {
    EXPECT_THAT(say(half).status, AnyOf(400, 0)) << half;
  }
  EXPECT_EQ(get("/api/runs").status, 200) << "it still serves";
}

TEST_F(ServeE2e, AnswersTwoHundredConnectionsAtOnce) {
  start();
  const std::size_t before = files_open();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<RawClient>(port_));
  for (const auto& client : clients) {
    ASSERT_TRUE(client->connected());
    ASSERT_TRUE(client->say("GET /api/runs HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }
  for (const auto& client : clients) {
    ASSERT_TRUE(client->hear("\"matching\":2", 60s));
    EXPECT_EQ(reply_in(client->heard()).status, 200);
  }
  clients.clear();
  EXPECT_TRUE(eventually([&] { return files_open() <= before; }, 30s)) << files_open();
}

TEST_F(ServeE2e, IsRightAboutTenThousandRuns) {
  for (int i = 0; i < 10'000; ++i) {
    results_.add_run("many/" + std::to_string(i), i % 4 == 0 ? "violation" : "pass", i);
  }
  start();
  const Json first = json("/api/runs?filter=many");
  EXPECT_EQ(first["matching"], 10'000);
  EXPECT_EQ(first["all"], 10'002);
  EXPECT_EQ(first["outcomes"]["violation"], 2500);
  EXPECT_EQ(json("/api/runs?filter=r%3D7777")["runs"][0]["path"], "many/7777");
  std::set<std::string> paths;
  for (int page = 0; page < 20; ++page) {
    const Json part = json("/api/runs?filter=many&size=500&page=" + std::to_string(page));
    for (const Json& run : part["runs"]) paths.insert(run["path"].get<std::string>());
  }
  EXPECT_EQ(paths.size(), 10'000u);
  results_.add_run("many/1", "violation", 1);
  fs::remove_all(results_.path() / "many/3");
  EXPECT_TRUE(eventually(
      [&] {
        const Json now = json("/api/runs?filter=many");
        return now["matching"] == 9999 && now["outcomes"]["violation"] == 2501;
      },
      20s));
}

TEST_F(ServeE2e, FollowsACampaignWhileItRuns) {
  std::ofstream(scratch_ / "campaign.json") << R"({
    "name": "small", "seeds": 3, "options": {"nodes": 3, "time": "300ms", "concurrency": 4},
    "axes": {"r": [2, 3]}, "canary": false, "repeats": 0})";
  start();
  const fs::path out = results_.path() / "campaigns/now";
  Cli campaign(scratch_.path(), {"campaign", (scratch_ / "campaign.json").string(), "--out",
                                 out.string(), "--jobs", "1", "--quiet"});
  ASSERT_TRUE(eventually([&] { return CampaignFolder::is_one(out); }, 60s));
  const Json before = json("/api/campaign/campaigns/now");
  const std::string from = before["ledger-end"].dump();
  RawClient follower(port_);
  follower.say("GET /api/events/campaigns/now?from=" + from +
               " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(follower.hear("\"stopped\":false", 30s));
  ASSERT_TRUE(follower.hear("event: run", 60s));
  EXPECT_THAT(campaign.wait(120s).exit_code, AnyOf(0, 1, 2));
  ASSERT_TRUE(follower.hear("\"stopped\":true", 30s)) << follower.heard();
  std::string runs;
  std::istringstream lines(follower.heard());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("data: {\"run\"")) runs += line.substr(6) + "\n";
  }
  const std::string ledger = *read_file(out / "runs.jsonl");
  EXPECT_EQ(runs, ledger.substr(before["ledger-end"].get<std::size_t>()));
  const Json after = json("/api/campaign/campaigns/now");
  EXPECT_EQ(after["records"], 6);
  EXPECT_EQ(after["stopped"], true);
  EXPECT_EQ(after["sum"], json_file(out / "results.json"));
  EXPECT_EQ(json("/api/runs?in=campaign:campaigns/now")["matching"], 6);
}

TEST_F(ServeE2e, ForgetsAFollowerThatGoes) {
  const CampaignFolder campaign = results_.add_campaign("c");
  start();
  const std::size_t before = files_open();
  for (int i = 0; i < 50; ++i) {
    RawClient follower(port_);
    follower.say("GET /api/events/c HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_TRUE(follower.hear("retry: 1000"));
  }
  EXPECT_TRUE(eventually([&] { return files_open() <= before; }, 30s)) << files_open();
}

TEST_F(ServeE2e, GoesOnFromWhereABrowserLostTheStream) {
  CampaignFolder campaign = results_.add_campaign("c");
  ASSERT_TRUE(campaign.append(AResultsFolder::record(0)));
  const auto place = fs::file_size(results_.path() / "c/runs.jsonl");
  ASSERT_TRUE(campaign.append(AResultsFolder::record(1)));
  start();
  RawClient follower(port_);
  follower.say("GET /api/events/c?from=0 HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " +
               std::to_string(place) + "\r\n\r\n");
  ASSERT_TRUE(follower.hear("\"000001\""));
  EXPECT_THAT(follower.heard(), Not(HasSubstr("\"000000\"")));
  // Half a line is none; a ledger that is replaced is told of.
  std::ofstream(results_.path() / "c/runs.jsonl", std::ios::app) << "{\"run\":\"half";
  ASSERT_FALSE(follower.hear("half", 600ms));
  std::ofstream(results_.path() / "c/runs.jsonl", std::ios::app) << "\"}\n";
  ASSERT_TRUE(follower.hear("data: {\"run\":\"half\"}"));
  std::ofstream(results_.path() / "c/runs.jsonl") << "{}\n";
  ASSERT_TRUE(follower.hear("event: anew"));
}

}  // namespace
}  // namespace quorate::e2e
