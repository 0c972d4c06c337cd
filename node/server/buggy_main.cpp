// quorate-node-buggy: quorate-node with a planted bug, or several, for whoever tests a harness.
//
//   quorate-node-buggy --list-bugs
//   quorate-node-buggy --bug NAME [--bug NAME …] …     … as for quorate-node
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "node/core/planted_bugs.h"
#include "node/server/node_main.h"

namespace {

constexpr int kUsageError = 254;

int list_bugs() {
  for (const std::string_view name : quorate::node::names_of_bugs()) fmt::print("{}\n", name);
  return 0;
}

int refuse(std::string_view what) {
  fmt::print(stderr, "quorate-node-buggy: {} (--list-bugs names the bugs)\n", what);
  return kUsageError;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<const char*> rest{argv[0]};
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--list-bugs") return list_bugs();
    if (word != "--bug") {
      rest.push_back(argv[i]);
      continue;
    }
    if (i + 1 == argc) return refuse("--bug needs a name");
    const auto bug = quorate::node::bug_named(argv[++i]);
    if (!bug) return refuse(fmt::format("there is no bug \"{}\"", argv[i]));
    quorate::node::plant(*bug);
  }
  return quorate::node::node_main(static_cast<int>(rest.size()), rest.data());
}
