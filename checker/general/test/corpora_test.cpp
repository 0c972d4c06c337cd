// Every recorded history of a real system gets its known verdict (verdicts.csv beside them).
//
// The corpora are not part of the project: they are read from the folder that QUORATE_CORPORA
// names, else from beside the project, and where they are not the tests are skipped.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "checker/general/general_checker.h"
#include "results/history_file.h"

namespace quorate {
namespace {

std::filesystem::path corpora() {
  const char* const named = std::getenv("QUORATE_CORPORA");
  if (named != nullptr) return named;
  const char* const source = std::getenv("QUORATE_SOURCE");
  return std::filesystem::path(source == nullptr ? "." : source) / ".." / "shared" / "corpora";
}

// RFC 4180: a quote inside a quoted field is doubled.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += line[++i];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else if (line[i] != '\r') {
      fields.back() += line[i];
    }
  }
  return fields;
}

// "absent", "free", a JSON text, or an EDN map of symbols and numbers: {x 0, y 0}.
InitialValue initial_of(const std::string& text) {
  InitialValue initial;
  if (text == "absent" || text == "free") return initial;  // a mutex is free
  initial.kind = InitialValue::Kind::kValue;
  initial.json = text;
  if (text.empty() || text.front() != '{') return initial;
  Json map = Json::object();
  std::string name;
  std::string word;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += c;
    } else if (!word.empty()) {
      if (name.empty()) {
        name = word;
      } else {
        map[name] = std::stoi(word);
        name.clear();
      }
      word.clear();
    }
  }
  initial.json = map.dump();
  return initial;
}

void judge(const std::vector<std::string>& row) {
  const std::string& file = row.at(0);
  const auto model = model_named(row.at(1));
  ASSERT_TRUE(model.has_value()) << file << ": " << row.at(1);
  const InitialValue initial = initial_of(row.at(2));
  ReadOptions options;
  // Knossos's rule, where it matters: the register began with a value and is never emptied.
  options.nil_read_is_unknown =
      initial.kind == InitialValue::Kind::kValue && *model != ModelKind::kKvAppend;
  const auto history = read_history_file(corpora() / file, options);
  ASSERT_TRUE(history.has_value()) << history.error().to_string();
  const auto checker = linearizable_checker(*model, initial);
  ASSERT_TRUE(checker.has_value()) << file << ": " << checker.error().to_string();
  const CheckResult result = (*checker)->check(history->history, {});
  const Validity expected = row.at(3) == "ok" ? Validity::kValid : Validity::kInvalid;
  EXPECT_EQ(result.validity, expected) << file << ": " << result.reason;
  EXPECT_GT(history->history.ops().size(), 1U) << file;
  if (expected == Validity::kInvalid) {
    ASSERT_FALSE(result.violations.empty()) << file;
    EXPECT_FALSE(result.violations[0].ops.empty()) << file;
  }
}

TEST(Corpora, EveryRecordedHistoryGetsItsKnownVerdict) {
  std::ifstream verdicts(corpora() / "verdicts.csv");
  if (!verdicts) GTEST_SKIP() << "the corpora are not at " << corpora();
  std::string line;
  std::getline(verdicts, line);
  int judged = 0;
  while (std::getline(verdicts, line)) {
    judge(fields_of(line));
    ++judged;
  }
  EXPECT_GT(judged, 100);
}

TEST(Corpora, TheInitialValueMatters) {
  const auto file = corpora() / "raft" / "canonical-raft.edn";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the corpora are not at " << corpora();
  const auto history = read_history_file(file);
  ASSERT_TRUE(history.has_value()) << history.error().to_string();
  const CheckResult result =
      (*linearizable_checker(ModelKind::kRegister))->check(history->history, {});
  EXPECT_EQ(result.validity, Validity::kInvalid);
}

}  // namespace
}  // namespace quorate
