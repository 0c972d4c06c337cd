#include "harness/cli/completion.h"

#include <map>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <fmt/ranges.h>

#include "checker/checker_for.h"
#include "nemesis/fault_catalogue.h"
#include "workloads/workload.h"

namespace quorate {
namespace {

struct Completed {
  std::string option;  // "--read-mode"
  std::string what;
};

std::vector<Completed> options_of(const CLI::App& command) {
  std::vector<Completed> options;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      options.push_back({"--" + name, option->get_description()});
    }
  }
  return options;
}

// Values that an option takes, where they are few and known.
std::map<std::string, std::vector<std::string>> values_of_options() {
  std::map<std::string, std::vector<std::string>> values{
      {"--mode", {"coordinator", "client"}},
      {"--version-scheme", {"two-phase", "local-counter", "clock"}},
      {"--read-mode", {"none", "async", "blocking", "write-back"}},
      {"--fan-out", {"all", "exact"}},
      {"--durability", {"batch", "periodic", "none"}},
      {"--network", {"auto", "packet", "proxy", "none"}},
      {"--key-distribution", {"uniform", "zipf", "hot-cold"}},
      {"--writers", {"any", "one-per-key"}}};
  for (const WorkloadInfo& workload : all_workloads()) {
    values["--workload"].emplace_back(workload.name);
  }
  for (const FaultType& fault : all_faults()) values["--nemesis"].emplace_back(fault.name);
  for (const std::string_view model : model_names()) values["--model"].emplace_back(model);
  for (const Property property : kAllProperties) {
    values["--property"].emplace_back(name_of(property));
    values["--expect-violation"].emplace_back(name_of(property));
  }
  return values;
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::string bash_script(const CLI::App& app) {
  std::string script =
      "# Completion of quorate for bash.\n_quorate() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
      "  case $before in\n";
  for (const auto& [option, values] : values_of_options()) {
    script += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n",
                          option, fmt::join(values, " "));
  }
  script += "  esac\n  case ${COMP_WORDS[1]} in\n";
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    std::vector<std::string> names;
    for (const Completed& option : options_of(*command)) names.push_back(option.option);
    script += fmt::format("    {}) words='{}' ;;\n", command->get_name(), fmt::join(names, " "));
  }
  script += fmt::format("  esac\n  ((COMP_CWORD == 1)) && words='{} --help --version'\n",
                        fmt::join(names_of_commands(app), " "));
  script +=
      "  if ((COMP_CWORD == 1)) || [[ $word == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "  fi\n}\ncomplete -o filenames -F _quorate quorate\n";
  return script;
}

// Between single quotes.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "\\'";
    else
      out += c;
  }
  return out + "'";
}

std::string fish_script(const CLI::App& app) {
  std::string script = "# Completion of quorate for fish.\n";
  const auto values = values_of_options();
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    script += fmt::format("complete -c quorate -n __fish_use_subcommand -a {} -d {}\n",
                          command->get_name(), in_quotes(command->get_description()));
    for (const Completed& option : options_of(*command)) {
      script += fmt::format("complete -c quorate -n '__fish_seen_subcommand_from {}' -l {} -d {}",
                            command->get_name(), option.option.substr(2), in_quotes(option.what));
      const auto known = values.find(option.option);
      if (known != values.end()) {
        script += fmt::format(" -x -a '{}'", fmt::join(known->second, " "));
      }
      script += "\n";
    }
  }
  return script;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "fish") return fish_script(app);
  if (shell == "bash") return bash_script(app);
  // zsh runs bash's.
  return "#compdef quorate\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(app);
}

}  // namespace quorate
