#include "checker/sessions/test/session_notation.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/check.h"

namespace quorate {
namespace {

bool is_write(const SessionOp& op) { return op.function != Function::kRead; }

class SessionParser {
 public:
  explicit SessionParser(std::string_view text) : text_(text), rest_(text) {}

  SessionOps parse() {
    while (skip_spaces(), !rest_.empty()) {
      expect('P');
      const int process = number();
      expect(':');
      while (skip_spaces(), !rest_.empty() && rest_[0] != ';') ops_.push_back(operation(process));
      if (!rest_.empty()) expect(';');
    }
    if (!placed_) place();
    QUORATE_CHECK(well_formed(&ops_), "{}: no log of a run", text_);
    return ops_;
  }

 private:
  void skip_spaces() {
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
  }
  char take() {
    QUORATE_CHECK(!rest_.empty(), "{}: ends too early", text_);
    const char taken = rest_[0];
    rest_.remove_prefix(1);
    return taken;
  }
  void expect(char wanted) { QUORATE_CHECK(take() == wanted, "{}: expected {}", text_, wanted); }
  int number() {
    int result = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), result);
    QUORATE_CHECK(error == std::errc(), "{}: expected a number", text_);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return result;
  }

  SessionOp operation(int process) {
    SessionOp op;
    op.process = process;
    const char kind = take();
    QUORATE_CHECK(kind == 'R' || kind == 'W' || kind == 'D', "{}: {} is no operation", text_, kind);
    op.function = kind == 'R'   ? Function::kRead
                  : kind == 'W' ? Function::kWrite
                                : Function::kDelete;
    op.key = take();
    if (kind != 'D') op.value = number();
    while (!rest_.empty() && rest_[0] != ' ' && rest_[0] != ';') {
      const char flag = take();
      if (flag == 'v') op.version = number();
      if (flag == 'i') op.outcome = Outcome::kInfo;
      if (flag == 'f') op.outcome = Outcome::kFail;
      if (flag == '@') {
        op.start = number();
        expect(',');
        op.end = number();
        placed_ = true;
      }
    }
    return op;
  }

  // The k-th operations of all sessions overlap all that are not of the same session.
  void place() {
    std::map<int, int> begun;
    for (SessionOp& op : ops_) {
      const int k = begun[op.process]++;
      op.start = 1000 * k + 10 * op.process;
      op.end = 1000 * (k + 1) + 10 * op.process - 5;
    }
  }

  std::string_view text_;
  std::string_view rest_;
  SessionOps ops_;
  bool placed_ = false;
};

EventType completion_of(Outcome outcome) {
  if (outcome == Outcome::kOk) return EventType::kOk;
  return outcome == Outcome::kFail ? EventType::kFail : EventType::kInfo;
}

ClientEvent event_of(const SessionOp& op, bool invoke) {
  ClientEvent event;
  event.index = invoke ? op.start : op.end;
  event.time_ns = event.index * 1'000'000;
  event.process = op.process;
  event.type = invoke ? EventType::kInvoke : completion_of(op.outcome);
  event.function = op.function;
  return event;
}

}  // namespace

SessionOps parse_sessions(std::string_view notation) { return SessionParser(notation).parse(); }

std::string to_notation(const SessionOps& ops) {
  std::map<int, std::string> sessions;
  for (const SessionOp& op : ops) {
    const bool read = op.function == Function::kRead;
    std::string& text = sessions[op.process];
    text += fmt::format(" {}{}", read ? 'R' : op.function == Function::kWrite ? 'W' : 'D', op.key);
    if (op.function != Function::kDelete) text += fmt::format("{}", op.value);
    if (op.version != 0) text += fmt::format("v{}", op.version);
    if (op.outcome == Outcome::kInfo) text += "i";
    if (op.outcome == Outcome::kFail) text += "f";
    text += fmt::format("@{},{}", op.start, op.end);
  }
  std::string all;
  for (const auto& [process, text] : sessions) {
    all += fmt::format("{}P{}:{}", all.empty() ? "" : "; ", process, text);
  }
  return all;
}

History history_of(const SessionOps& ops) {
  std::map<Position, std::pair<const SessionOp*, bool>> events;
  for (const SessionOp& op : ops) {
    QUORATE_CHECK(events.emplace(op.start, std::pair(&op, true)).second, "two events at one place");
    QUORATE_CHECK(events.emplace(op.end, std::pair(&op, false)).second, "two events at one place");
  }
  HistoryBuilder builder;
  for (const auto& [position, step] : events) {
    const auto& [op, invoke] = step;
    ClientEvent event = event_of(*op, invoke);
    const std::string key = fmt::format("\"{}\"", op->key);
    const std::string value = op->value == 0 ? "" : fmt::format("{}", op->value);
    const std::string version = op->version == 0 ? "" : fmt::format("{}", op->version);
    event.key = key;
    const bool read = op->function == Function::kRead;
    if (op->function == Function::kWrite || (read && event.type == EventType::kOk)) {
      event.value = value;
    }
    if (event.type == EventType::kOk) event.version = version;
    const auto added = builder.add(event);
    QUORATE_CHECK(added.has_value(), "{}: {}", to_notation(ops), added.error().to_string());
  }
  return builder.build();
}

bool well_formed(SessionOps* ops) {
  std::sort(ops->begin(), ops->end(),
            [](const SessionOp& a, const SessionOp& b) { return a.start < b.start; });
  std::set<Position> taken;
  std::map<int, const SessionOp*> last;
  for (const SessionOp& op : *ops) {
    if (op.end <= op.start || !taken.insert(op.start).second || !taken.insert(op.end).second) {
      return false;
    }
    const SessionOp*& before = last[op.process];
    if (before != nullptr && (before->outcome == Outcome::kInfo || before->end > op.start)) {
      return false;
    }
    before = &op;
  }
  return true;
}

namespace {

// Lays the operations out: each starts some time after the one before it in its session.
void lay_out(SessionOps* ops, RandomStream* random) {
  std::map<int, Position> free;
  Position next = 0;
  for (SessionOp& op : *ops) {
    next += 10;
    op.start = std::max(next, free[op.process]) + static_cast<Position>(random->below(40));
    op.end = op.start + 1 + static_cast<Position>(random->below(60));
    free[op.process] = op.end + 1;
  }
  // All different, by spreading each place.
  std::vector<Position*> places;
  for (SessionOp& op : *ops) {
    places.push_back(&op.start);
    places.push_back(&op.end);
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Position* a, const Position* b) { return *a < *b; });
  Position place = 0;
  for (Position* each : places) *each = place++;
}

struct Chosen {
  int value;
  bool deleted;
  int version;
};

}  // namespace

SessionOps random_sessions(const RandomSessions& options, RandomStream* random) {
  SessionOps ops;
  std::map<char, std::vector<Chosen>> written;  // failed ones too
  std::vector<int> process(static_cast<std::size_t>(options.sessions));
  int next_process = 1;
  for (int& p : process) p = next_process++;
  int next_value = 1;
  std::vector<int> versions(static_cast<std::size_t>(options.operations) * 3);
  for (std::size_t i = 0; i < versions.size(); ++i) versions[i] = static_cast<int>(i) + 1;
  // Mostly in the order in which they are written.
  for (std::size_t i = 1; i < versions.size(); ++i) {
    if (random->chance(0.3)) std::swap(versions[i], versions[i - 1]);
  }
  for (int i = 0; i < options.operations; ++i) {
    SessionOp op;
    int& who = process[random->below(process.size())];
    op.process = who;
    op.key = random->chance(0.5) ? 'x' : 'y';
    std::vector<Chosen>& values = written[op.key];
    if (random->chance(0.45)) {
      const bool deletes = options.deletes && random->chance(0.4);
      op.function = deletes ? Function::kDelete : Function::kWrite;
      const int id = next_value++;
      op.value = deletes ? 0 : id;
      op.version = versions[static_cast<std::size_t>(id)];
      if (random->chance(0.2)) op.outcome = random->chance(0.8) ? Outcome::kInfo : Outcome::kFail;
      values.push_back({op.value, deletes, op.version});
      if (op.outcome == Outcome::kInfo) who = next_process++;
    } else if (!values.empty() && random->chance(0.85)) {
      const std::size_t back = random->chance(0.6) ? 1 : 1 + random->below(values.size());
      const Chosen& chosen = values[values.size() - back];
      op.value = chosen.value;
      op.version = chosen.version;
    } else if (random->chance(0.03)) {
      op.value = 99;  // thin air
    }
    const bool tells = op.outcome == Outcome::kOk &&
                       (options.versions || (options.some_versions && random->chance(0.7)));
    if (!tells) op.version = 0;
    ops.push_back(op);
  }
  lay_out(&ops, random);
  QUORATE_CHECK(well_formed(&ops), "{}", to_notation(ops));
  return ops;
}

SessionOps mutate(SessionOps ops, RandomStream* random) {
  const SessionOps before = ops;
  if (ops.empty()) return ops;
  SessionOp& victim = ops[random->below(ops.size())];
  SessionOp& other = ops[random->below(ops.size())];
  switch (random->below(5)) {
    case 0:
      if (!is_write(victim)) victim.value = static_cast<int>(random->below(5));
      break;
    case 1:
      ops.erase(ops.begin() + (&victim - ops.data()));
      break;
    case 2:
      if (victim.function == other.function) std::swap(victim.value, other.value);
      break;
    case 3:
      if (victim.outcome == Outcome::kOk && other.outcome == Outcome::kOk) {
        std::swap(victim.version, other.version);
      }
      break;
    default:
      victim.start = static_cast<Position>(1000 + random->below(1000));
      victim.end = victim.start + static_cast<Position>(1 + random->below(20));
      break;
  }
  return well_formed(&ops) ? ops : before;
}

}  // namespace quorate
