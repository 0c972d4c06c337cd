#include "harness/test/e2e/as_nobody.h"

#include <cstdlib>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

namespace quorate::e2e {
namespace {

constexpr uid_t kNobody = 65534;

// $0 is the folder, $1 the mode of the device file, $2 "confined" or not, $3 the program that is
// replaced by its copy. All of it happens in a mount namespace that dies with the process. A
// process whose root is not its mount namespace's root may not make user namespaces.
constexpr const char* kScript = R"(
  set -e
  folder=$0 mode=$1 confined=$2
  shift 3
  mount -t tmpfs none /dev/net
  mknod -m "$mode" /dev/net/tun c 10 200
  set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$folder/bin/quorate" "$@"
  if [ "$confined" = confined ]; then
    mount -t tmpfs none /mnt
    mkdir /mnt/root
    mount --rbind / /mnt/root
    set -- chroot /mnt/root "$@"
  fi
  exec "$@"
)";

}  // namespace

bool nobody_may_make_namespaces() {
  const pid_t child = fork();
  QUORATE_CHECK(child >= 0);
  if (child == 0) {
    const bool nobody = setgid(kNobody) == 0 && setuid(kNobody) == 0;
    _exit(nobody && unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
  }
  int status = 0;
  QUORATE_CHECK(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void open_to_nobody(const std::filesystem::path& folder) {
  using std::filesystem::perms;
  const std::filesystem::path bin = std::getenv("QUORATE_BIN");
  std::filesystem::permissions(folder, perms(0755));
  std::filesystem::create_directory(folder / "bin");
  for (const char* program : {"quorate", "quorate-node"}) {
    std::filesystem::copy_file(bin / program, folder / "bin" / program);
    std::filesystem::permissions(folder / "bin" / program, perms(0755));
  }
  std::filesystem::create_directory(folder / "out");
  QUORATE_CHECK(chown((folder / "out").c_str(), kNobody, kNobody) == 0);
}

std::vector<std::string> nobody_prefix(const std::filesystem::path& folder,
                                       const std::string& tun_mode, bool confined) {
  return {"unshare", "--mount", "--propagation", "private", "sh",
          "-c",      kScript,   folder,          tun_mode,  confined ? "confined" : "free"};
}

}  // namespace quorate::e2e
