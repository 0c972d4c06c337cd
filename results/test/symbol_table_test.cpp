#include "results/symbol_table.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace quorate {
namespace {

TEST(SymbolTable, HasTheEmptyTextAsAbsentFromTheStart) {
  SymbolTable table;
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.text(kAbsent), "");
  EXPECT_EQ(table.intern(""), kAbsent);
  EXPECT_EQ(table.find(""), kAbsent);
  EXPECT_EQ(table.find("a"), kAbsent);
}

TEST(SymbolTable, GivesEqualTextsEqualSymbolsAndOthersOthers) {
  SymbolTable table;
  const Symbol a = table.intern("a");
  const Symbol b = table.intern("b");
  EXPECT_NE(a, b);
  EXPECT_NE(a, kAbsent);
  EXPECT_EQ(table.intern(std::string("a")), a);
  EXPECT_EQ(table.find("b"), b);
  EXPECT_EQ(table.size(), 3U);
}

TEST(SymbolTable, KeepsSymbolsDenseAndTextsInPlaceWhileItGrows) {
  SymbolTable table;
  const Symbol first = table.intern("value-0");
  const char* const place = table.text(first).data();
  constexpr Symbol kTexts = 100'000;
  for (Symbol i = 0; i < kTexts; ++i) {
    ASSERT_EQ(table.intern("value-" + std::to_string(i)), i + 1);
  }
  EXPECT_EQ(table.size(), kTexts + 1);
  EXPECT_EQ(table.text(first).data(), place);
  for (Symbol i = 0; i < kTexts; ++i) {
    const std::string text = "value-" + std::to_string(i);
    ASSERT_EQ(table.find(text), i + 1);
    ASSERT_EQ(table.text(i + 1), text);
  }
  EXPECT_EQ(table.find("value-" + std::to_string(kTexts)), kAbsent);
}

TEST(SymbolTable, HoldsTextsLongerThanABlockBetweenShortOnes) {
  SymbolTable table;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 20; ++i) {
    texts.push_back(std::string(i * 50'000, static_cast<char>('a' + i)) + "end");
    texts.push_back("short" + std::to_string(i));
  }
  std::vector<Symbol> symbols;
  symbols.reserve(texts.size());
  for (const std::string& text : texts) symbols.push_back(table.intern(text));
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(table.text(symbols[i]), texts[i]) << i;
}

TEST(SymbolTable, TellsTextsApartThatDifferOnlyAfterAZeroByte) {
  SymbolTable table;
  EXPECT_NE(table.intern(std::string("a\0b", 3)), table.intern(std::string("a\0c", 3)));
}

}  // namespace
}  // namespace quorate
