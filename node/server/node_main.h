// quorate-node, all of it: reads its command line, opens its store, serves until it is stopped.
#pragma once

namespace quorate::node {

// Returns the exit code: 0, 254 (wrong options) or 255 (the disk or the network refused).
int node_main(int argc, const char* const* argv);

}  // namespace quorate::node
