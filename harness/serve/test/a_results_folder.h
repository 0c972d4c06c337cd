// A results folder for tests: runs and campaigns as small as they can be.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "base/test/temporary_folder.h"
#include "harness/serve/served_folder.h"
#include "results/campaign/campaign_folder.h"

namespace quorate {

class AResultsFolder {
 public:
  AResultsFolder() { std::filesystem::create_directories(path()); }

  std::filesystem::path path() const { return scratch_ / "results"; }
  // Beside it: what must never be read.
  std::filesystem::path outside() const { return scratch_ / "outside"; }
  ServedFolder open() const { return std::move(*ServedFolder::open(path())); }

  void write(const std::string& below, const std::string& content) const {
    const auto file = path() / below;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }
  // `outcome` "": it has no verdict yet.
  void add_run(const std::string& below, const std::string& outcome, int r = 2) const {
    const Json test{{"workload", "register"},
                    {"n", 3},
                    {"r", r},
                    {"nemesis", {"kill", "partition"}},
                    {"seed", 7},
                    {"environment", {{"started", "2026-11-26T10:00:00Z"}, {"commit", "abc"}}}};
    write(below + "/test.json", test.dump());
    if (outcome.empty()) return;
    const Json results{{"outcome", outcome},
                       {"sentence", "this is why: " + outcome},
                       {"properties",
                        {{{"property", "latest"},
                          {"promised", true},
                          {"standing", "broken"},
                          {"violation_count", 4}},
                         {{"property", "causal"}, {"promised", false}, {"standing", "broken"}},
                         {{"property", "converges"}, {"promised", true}, {"standing", "held"}}}},
                       {"measures",
                        {{"staleness", {{"stale_share", 0.25}, {"k_max", 3}}},
                         {"exercised", {{"ok-reads", 10}, {"ok-writes", 5}, {"failed", 1}}},
                         {"timing", {{"total-s", 1.5}}}}}};
    write(below + "/results.json", results.dump());
  }
  CampaignFolder add_campaign(const std::string& below) const {
    CampaignHead head{.name = "small", .seed = 1, .planned = 4, .file = Json::object()};
    head.combinations.push_back({.number = 0, .text = "r=1"});
    head.combinations.push_back({.number = 1, .text = "r=2"});
    return std::move(*CampaignFolder::create(path() / below, head));
  }
  static RunRecord record(int number, RunOutcome outcome = RunOutcome::kPass) {
    RunRecord record;
    record.name = "00000" + std::to_string(number);
    record.number = number;
    record.combination = number % 2;
    record.outcome = outcome;
    record.exit_code = exit_code(outcome);
    record.sentence = "as it is";
    if (outcome == RunOutcome::kViolation)
      record.signature = Signature{"stale read", "all", "none"};
    return record;
  }

 private:
  TemporaryFolder scratch_;
};

}  // namespace quorate
