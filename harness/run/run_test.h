// run_test: one test run, from an empty folder to a verdict. Read it to know the project.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "harness/run/recorder.h"
#include "harness/run/run_config.h"
#include "harness/systems/system.h"
#include "results/verdict.h"
#include "workloads/workload.h"

namespace quorate {

struct RunProgress {
  std::string_view phase;  // "starting nodes", "load", "healing", "final reads", "checking"
  double elapsed_s = 0;    // of the load
  RecordedCounts counts;
  std::string faults;   // in force
  std::string verdict;  // what the online checker says so far; may be empty
};

struct RunRequest {
  RunConfig config;  // complete
  std::filesystem::path out;
  bool link_latest = false;                          // make the sibling "latest" lead to it
  Json environment;                                  // goes into test.json
  std::function<void(const RunProgress&)> progress;  // about ten times a second; may be empty
  // Told once, before anything starts: the network and why it is this one; may be empty.
  std::function<void(const std::string&)> on_network;
};

struct RunReport {
  Verdict verdict;
  std::filesystem::path folder;
  double first_write_s = -1;  // from the call to the first acknowledged write
  double total_s = 0;
};

// Runs the test. Errors: what kept it from running or judging (a harness error); where there is a
// folder, its results.json tells it too. Whatever happens, no process, namespace or device is left.
Result<RunReport> run_test(const RunRequest& request);

}  // namespace quorate
