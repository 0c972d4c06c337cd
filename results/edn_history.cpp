// Reading Jepsen's history.edn.
#include <array>
#include <utility>

#include <fmt/format.h>

#include "results/edn.h"
#include "results/jepsen_event.h"
#include "results/jepsen_formats.h"

namespace quorate {
namespace {

using MaybeError = std::optional<TextError>;

struct Field {
  std::string_view name;
  const EdnValue* JepsenEvent::*place;
};

constexpr std::array<Field, 9> kFields{{{"type", &JepsenEvent::type},
                                        {"f", &JepsenEvent::f},
                                        {"process", &JepsenEvent::process},
                                        {"value", &JepsenEvent::value},
                                        {"time", &JepsenEvent::time},
                                        {"index", &JepsenEvent::index},
                                        {"key", &JepsenEvent::key},
                                        {"node", &JepsenEvent::node},
                                        {"error", &JepsenEvent::error}}};

MaybeError take_field(const EdnValue& name, const EdnValue& value, JepsenEvent* event) {
  if (name.kind != EdnKind::kKeyword) return std::nullopt;
  for (const Field& field : kFields) {
    if (field.name != name.text) continue;
    if (event->*field.place != nullptr) {
      return TextError{name.offset, fmt::format("expected the field :{} only once", name.text)};
    }
    event->*field.place = &value;
  }
  return std::nullopt;
}

MaybeError take_event(const EdnValue& value, JepsenHistoryBuilder* builder) {
  const EdnValue* map = &value;  // #jepsen.history.Op{…} is the map
  while (map->kind == EdnKind::kTagged) map = &map->items.front();
  if (map->kind != EdnKind::kMap) {
    return TextError{value.offset, "expected a map, {:process … :type … :f …}"};
  }
  JepsenEvent event;
  event.offset = value.offset;
  for (std::size_t i = 0; i < map->items.size(); i += 2) {
    if (auto failed = take_field(map->items[i], map->items[i + 1], &event)) return failed;
  }
  return builder->add(event);
}

}  // namespace

Result<History> parse_edn_history(std::string_view text, std::string_view where,
                                  const ReadOptions& options) {
  EdnReader reader(text);
  JepsenHistoryBuilder builder(options);
  EdnValue value;
  const bool entered = reader.enter();
  EdnStep step = reader.next(&value);
  while (step == EdnStep::kValue) {
    if (auto failed = take_event(value, &builder)) return located(*failed, text, where);
    step = reader.next(&value);
  }
  if (entered && step == EdnStep::kEnd) {
    step = reader.next(&value);
    if (step == EdnStep::kValue) {
      return located(TextError{value.offset, "expected the end of the history behind its bracket"},
                     text, where);
    }
  }
  if (step == EdnStep::kError) return located(reader.error(), text, where);
  return builder.build();
}

}  // namespace quorate
