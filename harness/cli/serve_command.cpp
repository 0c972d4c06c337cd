#include <atomic>
#include <chrono>
#include <cstdio>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "harness/run/event_loop.h"
#include "harness/run/interrupt.h"
#include "harness/serve/http_server.h"
#include "harness/serve/saved_report.h"
#include "harness/serve/serve_page.h"
#include "harness/serve/site.h"

namespace quorate {
namespace {

constexpr auto kBeforeReadingAll = std::chrono::seconds(2);
constexpr std::size_t kWorkers = 4;  // one may be busy with a report

void tell_where(const HttpServer& server, const ServedFolder& folder, const ServeCommand& command,
                const Output& output) {
  if (output.json) {
    const Json json{
        {"url", server.url()}, {"port", server.port()}, {"folder", folder.path().string()}};
    fmt::print("{}\n", json.dump());
  } else {
    fmt::print("{} shows {}\nCtrl-C ends it\n", server.url(), folder.path().string());
  }
  std::fflush(stdout);
  if (!is_loopback(command.address)) {
    fmt::print(stderr, "quorate: whoever reaches {} can read everything in {}\n", command.address,
               folder.path().string());
  }
}

}  // namespace

int serve_command(const ServeCommand& command, const Output& output) {
  const Result<ServedFolder> folder = ServedFolder::open(command.folder);
  if (!folder) return complain(folder.error(), kExitUsage);
  ResultsIndex index(*folder);
  SiteParts parts;
  parts.folder = &*folder;
  parts.index = &index;
  parts.page = serve_page();
  parts.make_report = report_page_of;
  parts.latency_of = latency_of;
  parts.only_local_names = is_loopback(command.address);
  const Site site(std::move(parts));

  EventLoop loop;
  Interrupt interrupt(loop);
  boost::asio::thread_pool workers(kWorkers);
  const auto state = std::shared_ptr<ServerState>(
      new ServerState{.site = site, .folder = *folder, .limits = {}, .workers = workers});
  const auto server = HttpServer::listen(loop.io(), command.address, command.port, state);
  if (!server) {
    const bool usage = server.error().code == ErrorCode::kInvalidArgument;
    return complain(server.error(), usage ? kExitUsage : kExitHarnessError);
  }
  std::atomic<bool> stopping = false;
  // Not at once: whoever is waiting for the first page needs the processors.
  boost::asio::steady_timer soon(loop.io(), kBeforeReadingAll);
  soon.async_wait([&](const boost::system::error_code& cancelled) {
    if (!cancelled) boost::asio::post(workers, [&] { index.read_all(stopping); });
  });
  tell_where(**server, *folder, command, output);
  loop.run_until([&] { return interrupt.requested(); });
  stopping = true;
  workers.stop();
  workers.join();
  return 0;
}

}  // namespace quorate
