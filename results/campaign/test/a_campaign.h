// Runs of a campaign, for tests.
#pragma once

#include <string>
#include <utility>

#include "results/campaign/campaign_folder.h"
#include "results/campaign/run_record.h"

namespace quorate {

inline CampaignHead head_of(int combinations) {
  CampaignHead head{.name = "a & b", .seed = 7, .planned = 10};
  head.file = Json::object();
  for (int i = 0; i < combinations; ++i) {
    head.combinations.push_back({i, {{"r", i}}, {{"r", i}, {"w", 1}}, "r=" + std::to_string(i)});
  }
  return head;
}

inline RunRecord passed(std::int64_t number, std::int64_t combination) {
  RunRecord record{.name = std::to_string(number), .number = number, .combination = combination};
  record.outcome = RunOutcome::kPass;
  record.exit_code = 0;
  record.operations = 100;
  record.load_s = 5;
  record.total_s = 6;
  record.ended = "2026-11-26T00:00:00Z";
  return record;
}

inline RunRecord failed(std::int64_t number, std::int64_t combination, std::int64_t operations,
                        std::string anomaly = "stale read") {
  RunRecord record = passed(number, combination);
  record.outcome = RunOutcome::kViolation;
  record.exit_code = 1;
  record.operations = operations;
  record.sentence = "broken although promised: latest";
  record.signature = Signature{std::move(anomaly), "r + w > n", "kill"};
  return record;
}

}  // namespace quorate
