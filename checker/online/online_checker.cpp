#include "checker/online/online_checker.h"

#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>
#include <xxhash.h>

#include "base/check.h"
#include "checker/online/online_key.h"

namespace quorate {
namespace {

OnlineKey::ValueId id_of(std::string_view value) { return XXH3_64bits(value.data(), value.size()); }

struct TextHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the map looks for it
  std::size_t operator()(std::string_view text) const { return id_of(text); }
};

}  // namespace

struct OnlineChecker::State {
  struct Key {
    std::string name;
    OnlineKey judge;
    bool skipped = false;
  };
  // What a process has invoked and not completed.
  struct Doing {
    Key* key = nullptr;
    Position invoked = 0;
    OnlineKey::ValueId value = 0;
    Function function = Function::kRead;
  };

  OnlineKey::ValueId initial = 0;
  boost::unordered_flat_map<std::string, std::unique_ptr<Key>, TextHash, std::equal_to<>> keys;
  boost::unordered_flat_map<std::int32_t, Doing> doing;
  std::vector<OnlineFinding> findings;

  Key* key_of(std::string_view name);
  void invoke(const ClientEvent& event);
  void complete(const ClientEvent& event);
  void note(const BrokenRules& broken, const ClientEvent& event);
  void note(Property property, const ClientEvent& event);
};

OnlineChecker::State::Key* OnlineChecker::State::key_of(std::string_view name) {
  const auto found = keys.find(name);
  if (found != keys.end()) return found->second.get();
  auto made = std::make_unique<Key>(Key{std::string(name), OnlineKey(initial)});
  return keys.emplace(std::string(name), std::move(made)).first->second.get();
}

void OnlineChecker::State::invoke(const ClientEvent& event) {
  Doing now{key_of(event.key), event.index, 0, event.function};
  Key& key = *now.key;
  switch (event.function) {
    case Function::kRead:
      if (!key.skipped) key.judge.invoke_read(event.index);
      break;
    case Function::kWrite:
      now.value = id_of(event.value);
      if (!key.skipped) key.skipped = !key.judge.invoke_write(now.value, event.index);
      break;
    default:
      key.skipped = true;
      break;
  }
  doing[event.process] = now;
}

void OnlineChecker::State::complete(const ClientEvent& event) {
  const auto found = doing.find(event.process);
  QUORATE_CHECK(found != doing.end(), "process {} completes nothing", event.process);
  const Doing done = found->second;
  doing.erase(found);
  if (done.key->skipped) return;
  OnlineKey& judge = done.key->judge;
  if (done.function == Function::kRead) {
    if (event.type != EventType::kOk) return judge.abandon_read(done.invoked);
    note(judge.complete_read(id_of(event.value), done.invoked, event.index), event);
  } else if (event.type == EventType::kOk) {
    judge.complete_write(done.value, event.index);
  } else if (event.type == EventType::kFail) {
    note(judge.fail_write(done.value), event);
  }
}

void OnlineChecker::State::note(const BrokenRules& broken, const ClientEvent& event) {
  if (broken.latest) note(Property::kLatest, event);
  if (broken.write_order) note(Property::kWriteOrder, event);
  if (broken.linearizable) note(Property::kLinearizable, event);
  if (broken.dirty) note(Property::kNoDirtyRead, event);
}

void OnlineChecker::State::note(Property property, const ClientEvent& event) {
  for (const OnlineFinding& known : findings) {
    if (known.property == property) return;
  }
  findings.push_back({property, event.index, std::string(event.key), std::string(event.value)});
}

OnlineChecker::OnlineChecker(const InitialValue& initial) : state_(std::make_unique<State>()) {
  QUORATE_CHECK(initial.kind != InitialValue::Kind::kFree);
  state_->initial = id_of(initial.kind == InitialValue::Kind::kValue ? initial.json : "");
}

OnlineChecker::~OnlineChecker() = default;

void OnlineChecker::add(const ClientEvent& event) {
  if (event.type == EventType::kInvoke) {
    state_->invoke(event);
  } else {
    state_->complete(event);
  }
}

const std::vector<OnlineFinding>& OnlineChecker::findings() const { return state_->findings; }

const OnlineFinding* OnlineChecker::broken(Property property) const {
  for (const OnlineFinding& finding : state_->findings) {
    if (finding.property == property) return &finding;
  }
  return nullptr;
}

std::size_t OnlineChecker::skipped_keys() const {
  std::size_t skipped = 0;
  for (const auto& [name, key] : state_->keys) skipped += key->skipped ? 1 : 0;
  return skipped;
}

std::size_t OnlineChecker::remembered() const {
  std::size_t values = 0;
  for (const auto& [name, key] : state_->keys) values += key->judge.remembered();
  return values;
}

}  // namespace quorate
