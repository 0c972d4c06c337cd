#include "nemesis/packet/net_namespace.h"

#include <cstring>
#include <string>
#include <system_error>
#include <thread>

#include <errno.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <unistd.h>

#include "base/check.h"
#include "nemesis/network.h"

namespace quorate {
namespace {

constexpr const char* kOwnNamespace = "/proc/thread-self/ns/net";

struct Attempt {
  int fd = -1;
  int error = 0;
};

// Leaves the calling thread inside the new namespace: only for a thread that ends right after.
Attempt move_into_new_namespace() {
  if (unshare(CLONE_NEWNET) != 0) return {-1, errno};
  const int fd = open(kOwnNamespace, O_RDONLY | O_CLOEXEC);
  return {fd, fd < 0 ? errno : 0};
}

}  // namespace

Result<FileDescriptor> create_net_namespace() {
  Attempt attempt;
  try {
    std::thread([&attempt] { attempt = move_into_new_namespace(); }).join();
  } catch (const std::system_error& e) {
    return Error{ErrorCode::kLimit, fmt::format("cannot start a thread: {}", e.what())};
  }
  if (attempt.fd >= 0) return FileDescriptor(attempt.fd);
  if (attempt.error == EPERM) {
    return Error{ErrorCode::kUnsupported,
                 "may not make network namespaces: that needs root, or a user namespace of one's "
                 "own (quorate doctor says what keeps this user from one)"};
  }
  return Error{ErrorCode::kUnsupported,
               fmt::format("cannot make a network namespace: {}", std::strerror(attempt.error))};
}

bool set_namespace_option(std::string_view option, std::string_view value) {
  const std::string path = fmt::format("/proc/sys/net/{}", option);
  const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return false;
  return write(file.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

ScopedNamespace::ScopedNamespace(int fd) {
  if (fd < 0) return;
  previous_ = open(kOwnNamespace, O_RDONLY | O_CLOEXEC);
  QUORATE_CHECK(previous_ >= 0, "open {}: {}", kOwnNamespace, std::strerror(errno));
  QUORATE_CHECK(setns(fd, CLONE_NEWNET) == 0, "setns: {}", std::strerror(errno));
}

ScopedNamespace::~ScopedNamespace() {
  if (previous_ < 0) return;
  // A thread left in the wrong namespace would open every later socket in the wrong place.
  QUORATE_CHECK(setns(previous_, CLONE_NEWNET) == 0, "setns back: {}", std::strerror(errno));
  close(previous_);
}

}  // namespace quorate
