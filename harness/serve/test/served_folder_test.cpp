#include "harness/serve/served_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "harness/serve/test/a_results_folder.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

// Every spelling of a way up, or elsewhere, that came to mind.
constexpr const char* kWaysOut[] = {"..",
                                    "../outside/secret",
                                    "runs/../../outside/secret",
                                    "%2e%2e/outside/secret",
                                    ".%2e/outside/secret",
                                    "%2E./outside/secret",
                                    "..%2foutside%2fsecret",
                                    "..%2Foutside%2Fsecret",
                                    "runs%2f..%2f..%2foutside%2fsecret",
                                    "/etc/passwd",
                                    "%2fetc%2fpasswd",
                                    "//etc/passwd",
                                    "runs//latest",
                                    "./runs",
                                    "runs/.",
                                    "runs/",
                                    "%00",
                                    "runs/test.json%00.txt",
                                    "%",
                                    "%2"};

TEST(PathBelow, RefusesEverySpellingOfAWayOut) {
  for (const char* way : kWaysOut) {
    const auto path = path_below(way);
    EXPECT_FALSE(path) << way << " is " << *path;
  }
  EXPECT_FALSE(path_below(std::string(5000, 'a')));
  EXPECT_FALSE(checked_path(std::string("a\0b", 3)));
}

TEST(PathBelow, LeavesNamesAloneThatOnlyLookLikeOne) {
  for (const char* name : {"...", "..a", "a..", "runs/..latest", "%252e%252e", "a\\..\\b"}) {
    EXPECT_TRUE(path_below(name)) << name;
  }
  EXPECT_EQ(*path_below("%252e%252e/x"), "%2e%2e/x");
  EXPECT_EQ(*path_below(""), "");
}

class ServedFolderTest : public testing::Test {
 protected:
  ServedFolderTest() {
    results_.add_run("runs/one", "pass");
    fs::create_directories(results_.outside());
    std::ofstream(results_.outside() / "secret") << "secret";
  }
  void link(const fs::path& target, const std::string& below) const {
    fs::create_symlink(target, results_.path() / below);
  }
  AResultsFolder results_;
};

TEST_F(ServedFolderTest, ReadsWhatIsInside) {
  const ServedFolder folder = results_.open();
  results_.write("a", "0123456789");
  EXPECT_EQ(*folder.read("a", 100), "0123456789");
  EXPECT_EQ(*folder.read_part("a", 3, 4), "3456");
  EXPECT_EQ(*folder.read_part("a", 8, 4), "89");
  EXPECT_EQ(*folder.read_part("a", 10, 4), "");
  EXPECT_EQ(*folder.read_part("a", 99, 4), "");
  EXPECT_EQ(folder.read("a", 9).error().code, ErrorCode::kLimit);
  EXPECT_EQ(folder.read("b", 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(folder.read("a/b", 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(folder.read("runs", 9).error().code, ErrorCode::kNotFound);  // no file
  EXPECT_TRUE(folder.folder("runs/one"));
  EXPECT_FALSE(folder.folder("a"));
}

TEST_F(ServedFolderTest, FollowsALinkThatStaysInside) {
  link("one", "runs/latest");
  link("../runs/one/test.json", "runs/up_and_down");
  const ServedFolder folder = results_.open();
  EXPECT_TRUE(folder.read("runs/latest/test.json", 1000));
  EXPECT_TRUE(folder.read("runs/up_and_down", 1000));
}

TEST_F(ServedFolderTest, RefusesALinkThatLeadsOut) {
  link(results_.outside() / "secret", "absolute");
  link("../outside/secret", "relative");
  link("../outside", "runs/../folder");
  link(results_.outside(), "whole");
  link("absolute", "chained");
  link("/proc/self/root", "magic");
  link("loop", "loop");
  const ServedFolder folder = results_.open();
  for (const char* way : {"absolute", "relative", "folder/secret", "whole/secret", "chained",
                          "magic/etc/passwd", "loop", "whole", "../outside/secret"}) {
    const auto read = folder.read(way, 1000);
    EXPECT_FALSE(read) << way;
    EXPECT_THAT(read.error().context, testing::Not(testing::HasSubstr("secret:"))) << way;
    EXPECT_FALSE(folder.folder(way)) << way;
  }
}

TEST_F(ServedFolderTest, ServesTheFolderThatItOpenedWhateverTakesItsPlace) {
  const ServedFolder folder = results_.open();
  fs::rename(results_.path(), results_.path().string() + "-moved");
  fs::create_symlink(results_.outside(), results_.path());
  EXPECT_FALSE(folder.has_file("secret"));
  EXPECT_TRUE(folder.has_file("runs/one/test.json"));
}

TEST_F(ServedFolderTest, WaitsForNoPipeAndOpensNoSocket) {
  ASSERT_EQ(mkfifo((results_.path() / "pipe").c_str(), 0600), 0);
  const ServedFolder folder = results_.open();
  EXPECT_EQ(folder.file("pipe").error().code, ErrorCode::kNotFound);
}

TEST_F(ServedFolderTest, TellsThatThereIsNoFolder) {
  EXPECT_EQ(ServedFolder::open(results_.path() / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ServedFolder::open(results_.outside() / "secret").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace quorate
