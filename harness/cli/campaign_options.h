// The options of `quorate campaign` and `quorate merge`, as people write them.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "harness/cli/commands.h"

namespace quorate {

// Texts of the command line that still have to be understood.
struct CampaignTexts {
  std::string file;
  std::string out;
  std::string duration;
  std::string run_time;
  std::string shard = "1/1";
  std::int64_t count = 0;
  int jobs = 0;
  std::string gate;
  std::string junit;
  std::string markdown;
  bool resume = false;
  bool fail_fast = false;
  bool keep_going = false;
  bool init = false;
};

void add_campaign_options(CLI::App* campaign, CampaignTexts* texts, Output* output);
int start_campaign(const CampaignTexts& texts, const Output& output);

struct MergeTexts {
  std::string out;
  std::vector<std::string> parts;
  std::string gate;
  std::string junit;
  std::string markdown;
};

void add_merge_options(CLI::App* merge, MergeTexts* texts, Output* output);
int start_merge(const MergeTexts& texts, const Output& output);

}  // namespace quorate
