// Site: what the server answers. From a request and the results folder to an answer; no socket.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/result.h"
#include "harness/serve/request_target.h"
#include "harness/serve/results_index.h"
#include "harness/serve/served_folder.h"

namespace quorate {

struct SiteRequest {
  std::string method;
  std::string target;
  std::string host;           // the header; "" where there is none
  std::string last_event_id;  // likewise
};

// A stream of events about a campaign, in place of a body.
struct FollowRequest {
  std::string campaign;
  std::uint64_t from = 0;  // place in its ledger
};

struct SiteAnswer {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  OpenFile file;  // in place of the body, where it is open
  std::string policy = "default-src 'none'; frame-ancestors 'none'";  // Content-Security-Policy
  std::optional<FollowRequest> follow;
};

// A file of the page, as it was built.
struct PageFile {
  std::string_view path;  // "/", "/serve.js"
  std::string_view type;
  std::string_view content;
};

struct SiteParts {
  const ServedFolder* folder = nullptr;
  ResultsIndex* index = nullptr;
  std::vector<PageFile> page;
  // Only requests for 127.0.0.1, [::1] and localhost are answered: a name that leads here is none
  // that the user typed in.
  bool only_local_names = true;
  // The report of a run folder as a page, and latencies for comparisons: {"read": {"p50,
  // ms": 1.2}}.
  std::function<Result<std::string>(const std::filesystem::path&)> make_report;
  std::function<Json(const std::filesystem::path&)> latency_of;
};

class Site {
 public:
  explicit Site(SiteParts parts) : parts_(std::move(parts)) {}
  // Thread-safe. May take as long as reading a history does.
  SiteAnswer answer(const SiteRequest& request) const;

 private:
  Result<SiteAnswer> route(const SiteRequest& request) const;
  Result<SiteAnswer> runs(const RequestTarget& target) const;
  Result<SiteAnswer> campaigns() const;
  Result<SiteAnswer> comparison(const RequestTarget& target) const;
  Result<SiteAnswer> report(const std::string& path) const;
  Result<SiteAnswer> events(const std::string& campaign, const RequestTarget& target,
                            const SiteRequest& request) const;
  SiteParts parts_;
};

// Whether a Host header names this machine by itself.
bool is_local_name(std::string_view host);
// "text/plain; charset=utf-8" for "history.jsonl".
std::string content_type_of(std::string_view path);

}  // namespace quorate
