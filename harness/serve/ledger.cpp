#include "harness/serve/ledger.h"

#include <deque>
#include <utility>

#include <fmt/core.h>

#include "results/campaign/summary.h"

namespace quorate {
namespace {

constexpr std::uint64_t kPart = 256 << 10;
constexpr std::uint64_t kLongestHead = 16 << 20;
constexpr std::uint64_t kLongestLedger = 512 << 20;
constexpr std::size_t kLastRuns = 100;

std::string below(const std::string& campaign, std::string_view name) {
  return campaign.empty() ? std::string(name) : fmt::format("{}/{}", campaign, name);
}

// CampaignSummary takes only what its own campaign can have written.
bool belongs(const RunRecord& record, const CampaignHead& head) {
  if (record.kind == RunKind::kCanary) return true;
  return record.combination >= 0 &&
         record.combination < static_cast<std::int64_t>(head.combinations.size());
}

struct Sum {
  CampaignSummary summary;
  std::deque<Json> last;
  std::int64_t records = 0;
  std::int64_t unreadable = 0;

  void add(std::string_view line) {
    const Result<Json> json = parse_json(line, "runs.jsonl");
    const Result<RunRecord> record =
        json ? run_record_from_json(*json) : Result<RunRecord>(json.error());
    if (!record || !belongs(*record, summary.head())) {
      ++unreadable;
      return;
    }
    ++records;
    summary.add(*record);
    last.push_back(*json);
    if (last.size() > kLastRuns) last.pop_front();
  }
};

Result<CampaignHead> read_head(const ServedFolder& folder, const std::string& campaign) {
  const std::string path = below(campaign, "campaign.json");
  const Result<std::string> text = folder.read(path, kLongestHead);
  if (!text) return text.error();
  const Result<Json> json = parse_json(*text, path);
  if (!json) return json.error();
  Result<CampaignHead> head = campaign_head_from_json(*json);
  if (head && head->keep < 0) return Error{ErrorCode::kCorrupt, path + ": \"keep\" is negative"};
  return head;
}

template <typename Take>
void each_line(std::string_view lines, const Take& take) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    take(lines.substr(0, end));
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

Result<LedgerPart> read_ledger(const ServedFolder& folder, const std::string& campaign,
                               std::uint64_t from) {
  const std::string path = below(campaign, "runs.jsonl");
  LedgerPart part{.end = from};
  const Result<OpenFile> file = folder.file(path);
  if (!file && file.error().code != ErrorCode::kNotFound) return file.error();
  const std::uint64_t size = file ? file->stamp.size : 0;
  if (size < from) {
    part.begun_anew = true;
    part.end = from = 0;
  }
  if (size == from) return part;
  Result<std::string> text = folder.read_part(path, from, kPart);
  if (!text) return text.error();
  const std::size_t last = text->rfind('\n');
  if (last == std::string::npos && text->size() == kPart) {
    return Error{ErrorCode::kCorrupt,
                 fmt::format("{}: the line at byte {} is too long", path, from)};
  }
  text->resize(last == std::string::npos ? 0 : last + 1);
  part.end = from + text->size();
  part.lines = std::move(*text);
  return part;
}

bool is_stopped(const ServedFolder& folder, const std::string& campaign) {
  const Result<OpenFile> ledger = folder.file(below(campaign, "runs.jsonl"));
  return !ledger || !is_claimed_for_writing(ledger->descriptor.get());
}

Result<Json> campaign_so_far(const ServedFolder& folder, const std::string& campaign) {
  const Result<CampaignHead> head = read_head(folder, campaign);
  if (!head) return head.error();
  Sum sum{.summary = CampaignSummary(*head)};
  // Before the ledger: what ends meanwhile is still to come.
  const bool stopped = is_stopped(folder, campaign);
  std::uint64_t end = 0;
  while (true) {
    const Result<LedgerPart> part = read_ledger(folder, campaign, end);
    if (!part) return part.error();
    if (part->begun_anew) sum = Sum{.summary = CampaignSummary(*head)};
    if (part->lines.empty()) break;
    end = part->end;
    if (end > kLongestLedger) {
      return Error{ErrorCode::kLimit,
                   fmt::format("the ledger is longer than {} bytes", kLongestLedger)};
    }
    each_line(part->lines, [&](std::string_view line) { sum.add(line); });
  }
  return Json{{"path", campaign},
              {"sum", to_json(sum.summary)},
              {"last", sum.last},
              {"records", sum.records},
              {"unreadable", sum.unreadable},
              {"skipped", head->skipped.size()},
              {"shard", {{"number", head->shard.number}, {"of", head->shard.of}}},
              {"stopped", stopped},
              {"ledger-end", end}};
}

std::string stream_event(std::string_view name, std::string_view id, std::string_view data) {
  std::string text = fmt::format("event: {}\n", name);
  if (!id.empty()) text += fmt::format("id: {}\n", id);
  text += "data: ";
  // A carriage return would end the line too; in JSON it is but a space.
  for (const char c : data) text += c == '\r' ? ' ' : c;
  return text + "\n\n";
}

std::string run_events(const LedgerPart& part) {
  std::string events;
  std::uint64_t place = part.end - part.lines.size();
  each_line(part.lines, [&](std::string_view line) {
    place += line.size() + 1;
    events += stream_event("run", std::to_string(place), line);
  });
  return events;
}

}  // namespace quorate
