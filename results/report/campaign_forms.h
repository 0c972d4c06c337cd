// The sum of a campaign in the forms that other programs and job pages take.
#pragma once

#include <string>

#include "results/campaign/summary.h"

namespace quorate {

// For job pages: the sentence, a table of failures, a table of combinations.
std::string to_markdown(const CampaignSummary& summary);

// JUnit XML: a test case for each combination that was run, which fails where one of its runs did,
// is skipped where none could tell, and is in error where the harness failed. A canary that found
// nothing is an error of its own.
std::string to_junit(const CampaignSummary& summary);

// A line for each combination that was run, those that failed first.
std::string to_svg(const CampaignSummary& summary);

// "stale read, 2 of 10 runs (20 %)".
std::string rate_text(const FailureGroup& group, const FailureRate& rate);

}  // namespace quorate
