#include "harness/campaign/merge.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "harness/campaign/retention.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

struct PlacedRecord {
  RunRecord record;
  fs::path part;
};

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

Result<void> require_one_campaign(const CampaignHead& first, const CampaignHead& other,
                                  const fs::path& path) {
  if (first.seed == other.seed && first.planned == other.planned &&
      first.shard.of == other.shard.of &&
      to_json(first).at("combinations") == to_json(other).at("combinations")) {
    return {};
  }
  return invalid(
      fmt::format("{} is no part of the same campaign: its seed, its combinations or the "
                  "number of shards differ",
                  path.string()));
}

// Hard links where they can be made: run folders are large, and nobody changes them.
Result<void> copy_run(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return {};
  constexpr auto kRecursive = fs::copy_options::recursive | fs::copy_options::copy_symlinks;
  fs::copy(from, to, kRecursive | fs::copy_options::create_hard_links, error);
  if (!error) return {};
  fs::remove_all(to, error);
  error.clear();
  fs::copy(from, to, kRecursive, error);
  if (error)
    return io_error(fmt::format("copy {} to {}", from.string(), to.string()), error.value());
  return {};
}

class Merger {
 public:
  Merger(const std::vector<fs::path>& parts, const fs::path& out) : parts_(parts), out_(out) {}

  Result<CampaignSummary> merge() {
    if (auto read = read_parts(); !read) return read.error();
    std::sort(placed_.begin(), placed_.end(), [](const PlacedRecord& a, const PlacedRecord& b) {
      return std::tie(a.record.number, a.record.kind, a.record.name) <
             std::tie(b.record.number, b.record.kind, b.record.name);
    });
    head_.shard = Shard{};
    CampaignSummary summary(head_);
    std::set<std::string> slim;
    for (const PlacedRecord& placed : placed_) {
      for (std::string& name : summary.add(placed.record)) slim.insert(std::move(name));
    }
    if (auto written = write(slim); !written) return written.error();
    return summary;
  }

 private:
  Result<void> read_parts() {
    std::map<std::string, fs::path> seen;
    for (const fs::path& path : parts_) {
      const auto folder = CampaignFolder::open(path);
      if (!folder) return folder.error();
      const auto head = folder->head();
      if (!head) return head.error();
      if (seen_head_) {
        if (auto same = require_one_campaign(head_, *head, path); !same) return same;
        head_.keep = std::min(head_.keep, head->keep);  // more was not kept of every group
      } else {
        head_ = *head;
        seen_head_ = true;
      }
      const auto records = folder->records();
      if (!records) return records.error();
      for (const RunRecord& record : *records) {
        const auto [other, fresh] = seen.try_emplace(record.name, path);
        if (!fresh) {
          return invalid(fmt::format("run {} is in {} and in {}: the same shard twice?",
                                     record.name, other->second.string(), path.string()));
        }
        placed_.push_back({record, path});
      }
    }
    return {};
  }

  // Under another name until it is whole.
  Result<void> write(const std::set<std::string>& slim) {
    std::error_code error;
    if (fs::exists(out_, error) && !fs::is_empty(out_, error)) {
      return invalid(fmt::format("{} is there already, and not empty", out_.string()));
    }
    fs::path partial = out_;
    partial += ".partial";
    fs::remove_all(partial, error);
    if (auto filled = fill(partial, slim); !filled) {
      fs::remove_all(partial, error);
      return filled;
    }
    fs::remove(out_, error);
    fs::rename(partial, out_, error);
    if (error)
      return io_error(fmt::format("rename {} to {}", partial.string(), out_.string()),
                      error.value());
    return {};
  }

  Result<void> fill(const fs::path& path, const std::set<std::string>& slim) const {
    Result<CampaignFolder> folder = CampaignFolder::create(path, head_);
    if (!folder) return folder.error();
    CampaignSummary summary(head_);
    for (const PlacedRecord& placed : placed_) {
      const std::string& name = placed.record.name;
      if (auto copied = copy_run(placed.part / "runs" / name, folder->run_path(name)); !copied) {
        return copied;
      }
      if (slim.contains(name)) {
        if (auto slimmed = slim_run_folder(folder->run_path(name)); !slimmed) return slimmed;
      }
      if (auto appended = folder->append(placed.record); !appended) return appended;
      summary.add(placed.record);
    }
    return folder->write("results.json", to_json(summary).dump(2) + "\n");
  }

  const std::vector<fs::path>& parts_;
  const fs::path& out_;
  CampaignHead head_;
  bool seen_head_ = false;
  std::vector<PlacedRecord> placed_;
};

}  // namespace

Result<CampaignSummary> merge_campaigns(const std::vector<fs::path>& parts, const fs::path& out) {
  if (parts.empty()) return invalid("there is nothing to merge");
  return Merger(parts, out.has_filename() ? out : out.parent_path()).merge();
}

}  // namespace quorate
