#include "results/campaign/campaign_folder.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

namespace quorate {
namespace {

namespace fs = std::filesystem;

Json to_json(const Combination& combination) {
  Json json{
      {"text", combination.text}, {"axes", combination.axes}, {"options", combination.options}};
  if (!combination.scenario.empty()) json["scenario"] = combination.scenario;
  if (combination.planted) json["planted"] = true;
  return json;
}

CampaignHead read_head(const Json& json) {
  CampaignHead head;
  json.at("name").get_to(head.name);
  json.at("seed").get_to(head.seed);
  json.at("planned").get_to(head.planned);
  json.at("shard").at("number").get_to(head.shard.number);
  json.at("shard").at("of").get_to(head.shard.of);
  json.at("keep").get_to(head.keep);
  head.file = json.at("file");
  for (const Json& each : json.at("combinations")) {
    Combination combination;
    combination.number = static_cast<std::int64_t>(head.combinations.size());
    each.at("text").get_to(combination.text);
    combination.axes = each.at("axes");
    combination.options = each.at("options");
    combination.scenario = each.value("scenario", "");
    combination.planted = each.value("planted", false);
    head.combinations.push_back(std::move(combination));
  }
  head.skipped = json.at("skipped");
  head.environment = json.at("environment");
  return head;
}

// The whole lines of a text: what follows the last line's end was never finished.
std::string_view whole_lines(std::string_view text) {
  const std::size_t end = text.rfind('\n');
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

}  // namespace

Json to_json(const CampaignHead& head) {
  Json combinations = Json::array();
  for (const Combination& combination : head.combinations) {
    combinations.push_back(to_json(combination));
  }
  return {
      {"name", head.name},       {"seed", head.seed},
      {"planned", head.planned}, {"shard", {{"number", head.shard.number}, {"of", head.shard.of}}},
      {"keep", head.keep},       {"combinations", std::move(combinations)},
      {"skipped", head.skipped}, {"environment", head.environment},
      {"file", head.file}};
}

Result<CampaignHead> campaign_head_from_json(const Json& json) {
  try {
    return read_head(json);
  } catch (const nlohmann::json::exception& wrong) {
    return Error{ErrorCode::kCorrupt, fmt::format("campaign.json: {}", wrong.what())};
  }
}

Result<CampaignFolder> CampaignFolder::create(const fs::path& path, const CampaignHead& head) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_empty(path, error)) {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{} is not empty: a campaign needs a folder of its own (or --resume, to "
                    "go on with the one that is there)",
                    path.string())};
  }
  if (auto made = make_directories(path / "runs"); !made) return made.error();
  CampaignFolder folder(path);
  if (auto written = folder.write("campaign.json", to_json(head).dump(2) + "\n"); !written) {
    return written.error();
  }
  if (auto claimed = folder.claim(); !claimed) return claimed.error();
  return folder;
}

Result<CampaignFolder> CampaignFolder::open(const fs::path& path) {
  if (!is_one(path)) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} is no campaign: it has no campaign.json", path.string())};
  }
  return CampaignFolder(path);
}

bool CampaignFolder::is_one(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path / "campaign.json", error);
}

Result<CampaignHead> CampaignFolder::head() const {
  const fs::path path = path_ / "campaign.json";
  const Result<std::string> text = read_file(path);
  if (!text) return text.error();
  const Result<Json> json = parse_json(*text, path.string());
  if (!json) return json.error();
  return campaign_head_from_json(*json);
}

Result<std::vector<RunRecord>> CampaignFolder::records() const {
  std::vector<RunRecord> records;
  std::error_code error;
  if (!fs::exists(ledger_path(), error)) return records;
  const Result<std::string> text = read_file(ledger_path());
  if (!text) return text.error();
  std::string_view lines = whole_lines(*text);
  for (int number = 1; !lines.empty(); ++number) {
    const std::size_t end = lines.find('\n');
    const std::string where = fmt::format("{}, line {}", ledger_path().string(), number);
    const Result<Json> json = parse_json(lines.substr(0, end), where);
    if (!json) return json.error();
    Result<RunRecord> record = run_record_from_json(*json);
    if (!record) {
      return Error{record.error().code, fmt::format("{}: {}", where, record.error().context)};
    }
    records.push_back(std::move(*record));
    lines.remove_prefix(end + 1);
  }
  return records;
}

Result<void> CampaignFolder::claim() {
  if (ledger_) return {};
  FileDescriptor ledger(::open(ledger_path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!ledger) return io_error(fmt::format("open {}", ledger_path().string()), errno);
  if (!claim_for_writing(ledger.get())) {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("another process is at work on the campaign in {}: wait for it, or end "
                    "it, or give --out another folder",
                    path_.string())};
  }
  const Result<std::string> text = read_file(ledger_path());
  if (!text) return text.error();
  const auto length = static_cast<off_t>(whole_lines(*text).size());
  if (ftruncate(ledger.get(), length) != 0 || lseek(ledger.get(), 0, SEEK_END) < 0) {
    return io_error(fmt::format("cut {}", ledger_path().string()), errno);
  }
  ledger_ = std::move(ledger);
  return {};
}

Result<void> CampaignFolder::append(const RunRecord& record) {
  if (auto claimed = claim(); !claimed) return claimed;
  const std::string line =
      quorate::to_json(record).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  const off_t before = lseek(ledger_.get(), 0, SEEK_CUR);
  const ssize_t written = ::write(ledger_.get(), line.data(), line.size());
  if (written == static_cast<ssize_t>(line.size()) && fdatasync(ledger_.get()) == 0) return {};
  const int reason = written >= 0 && written < static_cast<ssize_t>(line.size()) ? ENOSPC : errno;
  // Half a line would join the next one.
  if (ftruncate(ledger_.get(), before) == 0) lseek(ledger_.get(), before, SEEK_SET);
  return io_error(fmt::format("append to {}", ledger_path().string()), reason);
}

Result<void> CampaignFolder::write(std::string_view name, std::string_view content) const {
  return write_file_atomically(path_ / name, content);
}

}  // namespace quorate
