#include "harness/serve/site.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "harness/serve/comparison.h"
#include "harness/serve/ledger.h"

namespace quorate {
namespace {

constexpr std::int64_t kMostPages = 1'000'000;
constexpr std::int64_t kMostRunsOfAPage = 500;
constexpr std::int64_t kRunsOfAPage = 50;
constexpr std::size_t kLongestFilter = 200;
constexpr std::uint64_t kLongestTest = 4 << 20;
constexpr std::uint64_t kLongestResults = 64 << 20;
constexpr std::uint64_t kLongestHistoryToRead = 128 << 20;

constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// One file with its script and style inside; sandboxed, because anybody may have written it: it can
// neither ask this server nor another one for anything.
constexpr std::string_view kReportPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: "
    "blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts "
    "allow-downloads allow-popups";
constexpr std::string_view kFilePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
constexpr std::string_view kHtml = "text/html; charset=utf-8";

Error not_found(std::string text) { return {ErrorCode::kNotFound, std::move(text)}; }
Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

SiteAnswer answer_of(const Json& json) {
  SiteAnswer answer;
  answer.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return answer;
}

SiteAnswer refusal(int status, std::string_view why) {
  SiteAnswer answer = answer_of({{"error", why}});
  answer.status = status;
  return answer;
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kLimit:
      return 413;
    default:
      return 500;
  }
}

std::string below(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

Result<Json> read_json(const ServedFolder& folder, const std::string& path, std::uint64_t most) {
  const Result<std::string> text = folder.read(path, most);
  if (!text) return text.error();
  return parse_json(*text, path);
}

// A run folder for what reads it by its names. Those follow links, so none may be there; the way to
// it is an open folder, so that it cannot be exchanged.
class RunFolderByName {
 public:
  static Result<RunFolderByName> open(const ServedFolder& folder, const std::string& path) {
    Result<FileDescriptor> opened = folder.folder(path);
    if (!opened) return opened.error();
    RunFolderByName run(std::move(*opened));
    if (const auto ok = refuse_links(run.path()); !ok) return ok.error();
    return run;
  }
  std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", opened_.get()); }

 private:
  explicit RunFolderByName(FileDescriptor opened) : opened_(std::move(opened)) {}
  static Result<void> refuse_links(const std::filesystem::path& folder);
  FileDescriptor opened_;
};

Result<void> RunFolderByName::refuse_links(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (const fs::path& each : {folder, folder / "pictures"}) {
    for (const auto& entry : fs::directory_iterator(each, error)) {
      if (entry.is_symlink(error)) {
        return invalid("this run folder has links in it: nothing is made of it");
      }
    }
  }
  return {};
}

// Reports lead to each other by their files: "../other/report.html".
std::string folder_of_report(const std::string& path) {
  constexpr std::string_view kFile = "report.html";
  if (path == kFile) return "";
  const bool names_file = path.ends_with(kFile) && path[path.size() - kFile.size() - 1] == '/';
  return names_file ? path.substr(0, path.size() - kFile.size() - 1) : path;
}

// Reading a long one takes time and memory that a server should not spend.
bool has_readable_history(const ServedFolder& folder, const std::string& run) {
  for (const char* name : {"history.jsonl", "history.jsonl.partial"}) {
    const Result<OpenFile> history = folder.file(below(run, name));
    if (history && history->stamp.size > kLongestHistoryToRead) return false;
  }
  return true;
}

Result<std::uint64_t> place_of(const std::string& text) {
  if (text.empty()) return std::uint64_t{0};
  std::uint64_t place = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, place);
  if (status != std::errc{} || rest != end || place > (std::uint64_t{1} << 62)) {
    return invalid("the place in the ledger is no number");
  }
  return place;
}

Json to_json(const RunPage& page, const RunQuery& query) {
  Json runs = Json::array();
  for (const ListedRun& each : page.runs) runs.push_back(to_json(each.run, *each.details));
  Json json{{"all", page.all},    {"matching", page.matching}, {"page", query.page},
            {"size", query.size}, {"cut-off", page.cut_off},   {"runs", std::move(runs)}};
  if (page.outcomes) json["outcomes"] = *page.outcomes;
  return json;
}

}  // namespace

bool is_local_name(std::string_view host) {
  for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (!host.starts_with(name)) continue;
    const std::string_view rest = host.substr(name.size());
    if (rest.empty()) return true;
    return rest.size() > 1 && rest[0] == ':' &&
           rest.find_first_not_of("0123456789", 1) == std::string_view::npos;
  }
  return false;
}

std::string content_type_of(std::string_view path) {
  constexpr std::string_view kPlain = "text/plain; charset=utf-8";
  // What could run a script is shown as its source.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kTypes{{
      {".json", "application/json"},
      {".jsonl", kPlain},
      {".partial", kPlain},
      {".txt", kPlain},
      {".log", kPlain},
      {".md", kPlain},
      {".html", kPlain},
      {".xml", kPlain},
      {".edn", kPlain},
      {".svg", "image/svg+xml"},
      {".pcap", "application/vnd.tcpdump.pcap"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

SiteAnswer Site::answer(const SiteRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    return refusal(405, "this server only shows: GET and HEAD");
  }
  if (parts_.only_local_names && !is_local_name(request.host)) {
    return refusal(421, "this server answers to 127.0.0.1 and localhost, by no other name");
  }
  Result<SiteAnswer> answer = route(request);
  if (!answer) return refusal(status_of(answer.error().code), answer.error().context);
  return std::move(*answer);
}

Result<SiteAnswer> Site::route(const SiteRequest& request) const {
  const Result<RequestTarget> target = RequestTarget::parse(request.target);
  if (!target) return target.error();
  for (const PageFile& file : parts_.page) {
    if (target->path() != file.path) continue;
    SiteAnswer answer;
    answer.type = file.type;
    answer.body = file.content;
    answer.policy = kPagePolicy;
    return answer;
  }
  if (target->path() == "/api/runs") return runs(*target);
  if (target->path() == "/api/campaigns") return campaigns();
  if (target->path() == "/api/compare") return comparison(*target);
  const auto under = [&](std::string_view prefix) -> std::optional<Result<std::string>> {
    if (!target->has_prefix(prefix)) return std::nullopt;
    return path_below(target->after(prefix));
  };
  if (const auto path = under("/api/campaign/")) {
    if (!*path) return path->error();
    const Result<Json> json = campaign_so_far(*parts_.folder, **path);
    if (!json) return json.error();
    return answer_of(*json);
  }
  if (const auto path = under("/api/events/")) {
    return *path ? events(**path, *target, request) : Result<SiteAnswer>(path->error());
  }
  if (const auto path = under("/report/")) {
    return *path ? report(folder_of_report(**path)) : Result<SiteAnswer>(path->error());
  }
  if (const auto path = under("/files/")) {
    if (!*path) return path->error();
    Result<OpenFile> file = parts_.folder->file(**path);
    if (!file) return file.error();
    SiteAnswer answer;
    answer.type = content_type_of(**path);
    answer.file = std::move(*file);
    answer.policy = kFilePolicy;
    return answer;
  }
  return not_found("there is no such page");
}

Result<SiteAnswer> Site::runs(const RequestTarget& target) const {
  RunQuery query;
  const auto page = target.number("page", 0, kMostPages);
  const auto size = target.number("size", kRunsOfAPage, kMostRunsOfAPage);
  if (!page) return page.error();
  if (!size) return size.error();
  query.page = static_cast<std::size_t>(*page);
  query.size = static_cast<std::size_t>(std::max<std::int64_t>(1, *size));
  query.filter = target.parameter("filter");
  if (query.filter.size() > kLongestFilter) return invalid("the filter is too long");
  query.outcome = target.parameter("outcome");
  const std::string& in = target.parameter("in");
  if (in == "none") {
    query.outside_campaigns = true;
  } else if (!in.empty()) {
    // "campaign:" may be followed by nothing: the results folder itself.
    if (!in.starts_with("campaign:")) return invalid("in: none, or campaign:PATH");
    query.campaign = in.substr(std::string_view("campaign:").size());
  }
  return answer_of(to_json(parts_.index->page(query), query));
}

Result<SiteAnswer> Site::campaigns() const {
  const auto scan = parts_.index->scan();
  Json all = Json::array();
  for (const FoundCampaign& campaign : scan->campaigns) {
    all.push_back({{"path", campaign.path},
                   {"changed-ms", campaign.changed_ns / 1'000'000},
                   {"stopped", is_stopped(*parts_.folder, campaign.path)}});
  }
  return answer_of({{"folder", parts_.folder->path().string()},
                    {"runs", scan->runs.size()},
                    {"cut-off", scan->cut_off},
                    {"campaigns", std::move(all)}});
}

Result<SiteAnswer> Site::comparison(const RequestTarget& target) const {
  std::array<ComparedRun, 2> sides;
  const std::array<const char*, 2> names{"a", "b"};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const Result<std::string> path = checked_path(target.parameter(names[i]));
    if (!path) return path.error();
    Result<Json> test = read_json(*parts_.folder, below(*path, "test.json"), kLongestTest);
    if (!test) return test.error();
    Result<Json> results = read_json(*parts_.folder, below(*path, "results.json"), kLongestResults);
    if (!results && results.error().code != ErrorCode::kNotFound) return results.error();
    sides[i] = {*path, std::move(*test), results ? std::move(*results) : Json()};
    if (!parts_.latency_of || !has_readable_history(*parts_.folder, *path)) continue;
    const auto run = RunFolderByName::open(*parts_.folder, *path);
    if (run) sides[i].latency = parts_.latency_of(run->path());
  }
  return answer_of(compare(sides[0], sides[1]));
}

Result<SiteAnswer> Site::report(const std::string& path) const {
  SiteAnswer answer;
  answer.type = kHtml;
  answer.policy = kReportPolicy;
  Result<OpenFile> ready = parts_.folder->file(below(path, "report.html"));
  if (ready) {
    answer.file = std::move(*ready);
    return answer;
  }
  if (ready.error().code != ErrorCode::kNotFound) return ready.error();
  if (const auto test = parts_.folder->file(below(path, "test.json")); !test) {
    const bool campaign = parts_.folder->has_file(below(path, "campaign.json"));
    return not_found(campaign
                         ? "a campaign's report is written when it stops; /#/campaigns follows it"
                         : fmt::format("{} is no run: it has no test.json", path));
  }
  if (!parts_.make_report) return not_found(fmt::format("{} has no report.html", path));
  if (!has_readable_history(*parts_.folder, path)) {
    return Error{ErrorCode::kLimit,
                 "the history is too long to make a report of it here: quorate report does"};
  }
  const auto run = RunFolderByName::open(*parts_.folder, path);
  if (!run) return run.error();
  Result<std::string> made = parts_.make_report(run->path());
  if (!made) return made.error();
  answer.body = std::move(*made);
  return answer;
}

Result<SiteAnswer> Site::events(const std::string& campaign, const RequestTarget& target,
                                const SiteRequest& request) const {
  if (const auto head = parts_.folder->file(below(campaign, "campaign.json")); !head) {
    return not_found(fmt::format("{} is no campaign", campaign));
  }
  // A browser that lost the connection says how far it came.
  const Result<std::uint64_t> from =
      place_of(request.last_event_id.empty() ? target.parameter("from") : request.last_event_id);
  if (!from) return from.error();
  SiteAnswer answer;
  answer.type = "text/event-stream";
  answer.follow = FollowRequest{campaign, *from};
  return answer;
}

}  // namespace quorate
