// ResultsIndex: the runs of the results folder, found anew when asked, and read once.
//
// Finding out what is there costs two looks at each folder; what a run says is read when somebody
// wants to see it, and kept until its file changes. Thread-safe: what is slow is done without a
// lock.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "harness/serve/results_scan.h"
#include "harness/serve/run_details.h"
#include "harness/serve/served_folder.h"

namespace quorate {

struct RunQuery {
  std::string filter;   // words, all of which must be in what is told about the run: "r=2 stale"
  std::string outcome;  // "": any
  std::optional<std::string> campaign;  // only runs of this one
  bool outside_campaigns = false;       // only runs of none
  std::size_t page = 0;
  std::size_t size = 50;  // of a page
};

struct ListedRun {
  FoundRun run;
  std::shared_ptr<const RunDetails> details;
};

struct RunPage {
  std::vector<ListedRun> runs;
  std::size_t matching = 0;  // on all pages
  std::size_t all = 0;       // below the results folder
  // Of the runs that match but for `outcome`. Nothing while nobody needed to know.
  std::optional<std::map<std::string, std::size_t>> outcomes;
  bool cut_off = false;
};

class ResultsIndex {
 public:
  // The folder must outlive it. A scan serves whoever asks within `reuse`.
  explicit ResultsIndex(const ServedFolder& folder,
                        Duration reuse = std::chrono::milliseconds(250));

  RunPage page(const RunQuery& query);
  std::shared_ptr<const ResultsScan> scan();
  // Reads what has not been read yet, so that the first filter need not wait. Until `stop`.
  void read_all(const std::atomic<bool>& stop);
  std::size_t files_read() const { return files_read_; }

 private:
  struct Kept {
    FileStamp stamp;
    bool finished = false;
    std::shared_ptr<const RunDetails> details;
  };
  std::shared_ptr<const RunDetails> details_of(const FoundRun& run);
  // Nothing where it must be read.
  std::shared_ptr<const RunDetails> kept_of(const FoundRun& run);
  // Whether all were read, but for a few that are new.
  bool knows_most(const std::vector<const FoundRun*>& runs);
  void forget_gone(const ResultsScan& scan);

  const ServedFolder& folder_;
  const Duration reuse_;
  std::atomic<std::size_t> files_read_ = 0;
  std::mutex scanning_;  // one scan at a time; taken before mutex_
  std::mutex mutex_;
  std::shared_ptr<const ResultsScan> scan_;     // guarded by mutex_
  Instant scanned_{};                           // guarded by mutex_
  std::unordered_map<std::string, Kept> kept_;  // guarded by mutex_
};

}  // namespace quorate
