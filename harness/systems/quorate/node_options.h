// What a run tells its nodes beyond the options that it has itself: the program, and "NAME=VALUE".
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "harness/run/run_config.h"

namespace quorate {

// The program that the run asks for, where a bare name lies beside `own`; else `own`.
std::filesystem::path node_program_of(const RunConfig& config, const std::filesystem::path& own);

// Errors: kInvalidArgument for what is no "NAME=VALUE", and for what the harness itself tells the
// nodes.
Result<void> check_node_options(const std::vector<std::string>& options);
// As a command line: "--NAME", "VALUE". REQUIRES: check_node_options refuses none.
void append_arguments(const std::vector<std::string>& options, std::vector<std::string>* arguments);

// Whether the nodes are told this. The last one counts, as it does for a node.
bool node_is_told(const RunConfig& config, std::string_view name, std::string_view value);

}  // namespace quorate
