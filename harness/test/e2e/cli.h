// Runs the real program as a user would, and looks at what it leaves behind.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/json.h"
#include "base/test/temporary_folder.h"
#include "base/time.h"

namespace quorate::e2e {

struct Finished {
  int exit_code = -1;  // 128 + n where signal n ended it; -1: it had to be killed at the deadline
  std::string out;
  std::string err;
};

// One run of bin/quorate, in a scratch folder. Killed when the object goes.
class Cli {
 public:
  // `prefix`: a program with arguments that starts it instead, and becomes it (as nice(1) does).
  Cli(const std::filesystem::path& folder, std::vector<std::string> arguments,
      const std::vector<std::string>& prefix = {});
  ~Cli();
  Cli(const Cli&) = delete;
  Cli& operator=(const Cli&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  // What it has written to standard output.
  std::string out_so_far() const;
  Finished wait(Duration timeout = std::chrono::seconds(60));

 private:
  std::filesystem::path out_;
  std::filesystem::path err_;
  pid_t pid_ = -1;
};

// Waits until `condition` holds; false at the deadline.
bool eventually(const std::function<bool()>& condition, Duration timeout);

// Processes that work in (a folder below) `folder`, by their command lines.
std::vector<pid_t> processes_of(const std::filesystem::path& folder);

// Whether this machine lets tests make packet networks (root, /dev/net/tun).
bool packet_network_works();

Json json_file(const std::filesystem::path& path);

}  // namespace quorate::e2e
