#include "harness/run/interrupt.h"

#include <signal.h>
#include <unistd.h>

namespace quorate {
namespace {

constexpr int kSignalled = 128;  // the shell's convention: 128 + the signal's number

}  // namespace

Interrupt::Interrupt(EventLoop& loop) : signals_(loop.io(), SIGINT, SIGTERM) { wait(); }

void Interrupt::wait() {
  signals_.async_wait([this](boost::system::error_code cancelled, int number) {
    if (cancelled) return;
    if (requested_) _exit(kSignalled + number);
    requested_ = true;
    wait();
  });
}

}  // namespace quorate
