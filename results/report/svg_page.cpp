#include "results/report/svg_page.h"

#include <string_view>

#include <fmt/core.h>

#include "results/report/report.h"

namespace quorate {
namespace {

constexpr std::string_view kStyle =
    "text{font:12px system-ui,sans-serif;fill:#1f2328}.paper{fill:#fff}.h{font-size:15px;"
    "font-weight:600}.m{fill:#57606a}.ok{fill:#2a6fdb}.bad{fill:#c9510c}.unknown{fill:#8c959f}"
    ".band{fill:#8250df;fill-opacity:.12}.fault{fill:#8250df;fill-opacity:.75}.v{fill:#cf222e}"
    ".axis{stroke:#8c959f}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.m{fill:#9198a1}"
    ".ok{fill:#6ea8fe}.bad{fill:#f0883e}.band{fill:#a371f7;fill-opacity:.2}.fault{fill:#a371f7}"
    ".v{fill:#ff7b72}}";

}  // namespace

std::string svg_page(const SvgPage& page) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" role=\"img\">\n<title>{2}</title>\n<style>{3}</style>\n"
      "<rect class=\"paper\" width=\"{0}\" height=\"{1}\" rx=\"8\"/>\n"
      "<text class=\"h\" x=\"16\" y=\"26\">{2}</text>\n"
      "<text class=\"m\" x=\"16\" y=\"46\">{4}</text>\n{5}</svg>\n",
      kSvgWidth, page.height, escaped(page.title), kStyle, escaped(page.subtitle), page.body);
}

}  // namespace quorate
