#include <fstream>

#include <fmt/core.h>

#include "checker/staleness/report.h"
#include "harness/cli/commands.h"
#include "harness/cli/terminal.h"
#include "harness/cli/verdict_text.h"
#include "harness/cli/waiting_line.h"
#include "harness/run/pictures.h"

namespace quorate {
namespace {

Verdict verdict_on(Property property, CheckResult result) {
  Verdict verdict;
  PropertyVerdict judged{.property = property, .promised = true};
  switch (result.validity) {
    case Validity::kValid:
      judged.standing = Standing::kHeld;
      verdict.outcome = RunOutcome::kPass;
      verdict.sentence = fmt::format("{} holds", name_of(property));
      break;
    case Validity::kInvalid:
      judged.standing = Standing::kBroken;
      verdict.outcome = RunOutcome::kViolation;
      verdict.sentence = fmt::format("{} is broken", name_of(property));
      break;
    case Validity::kUnknown:
      judged.standing = Standing::kUndecided;
      verdict.outcome = RunOutcome::kUnknown;
      verdict.sentence = fmt::format("{}: {}", name_of(property), result.reason);
      break;
  }
  judged.result = std::move(result);
  verdict.properties.push_back(std::move(judged));
  return verdict;
}

// The form in which the history is written, as named or by its first bytes.
HistoryFormat format_of(const CheckRequest& request) {
  if (request.format) return *request.format;
  std::ifstream file(request.target, std::ios::binary);
  std::string start(std::size_t{1} << 16, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return recognised_format(start);
}

ReadOptions read_options(const CheckRequest& request) {
  ReadOptions options{.format = request.format,
                      .nil_read_is_unknown = false,
                      .values_are_pairs = request.independent};
  // A pipe cannot be looked at twice.
  if (!std::filesystem::is_regular_file(request.target)) return options;
  options.format = format_of(request);
  // With a value there at first, Jepsen's and Knossos's nil means that the read told nothing.
  const bool has_initial = request.question.initial.kind == InitialValue::Kind::kValue;
  options.nil_read_is_unknown = has_initial && options.format != HistoryFormat::kJsonLines;
  return options;
}

Json to_json(const CheckRequest& request, const ReadHistory& read, const Verdict& verdict) {
  Json json = quorate::to_json(verdict);
  json["model"] = request.question.model;
  json["format"] = name_of(read.format);
  json["exit-code"] = exit_code(verdict.outcome);
  return json;
}

void print_text(const CheckRequest& request, const History& history, const Verdict& verdict) {
  fmt::print("{}  {} ({} operations)\n", outcome_text(verdict.outcome), verdict.sentence,
             grouped(static_cast<std::int64_t>(history.ops().size())));
  const CheckResult& result = verdict.properties.front().result;
  for (const Violation& violation : result.violations) {
    fmt::print("\n{}", violation_text(violation));
  }
  if (!result.reason.empty() && verdict.outcome == RunOutcome::kViolation) {
    fmt::print("\nnot judged: {}\n", result.reason);
  }
  if (!request.staleness) return;
  fmt::print("\n");
  const StalenessReport report = measure_staleness_in_full(
      history, StalenessOptions{.initial = request.question.initial}, request.budget);
  for (const std::string& line : staleness_table(report)) fmt::print("{}\n", line);
}

}  // namespace

int check_history(const CheckRequest& request, const Output& output) {
  WaitingLine waiting(fmt::format("reading {}", request.target.string()));
  const auto read = read_history_file(request.target, read_options(request));
  if (!read) return complain(read.error(), kExitUsage);
  if (auto fits = check_operations(read->history, request.question.model); !fits) {
    return complain({fits.error().code, fmt::format("{}: {} (--model says what the objects are)",
                                                    request.target.string(), fits.error().context)},
                    kExitUsage);
  }
  const auto checker = checker_for(request.question);
  if (!checker) return complain(checker.error(), kExitUsage);
  waiting.now(fmt::format("judging {} operations", read->history.ops().size()));
  const Verdict verdict =
      verdict_on(request.question.property, (*checker)->check(read->history, request.budget));
  waiting.end();
  if (!request.pictures.empty()) {
    const auto drawn = write_pictures(request.pictures, read->history, verdict);
    if (!drawn) return complain(drawn.error(), kExitHarnessError);
  }
  if (output.json) {
    fmt::print("{}\n", to_json(request, *read, verdict).dump(2));
  } else {
    print_text(request, read->history, verdict);
  }
  return exit_code(verdict.outcome);
}

}  // namespace quorate
