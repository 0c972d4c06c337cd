// The pages of docs/anomalies: one for each name, each with the picture and the words that its
// example gives now.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "checker/evidence/picture.h"
#include "checker/evidence/test/anomaly_examples.h"

namespace quorate {
namespace {

using testing::HasSubstr;

std::filesystem::path folder() {
  const char* source = std::getenv("QUORATE_SOURCE");
  return std::filesystem::path(source == nullptr ? "." : source) / "docs" / "anomalies";
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(AnomalyPages, ExistForEveryNameAndStandInTheIndex) {
  const std::string index = content(folder() / "README.md");
  for (const AnomalyName& name : kAnomalies) {
    const std::string page = fmt::format("{}.md", name.page);
    EXPECT_TRUE(std::filesystem::exists(folder() / page)) << page;
    EXPECT_THAT(index, HasSubstr(fmt::format("[{}]({})", name.name, page)));
  }
}

TEST(AnomalyPages, BelongToAName) {
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    if (entry.path().extension() != ".md" || entry.path().stem() == "README") continue;
    bool known = false;
    for (const AnomalyName& name : kAnomalies) known |= entry.path().stem() == name.page;
    EXPECT_TRUE(known) << entry.path();
  }
}

TEST(AnomalyPages, HaveTheSameParts) {
  for (const AnomalyName& name : kAnomalies) {
    const std::string text = content(folder() / fmt::format("{}.md", name.page));
    EXPECT_EQ(text.rfind(fmt::format("# {}\n", name.name), 0), 0U) << name.page;
    for (const char* part :
         {"## As it looks", "## As Quorate tells it", "## What usually causes it",
          "## Who promises its absence", "## What to do next"}) {
      EXPECT_THAT(text, HasSubstr(part)) << name.page;
    }
    EXPECT_THAT(text, HasSubstr(fmt::format("](pictures/{}.svg)", name.page)));
  }
}

// Run  build/release/bin/draw_anomalies docs/anomalies/pictures  where this fails.
TEST(AnomalyPages, ShowThePicturesThatAreDrawnNow) {
  for (const AnomalyName& name : kAnomalies) {
    const AnomalyExample example = example_of(name.anomaly);
    EXPECT_EQ(content(folder() / "pictures" / fmt::format("{}.svg", name.page)),
              to_svg(example.history, example.violation))
        << name.page;
  }
}

TEST(AnomalyPages, QuoteTheWordsThatAreToldNow) {
  for (const AnomalyName& name : kAnomalies) {
    const std::string text = content(folder() / fmt::format("{}.md", name.page));
    const std::string words = printed(example_of(name.anomaly).violation);
    EXPECT_THAT(text, HasSubstr("```text\n" + words + "```\n")) << name.page;
  }
}

}  // namespace
}  // namespace quorate
