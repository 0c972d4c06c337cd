#include "harness/serve/results_scan.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace quorate {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

// A file of this name below an open folder; nothing where there is none, or no regular file.
std::optional<FileStamp> stamp_at(int folder, const std::string& name) {
  struct stat about {};
  if (fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  if (!S_ISREG(about.st_mode)) return std::nullopt;
  return FileStamp{about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec,
                   static_cast<std::uint64_t>(about.st_size), about.st_ino};
}

bool is_folder(int parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat about {};
  return fstatat(parent, entry.d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode);
}

class Scanner {
 public:
  Scanner(const ServedFolder& folder, const ScanLimits& limits)
      : folder_(folder), limits_(limits) {}

  ResultsScan scan() {
    const Result<FileDescriptor> root = folder_.folder("");
    if (root) visit(root->get(), ".", "", std::nullopt, 0);
    const auto later = [](const auto& a, const auto& b) {
      return std::tie(b.changed_ns, a.path) < std::tie(a.changed_ns, b.path);
    };
    std::sort(found_.campaigns.begin(), found_.campaigns.end(), later);
    std::sort(found_.runs.begin(), found_.runs.end(), [](const FoundRun& a, const FoundRun& b) {
      return std::tie(b.stamp.changed_ns, a.path) < std::tie(a.stamp.changed_ns, b.path);
    });
    return std::move(found_);
  }

 private:
  // `name` is a folder in `parent`; `path` is where it is below the results folder.
  void visit(int parent, const std::string& name, const std::string& path,
             const std::optional<std::string>& campaign, int depth) {
    if (const auto test = stamp_at(parent, name + "/test.json")) {
      const auto results = stamp_at(parent, name + "/results.json");
      found_.runs.push_back({.path = path,
                             .campaign = campaign.value_or(""),
                             .in_campaign = campaign.has_value(),
                             .finished = results.has_value(),
                             .stamp = results.value_or(*test)});
      return;
    }
    std::optional<std::string> within = campaign;
    if (const auto head = stamp_at(parent, name + "/campaign.json")) {
      const auto ledger = stamp_at(parent, name + "/runs.jsonl");
      found_.campaigns.push_back({path, ledger.value_or(*head).changed_ns});
      within = path;
    }
    if (depth == limits_.depth) {
      found_.cut_off = true;
      return;
    }
    visit_inside(path, within, depth);
  }

  void visit_inside(const std::string& path, const std::optional<std::string>& campaign,
                    int depth) {
    Result<FileDescriptor> opened = folder_.folder(path);
    if (!opened) return;
    const std::unique_ptr<DIR, CloseFolder> listing(fdopendir(opened->get()));
    if (listing == nullptr) return;
    const int here = opened->release();  // the listing closes it
    while (const dirent* entry = readdir(listing.get())) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (++entries_ > limits_.entries) {
        found_.cut_off = true;
        return;
      }
      if (!is_folder(here, *entry)) continue;
      visit(here, name, path.empty() ? name : path + "/" + name, campaign, depth + 1);
    }
  }

  const ServedFolder& folder_;
  const ScanLimits& limits_;
  std::size_t entries_ = 0;
  ResultsScan found_;
};

}  // namespace

ResultsScan scan_results(const ServedFolder& folder, const ScanLimits& limits) {
  return Scanner(folder, limits).scan();
}

}  // namespace quorate
