#include "node/server/node_main.h"

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
#include "node/server/storage/disturbed_disk.h"
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
               server.options().engine.incarnation);
  return {};
}

// What is drawn and read when a node starts.
void complete(const DiskIdentity& disk, Options* options) {
  EngineOptions& engine = options->engine;
  engine.incarnation = draw_entropy();
  engine.start = {disk.id, disk.generation, engine.incarnation};
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto at_zero = wall - monotonic_now().time_since_epoch();
  engine.wall_at_zero_ms = std::chrono::duration_cast<std::chrono::milliseconds>(at_zero).count();
  engine.clock.drifts_since = monotonic_now();
  if (options->clock_base_given) return;
  engine.clock.base_us = std::chrono::duration_cast<std::chrono::microseconds>(at_zero).count();
}

int serve(Options options) {
  const auto trouble = std::make_shared<DiskTrouble>();
  const auto opened =
      open_rocksdb_store(options.data, options.storage, make_disturbed_disk(trouble));
  if (!opened) return give_up(opened.error());
  const auto disk = open_disk(opened->store.get(), draw_entropy());
  if (!disk) return give_up(disk.error());
  spdlog::info("disk id={:016x} generation={} new={}", disk->id, disk->generation, disk->is_new);
  const auto purged_counter = load_purged_counter(opened->store.get());
  if (!purged_counter) return give_up(purged_counter.error());
  complete(*disk, &options);
  Server server(std::move(options), opened->store.get(), *purged_counter, trouble);
  if (const auto address = server.listen(); !address) return give_up(address.error());
  server.stop_on_signals();
  if (const auto announced = announce(server); !announced) return give_up(announced.error());
  if (const Result<void> ran = server.run(); !ran) return give_up(ran.error());
  spdlog::info("stopped");
  return 0;
}

}  // namespace

int node_main(int argc, const char* const* argv) {
  if (const auto exit_code = run_cut_power(argc, argv)) return *exit_code;
  auto parsed = parse_options(argc, argv);
  if (!parsed) {
    fmt::print(stderr, "quorate-node: {}\n", parsed.error().context);
    return kUsageError;
  }
  if (const auto* text = std::get_if<ShowText>(&*parsed)) {
    fmt::print("{}", text->text);
    return 0;
  }
  Options& options = std::get<Options>(*parsed);
  set_up_log(options);
  return serve(std::move(options));
}

}  // namespace quorate::node
