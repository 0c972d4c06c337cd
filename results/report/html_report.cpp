// The page: the viewer, with data inside.
#include <fmt/format.h>

#include "base/check.h"
#include "results/report/compressed.h"
#include "results/report/packed_run.h"
#include "results/report/report.h"
#include "results/report/viewer_page.h"

namespace quorate {
namespace {

constexpr std::string_view kTitle = "<title>Quorate</title>";
constexpr std::string_view kData = "<!-- quorate:data -->";

// Puts `text` in place of `mark`, which stands in the page once.
void fill_in(std::string_view mark, const std::string& text, std::string* page) {
  const std::size_t place = page->find(mark);
  QUORATE_CHECK(place != std::string::npos, "the viewer's page lacks {}", mark);
  page->replace(place, mark.size(), text);
}

}  // namespace

std::string page_with(const std::string& title, const std::string& plain,
                      const std::string& packed) {
  std::string page(viewer_page());
  // The data last, so that a mark is never looked for inside of it.
  const std::string data = base64(gzip(packed));
  fill_in(kTitle, fmt::format("<title>{} – Quorate</title>", escaped(title)), &page);
  fill_in(kData,
          fmt::format("<noscript><pre>{}</pre></noscript>\n"
                      "<script id=\"quorate-data\" type=\"application/gzip\">{}</script>",
                      escaped(plain), data),
          &page);
  return page;
}

std::string to_html(const SavedRun& record) {
  return page_with(fmt::format("{}: {}", headline_of(record).outcome, record.name),
                   to_markdown(record), packed_run(record));
}

}  // namespace quorate
