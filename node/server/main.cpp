// quorate-node: one replica of the store.
#include <cstdio>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/file.h"
#include "base/random.h"
#include "node/server/server.h"
#include "node/server/status.h"
#include "node/server/storage/cut_power_command.h"
#include "node/server/storage/disk_identity.h"
#include "node/server/storage/rocksdb_store.h"

namespace quorate::node {
namespace {

constexpr int kUsageError = 254;
constexpr int kFailure = 255;

void set_up_log(const Options& options) {
  auto log = spdlog::stderr_logger_st("node");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l node=" + options.name + " %v");
  log->set_level(spdlog::level::from_str(options.log_level));
  log->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(log));
}

int give_up(const Error& error) {
  spdlog::critical("the node stops: {}", error.to_string());
  return kFailure;
}

Result<void> announce(const Server& server) {
  if (!server.options().ready_file.empty()) {
    const auto written =
        write_file_atomically(server.options().ready_file, ready_note(server).dump() + "\n");
    if (!written) return written.error();
  }
  fmt::print("ready {}\n", to_string(server.address()));
  std::fflush(stdout);
  spdlog::info("ready address={} incarnation={:016x}", to_string(server.address()),
               server.engine().coordinator().incarnation());
  return {};
}

int serve(const Options& options) {
  const auto opened = open_rocksdb_store(options.data, options.storage);
  if (!opened) return give_up(opened.error());
  const auto disk = open_disk(opened->store.get(), draw_entropy());
  if (!disk) return give_up(disk.error());
  spdlog::info("disk id={:016x} generation={} new={}", disk->id, disk->generation, disk->is_new);
  Server server(options, opened->store.get(), draw_entropy());
  if (const auto address = server.listen(); !address) return give_up(address.error());
  server.stop_on_signals();
  if (const auto announced = announce(server); !announced) return give_up(announced.error());
  if (const Result<void> ran = server.run(); !ran) return give_up(ran.error());
  spdlog::info("stopped");
  return 0;
}

}  // namespace
}  // namespace quorate::node

int main(int argc, char** argv) {
  using namespace quorate::node;
  if (const auto exit_code = run_cut_power(argc, argv)) return *exit_code;
  const auto parsed = parse_options(argc, argv);
  if (!parsed) {
    fmt::print(stderr, "quorate-node: {}\n", parsed.error().context);
    return kUsageError;
  }
  if (const auto* text = std::get_if<ShowText>(&*parsed)) {
    fmt::print("{}", text->text);
    return 0;
  }
  const Options& options = std::get<Options>(*parsed);
  set_up_log(options);
  return serve(options);
}
