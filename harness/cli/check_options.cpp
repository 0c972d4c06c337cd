#include "harness/cli/check_options.h"

#include <charconv>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "checker/checker_for.h"
#include "results/edn.h"

namespace quorate {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  quorate check results/runs/latest                     judge a run again, by what it "
    "promised\n"
    "  quorate check results/runs/latest --staleness         and how stale it was, beside what "
    "PBS\n"
    "                                                        predicts\n"
    "  quorate check history.jsonl                           is this register linearizable?\n"
    "  quorate check history.jsonl --property latest --json\n"
    "  quorate check history.edn --model cas-register --initial 0      a history of Jepsen's\n"
    "  quorate check run.edn --model multi-register --initial '{x 0, y 0}' --budget 10m,8GiB\n"
    "Exit codes: 0 it holds, 1 it is broken, 2 no answer, 254 the command line or the file makes "
    "no\n"
    "sense. docs/models.md tells what each model is.\n";

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

std::string model_list() { return fmt::format("{}", fmt::join(model_names(), ", ")); }

std::string format_list() {
  std::string list = "auto";
  for (const HistoryFormat format : kAllHistoryFormats) {
    list += fmt::format(", {}", name_of(format));
  }
  return list;
}

// EDN, of which JSON's scalars are a part; a JSON object is no EDN.
Result<InitialValue> read_initial(const std::string& text) {
  using Kind = InitialValue::Kind;
  if (text.empty() || text == "absent" || text == "nil") return InitialValue{Kind::kNothing, ""};
  if (text == "free") return InitialValue{Kind::kFree, ""};
  EdnReader reader(text);
  EdnValue value;
  EdnValue more;
  if (reader.next(&value) == EdnStep::kValue && value.kind != EdnKind::kSymbol &&
      reader.next(&more) == EdnStep::kEnd) {
    return InitialValue{Kind::kValue, json_of(value)};
  }
  const Result<Json> json = parse_json(text, "--initial");
  if (json) return InitialValue{Kind::kValue, json->dump()};
  return invalid(fmt::format(
      "--initial {} is neither absent, free nor a value such as 0, '\"x\"' or '{{x 0, y 0}}'",
      text));
}

Result<void> read_budget_part(const std::string& part, Budget* budget) {
  const bool gib = part.ends_with("GiB");
  if (!gib && !part.ends_with("MiB")) {
    const Result<Duration> time = parse_duration(part);
    if (!time) return time.error();
    budget->time = *time;
    return {};
  }
  std::size_t count = 0;
  const char* end = part.data() + part.size() - 3;
  const auto [rest, status] = std::from_chars(part.data(), end, count);
  if (status != std::errc{} || rest != end || count > (std::size_t{1} << 20)) {
    return invalid("");
  }
  budget->bytes = count << (gib ? 30 : 20);
  return {};
}

Result<Budget> read_budget(const std::string& text) {
  Budget budget;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    if (!read_budget_part(text.substr(from, comma - from), &budget)) {
      return invalid(fmt::format("--budget {}: write it like 60s,4GiB", text));
    }
    from = comma + 1;
  }
  return budget;
}

Result<CheckRequest> read_check_request(const CheckTexts& texts) {
  CheckRequest request;
  request.target = texts.target;
  request.question.model = texts.model;
  const Result<InitialValue> initial = read_initial(texts.initial);
  if (!initial) return initial.error();
  request.question.initial = *initial;
  const Result<Property> property = read_property(texts.property);
  if (!property) return property.error();
  request.question.property = *property;
  if (const auto checker = checker_for(request.question); !checker) return checker.error();
  if (texts.format != "auto") {
    request.format = history_format_named(texts.format);
    if (!request.format) {
      return invalid(
          fmt::format("--format {} is unknown; there is: {}", texts.format, format_list()));
    }
  }
  const Result<Budget> budget = read_budget(texts.budget);
  if (!budget) return budget.error();
  request.budget = *budget;
  request.pictures = texts.pictures;
  request.independent = texts.independent;
  request.staleness = texts.staleness;
  return request;
}

// What is asked of a history makes no sense for a run, which knows what it promised.
Result<void> check_for_a_run(const CLI::App& check) {
  for (const char* option : {"--model", "--initial", "--property", "--format", "--independent"}) {
    if (check.count(option) == 0) continue;
    return invalid(fmt::format(
        "{} is for a history, and this is a run folder, which is judged by what it promised (its "
        "history alone: history.jsonl in it)",
        option));
  }
  return {};
}

}  // namespace

Result<Property> read_property(const std::string& text) {
  if (const auto property = property_named(text)) return *property;
  std::string list;
  for (const Property property : kAllProperties) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", name_of(property));
  }
  return invalid(fmt::format("there is no property \"{}\"; there is: {}", text, list));
}

void add_check_options(CLI::App* check, CheckTexts* texts, Output* output) {
  check->footer(kExamples);
  check
      ->add_option("target", texts->target,
                   "A run folder, or a history: JSON lines, Jepsen's EDN or text log")
      ->required()
      ->check(CLI::ExistingPath);
  check->add_option("--model", texts->model, "What the objects are: " + model_list())
      ->capture_default_str();
  check->add_option("--initial", texts->initial,
                    "What a key holds at first: absent (the default), free, or a value in EDN");
  check->add_option("--property", texts->property, "What to judge a history by")
      ->capture_default_str();
  check->add_option("--format", texts->format, "Of the history: " + format_list())
      ->capture_default_str();
  check->add_flag("--independent", texts->independent,
                  "Values are pairs [key value] (jepsen.independent; EDN and logs)");
  check->add_option("--budget", texts->budget, "Time and memory for each property")
      ->capture_default_str();
  check->add_option("--pictures", texts->pictures,
                    "Write a picture (SVG) of each violation that is shown into this folder");
  check->add_flag("--staleness", texts->staleness,
                  "Show how stale registers were, measured and predicted");
  check->add_flag("--json", output->json, "The verdict as JSON on standard output");
}

int start_check(const CLI::App& check, const CheckTexts& texts, const Output& output) {
  const Result<CheckRequest> request = read_check_request(texts);
  if (!request) return complain(request.error(), kExitUsage);
  std::error_code error;
  if (!std::filesystem::is_directory(request->target, error)) {
    return check_history(*request, output);
  }
  if (auto fits = check_for_a_run(check); !fits) return complain(fits.error(), kExitUsage);
  return check_run(*request, output);
}

}  // namespace quorate
