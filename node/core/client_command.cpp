#include "node/core/client_command.h"

#include <array>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "node/core/command_text.h"
#include "node/core/limits.h"
#include "node/core/resp_writer.h"

namespace quorate::node {

namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 3> kNames = {"SET", "GET", "DEL"};  // by CommandKind
constexpr std::array<std::string_view, 3> kNumberOptions = {"R", "W", "TIMEOUT"};
constexpr std::size_t kTimeoutOption = 2;
constexpr std::string_view kMetaOption = "META";

std::string_view name_of(CommandKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

std::optional<CommandKind> kind_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (same_name(kNames[i], name)) return static_cast<CommandKind>(i);
  }
  return std::nullopt;
}

Error refused(std::string what) { return Error{ErrorCode::kInvalidArgument, std::move(what)}; }

// The options as given, before they are judged.
struct Options {
  std::array<std::optional<std::uint64_t>, kNumberOptions.size()> numbers;
  bool meta = false;
};

std::optional<std::size_t> number_option_named(std::string_view name) {
  for (std::size_t i = 0; i < kNumberOptions.size(); ++i) {
    if (same_name(kNumberOptions[i], name)) return i;
  }
  return std::nullopt;
}

// Clients choose the text; an error shows no more of it than a name would have.
std::string shown(std::string_view text) { return std::string(text.substr(0, 32)); }

std::optional<std::uint64_t> quorum_of(std::string_view text, std::uint16_t n) {
  if (same_name(text, "ONE")) return 1;
  if (same_name(text, "QUORUM")) return n / 2 + 1;
  if (same_name(text, "ALL")) return n;
  return parse_decimal(text);
}

Result<Options> read_options(RespRequest arguments, std::uint16_t n) {
  Options options;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const std::string_view name = arguments[at];
    const auto option = number_option_named(name);
    const bool meta = same_name(name, kMetaOption);
    if (!option && !meta) return refused(fmt::format("unknown option '{}'", shown(name)));
    if (meta ? options.meta : options.numbers[*option].has_value()) {
      return refused(fmt::format("option {} is given twice", shown(name)));
    }
    if (meta) {
      options.meta = true;
      continue;
    }
    if (++at == arguments.size()) return refused(fmt::format("{} needs a number", shown(name)));
    const bool is_quorum = *option != kTimeoutOption;
    options.numbers[*option] =
        is_quorum ? quorum_of(arguments[at], n) : parse_decimal(arguments[at]);
    if (!options.numbers[*option]) {
      return refused(fmt::format("{} is not a number{}: '{}'", shown(name),
                                 is_quorum ? ", ONE, QUORUM or ALL" : "", shown(arguments[at])));
    }
  }
  return options;
}

// Empty if the options can be met, else why not.
std::string apply_options(const Options& options, ClientCommand* command) {
  const auto& [r, w, timeout] = options.numbers;
  const std::uint16_t n = command->quorum.n;
  if (r && (*r < 1 || *r > n)) return fmt::format("R is {}, and must be in [1, {}]", *r, n);
  if (w && (*w < 1 || *w > n)) return fmt::format("W is {}, and must be in [1, {}]", *w, n);
  const auto shortest = std::chrono::duration_cast<milliseconds>(kMinTimeout).count();
  const auto longest = std::chrono::duration_cast<milliseconds>(kMaxTimeout).count();
  if (timeout && (*timeout < static_cast<std::uint64_t>(shortest) ||
                  *timeout > static_cast<std::uint64_t>(longest))) {
    return fmt::format("TIMEOUT is {}, and must be in [{}, {}] ms", *timeout, shortest, longest);
  }
  if (r) command->quorum.r = static_cast<std::uint16_t>(*r);
  if (w) command->quorum.w = static_cast<std::uint16_t>(*w);
  if (timeout) command->timeout = milliseconds(*timeout);
  command->meta = options.meta;
  return "";
}

}  // namespace

bool is_client_command(std::string_view name) { return kind_named(name).has_value(); }

Result<ClientCommand> parse_client_command(RespRequest arguments, const CommandDefaults& defaults) {
  const auto kind = arguments.empty() ? std::nullopt : kind_named(arguments[0]);
  if (!kind) return refused("unknown command");
  const std::size_t fixed = *kind == CommandKind::kSet ? 3 : 2;
  if (arguments.size() < fixed) {
    return refused(fmt::format("wrong number of arguments for '{}'", name_of(*kind)));
  }
  const std::string_view key = arguments[1];
  if (key.size() < kMinKeyBytes || key.size() > kMaxKeyBytes) {
    return refused(fmt::format("a key has {} to {} bytes, this one {}", kMinKeyBytes, kMaxKeyBytes,
                               key.size()));
  }
  ClientCommand command{*kind, std::string(key), "", defaults.quorum, defaults.timeout, false};
  if (*kind == CommandKind::kSet) {
    if (arguments[2].size() > kMaxValueBytes) {
      return refused(fmt::format("a value has at most {} bytes, this one {}", kMaxValueBytes,
                                 arguments[2].size()));
    }
    command.value = arguments[2];
  }
  const auto options = read_options(arguments.subspan(fixed), command.quorum.n);
  if (!options) return options.error();
  if (auto mistake = apply_options(*options, &command); !mistake.empty()) return refused(mistake);
  return command;
}

void encode_client_command(const ClientCommand& command, std::string* out) {
  const bool set = command.kind == CommandKind::kSet;
  append_array_header((set ? 3 : 2) + 2 * kNumberOptions.size() + (command.meta ? 1 : 0), out);
  append_bulk(name_of(command.kind), out);
  append_bulk(command.key, out);
  if (set) append_bulk(command.value, out);
  const auto timeout = std::chrono::ceil<milliseconds>(command.timeout).count();
  const std::array<std::string, kNumberOptions.size()> numbers = {
      std::to_string(command.quorum.r), std::to_string(command.quorum.w), std::to_string(timeout)};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    append_bulk(kNumberOptions[i], out);
    append_bulk(numbers[i], out);
  }
  if (command.meta) append_bulk(kMetaOption, out);
}

}  // namespace quorate::node
