#include "nemesis/packet/user_namespace.h"

#include <cstdint>
#include <cstring>

#include <errno.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "nemesis/packet/network_interface.h"

namespace quorate {
namespace {

// One line into a file below /proc/self. 0 or errno.
int write_line(const char* file, const std::string& line) {
  const FileDescriptor opened(open(file, O_WRONLY | O_CLOEXEC));
  if (!opened) return errno;
  const ssize_t written = write(opened.get(), line.data(), line.size());
  return written == static_cast<ssize_t>(line.size()) ? 0 : errno;
}

// user_namespaces(7): who has no rights may map the own user and group only, the group after giving
// up setgroups. 0 or errno.
int move_in() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(CLONE_NEWUSER) != 0) return errno;
  if (const int error = write_line("/proc/self/setgroups", "deny"); error != 0) return error;
  if (const int error = write_line("/proc/self/uid_map", fmt::format("{} {} 1\n", user, user));
      error != 0) {
    return error;
  }
  if (const int error = write_line("/proc/self/gid_map", fmt::format("{} {} 1\n", group, group));
      error != 0) {
    return error;
  }
  return unshare(CLONE_NEWNET) == 0 ? 0 : errno;
}

// 0 or errno.
int try_in_a_child() {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) {
    _exit(move_in());  // Linux's errno values fit into an exit code
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

// Whether the setting is there and reads as told.
bool setting_is(const char* name, std::string_view value) {
  const Result<std::string> content = read_file(fmt::format("/proc/sys/{}", name));
  return content && std::string_view(*content).starts_with(value) &&
         content->size() <= value.size() + 1;
}

std::string what_would_change_it() {
  if (setting_is("kernel/unprivileged_userns_clone", "0")) {
    return "sysctl kernel.unprivileged_userns_clone=1 allows them";
  }
  if (setting_is("kernel/apparmor_restrict_unprivileged_userns", "1")) {
    return "sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows them";
  }
  if (setting_is("user/max_user_namespaces", "0")) {
    return "sysctl user.max_user_namespaces=10000 allows them";
  }
  if (setting_is("user/max_net_namespaces", "0")) {
    return "sysctl user.max_net_namespaces=10000 allows them";
  }
  return "run as root; in a container, let its seccomp profile allow unshare, or give it "
         "CAP_SYS_ADMIN and CAP_NET_ADMIN";
}

Error refused(int error) {
  return {ErrorCode::kUnsupported,
          fmt::format("may not make network namespaces as this user: {} ({})", std::strerror(error),
                      what_would_change_it())};
}

}  // namespace

bool may_make_namespaces() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  const std::uint32_t needed = (1U << CAP_SYS_ADMIN) | (1U << CAP_NET_ADMIN);
  static_assert(CAP_SYS_ADMIN < 32 && CAP_NET_ADMIN < 32);
  return (data[0].effective & needed) == needed;
}

Result<void> can_enter_user_namespace() {
  const int error = try_in_a_child();
  if (error != 0) return refused(error);
  return {};
}

Result<void> enter_user_namespace() {
  if (auto possible = can_enter_user_namespace(); !possible) return possible;
  if (const int error = move_in(); error != 0) return refused(error);
  return prepare_namespace();
}

Result<void> gain_namespaces() {
  if (may_make_namespaces()) return {};
  return enter_user_namespace();
}

}  // namespace quorate
