#include "harness/cli/command_line.h"

int main(int argc, char** argv) { return quorate::run_command_line(argc, argv); }
