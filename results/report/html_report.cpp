// The page: the viewer, with the run's data inside.
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

std::string to_html(const SavedRun& record) {
  std::string page(viewer_page());
  // Behind everything else, so that a mark is never looked for inside of data.
  const std::string data = base64(gzip(packed_run(record)));
  fill_in(kTitle,
          fmt::format("<title>{}: {} – Quorate</title>", escaped(headline_of(record).outcome),
                      escaped(record.name)),
          &page);
  fill_in(kData,
          fmt::format("<noscript><pre>{}</pre></noscript>\n"
                      "<script id=\"quorate-data\" type=\"application/gzip\">{}</script>",
                      escaped(to_markdown(record)), data),
          &page);
  return page;
}

}  // namespace quorate
