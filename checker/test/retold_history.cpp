#include "checker/test/retold_history.h"

#include <map>
#include <sstream>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/test/history_notation.h"

namespace quorate {
namespace {

struct Step {
  std::size_t op;
  bool invoke;
};

ClientEvent event_of(const History& history, const Op& op, bool invoke) {
  ClientEvent event;
  event.index = invoke ? op.invoked : op.completed;
  event.time_ns = invoke ? op.invoked_ns : op.completed_ns;
  event.process = op.process;
  if (!invoke) event.type = op.outcome == Outcome::kOk ? EventType::kOk : EventType::kFail;
  event.function = op.function;
  event.key = history.text(op.key);
  if (!invoke || takes_value(op.function)) event.value = history.text(op.value);
  event.node = history.text(op.node);
  event.version = history.text(op.version);
  event.error = history.text(op.error);
  event.replicas = history.text(op.replicas);
  event.r = op.r;
  event.w = op.w;
  event.final_read = op.final_read;
  return event;
}

// Takes what follows `mark` off the end of *word.
std::string take_after(char mark, std::string* word) {
  const std::size_t at = word->find(mark);
  if (at == std::string::npos) return "";
  std::string taken = word->substr(at + 1);
  word->resize(at);
  return taken;
}

std::string json_names(const std::string& names) {
  std::string json;
  std::istringstream stream(names);
  for (std::string name; std::getline(stream, name, ',');) {
    json += fmt::format("{}\"{}\"", json.empty() ? "[" : ",", name);
  }
  return json.empty() ? json : json + "]";
}

}  // namespace

History retold(const History& history, const std::function<Retelling(std::size_t)>& retell,
               const std::vector<Mark>& marks) {
  std::map<Position, Step> steps;
  for (std::size_t i = 0; i < history.ops().size(); ++i) {
    steps[history.ops()[i].invoked] = {i, true};
    if (history.ops()[i].completed != kNever) steps[history.ops()[i].completed] = {i, false};
  }
  HistoryBuilder builder;
  for (const auto& [position, step] : steps) {
    ClientEvent event = event_of(history, history.ops()[step.op], step.invoke);
    const bool never = history.ops()[step.op].completed == kNever;
    const Retelling more = !step.invoke || never ? retell(step.op) : Retelling{};
    if (!more.version.empty()) event.version = more.version;
    if (!more.replicas.empty()) event.replicas = more.replicas;
    const auto added = builder.add(event);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
  }
  for (const Mark& mark : marks) {
    const auto added = builder.add(mark);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
  }
  return builder.build();
}

History versioned_history(std::string_view notation, const std::vector<Mark>& marks) {
  std::istringstream words{std::string(notation)};
  std::vector<TestOp> ops;
  std::map<Position, Retelling> told;
  for (std::string word; words >> word;) {
    Retelling more;
    more.replicas = json_names(take_after('#', &word));
    more.version = take_after('@', &word);
    const std::size_t letter = word.find(':') == std::string::npos ? 0 : word.find(':') + 1;
    const bool deletes = word[letter] == 'D';
    if (deletes) word.replace(letter, 1, "W0");
    TestOp op = parse_ops(word).front();
    if (deletes) op.function = Function::kDelete;
    told[op.start] = more;
    ops.push_back(op);
  }
  const History plain = history_of(ops);
  return retold(
      plain, [&](std::size_t i) { return told[plain.ops()[i].invoked]; }, marks);
}

}  // namespace quorate
