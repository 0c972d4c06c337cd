// quorate-node: one node of the store.
#include "node/server/node_main.h"

int main(int argc, char** argv) { return quorate::node::node_main(argc, argv); }
