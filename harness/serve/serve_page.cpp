#include "harness/serve/serve_page.h"

// QUORATE_VIEWER_FOLDER holds the built page. The assembler reads it, so the compiler never sees
// its bytes.
__asm__(
    ".pushsection .rodata\n"
    ".global quorate_serve_html\n"
    "quorate_serve_html: .incbin \"" QUORATE_VIEWER_FOLDER
    "/serve.html\"\n"
    ".global quorate_serve_js\n"
    "quorate_serve_js: .incbin \"" QUORATE_VIEWER_FOLDER
    "/serve.js\"\n"
    ".global quorate_serve_css\n"
    "quorate_serve_css: .incbin \"" QUORATE_VIEWER_FOLDER
    "/serve.css\"\n"
    ".global quorate_serve_end\n"
    "quorate_serve_end: .byte 0\n"
    ".popsection\n");

// NOLINTBEGIN(readability-identifier-naming)
extern "C" const char quorate_serve_html[];
extern "C" const char quorate_serve_js[];
extern "C" const char quorate_serve_css[];
extern "C" const char quorate_serve_end[];
// NOLINTEND(readability-identifier-naming)

namespace quorate {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::vector<PageFile> serve_page() {
  return {
      {"/", "text/html; charset=utf-8", between(quorate_serve_html, quorate_serve_js)},
      {"/serve.js", "text/javascript; charset=utf-8", between(quorate_serve_js, quorate_serve_css)},
      {"/serve.css", "text/css; charset=utf-8", between(quorate_serve_css, quorate_serve_end)},
  };
}

}  // namespace quorate
