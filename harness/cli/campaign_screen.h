// CampaignScreen: how far a campaign is. On a terminal one screen that is drawn again and again;
// elsewhere, and above that screen, a line for each run that ends.
#pragma once

#include "base/time.h"
#include "harness/campaign/run_campaign.h"

namespace quorate {

class CampaignScreen {
 public:
  explicit CampaignScreen(bool quiet);
  ~CampaignScreen() { clear(); }
  CampaignScreen(const CampaignScreen&) = delete;
  CampaignScreen& operator=(const CampaignScreen&) = delete;

  void show(const CampaignProgress& progress);
  void clear();

 private:
  void draw(const CampaignProgress& progress);
  bool quiet_;
  bool live_;
  int lines_ = 0;  // of the screen that is shown
};

// "000012  pass       r=2 w=3 nemesis=kill   5.9 s", and why, where it was not as it must be.
std::string ended_text(const CampaignSummary& summary, const RunRecord& record);

// "3 h 12 min", "45 s".
std::string length_text(double seconds);

}  // namespace quorate
