#include "harness/cli/serve_options.h"

#include <CLI/CLI.hpp>

namespace quorate {
namespace {

constexpr const char* kServeExamples =
    "Examples:\n"
    "  quorate serve                                  results/ on http://127.0.0.1:8080/\n"
    "  quorate serve results/campaigns/tonight        one campaign, followed while it runs\n"
    "  quorate serve /mnt/nightly --port 0            a port that is free\n"
    "  curl 'http://127.0.0.1:8080/api/runs?filter=nemesis%3Dkill&outcome=violation'\n"
    "It only shows, and nothing outside of the folder. Ctrl-C ends it (exit code 0).\n"
    "docs/serving_results.md tells what scripts can ask it for.\n";

}  // namespace

void add_serve_options(CLI::App* serve, ServeCommand* command, Output* output) {
  serve->footer(kServeExamples);
  serve->add_option("FOLDER", command->folder, "Runs and campaigns lie in it, at whatever depth")
      ->capture_default_str();
  serve->add_option("--port", command->port, "0: one that is free")->capture_default_str();
  serve
      ->add_option("--bind", command->address,
                   "Address to listen on; anything but loopback lets others read the results")
      ->capture_default_str();
  serve->add_flag("--json", output->json, "Where it listens, as a line of JSON on standard output");
}

}  // namespace quorate
