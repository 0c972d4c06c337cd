#include "results/report/viewer_page.h"

// QUORATE_VIEWER_HTML is the path of the built page. The assembler reads it, so the compiler never
// sees its bytes.
__asm__(
    ".pushsection .rodata\n"
    ".global quorate_viewer_page_begin\n"
    "quorate_viewer_page_begin:\n"
    ".incbin \"" QUORATE_VIEWER_HTML
    "\"\n"
    ".global quorate_viewer_page_end\n"
    "quorate_viewer_page_end:\n"
    ".byte 0\n"
    ".popsection\n");

// NOLINTBEGIN(readability-identifier-naming)
extern "C" const char quorate_viewer_page_begin[];
extern "C" const char quorate_viewer_page_end[];
// NOLINTEND(readability-identifier-naming)

namespace quorate {

std::string_view viewer_page() {
  return {quorate_viewer_page_begin,
          static_cast<std::size_t>(quorate_viewer_page_end - quorate_viewer_page_begin)};
}

}  // namespace quorate
