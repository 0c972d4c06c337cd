// WaitingLine: says on a terminal what takes so long, and for how long, once it takes over two
// seconds. Elsewhere it says nothing. Erases itself.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace quorate {

class WaitingLine {
 public:
  explicit WaitingLine(std::string what);
  ~WaitingLine() { end(); }
  WaitingLine(const WaitingLine&) = delete;
  WaitingLine& operator=(const WaitingLine&) = delete;

  // What is being done from now on.
  void now(std::string what);
  // Nothing more is shown. Idempotent.
  void end();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string what_;
  bool over_ = false;
  std::thread thread_;  // not running where there is no terminal
};

}  // namespace quorate
