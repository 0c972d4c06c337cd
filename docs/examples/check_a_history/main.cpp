// check_a_history FILE: is this history of a register linearizable?  Exit 0 yes, 1 no, 2 no answer.
#include <cstdio>

#include <quorate_checker.h>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: check_a_history FILE\n");
    return 2;
  }
  const auto file = quorate::read_history_file(argv[1]);
  if (!file) {
    std::fprintf(stderr, "%s\n", file.error().context.c_str());
    return 2;
  }
  // What is asked: is it linearizable, as a register that holds nothing at first?
  const auto checker = quorate::checker_for(quorate::Question{});
  const quorate::CheckResult result = (*checker)->check(file->history, quorate::Budget{});
  switch (result.validity) {
    case quorate::Validity::kValid:
      std::puts("linearizable");
      return 0;
    case quorate::Validity::kUnknown:
      std::printf("no answer: %s\n", result.reason.c_str());
      return 2;
    case quorate::Validity::kInvalid:
      break;
  }
  std::printf("not linearizable, %zu violations\n",
              static_cast<std::size_t>(result.violation_count));
  for (const quorate::Violation& violation : result.violations) {
    std::puts("");
    for (const std::string& line : violation.lines) std::puts(line.c_str());
  }
  return 1;
}
