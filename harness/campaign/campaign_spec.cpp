#include "harness/campaign/campaign_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "base/json_with_lines.h"
#include "harness/campaign/run_options.h"

namespace quorate {
namespace {

// A value of the file, and where it stands.
class Place {
 public:
  Place(const JsonWithLines& file, std::string at, const Json& value)
      : file_(&file), at_(std::move(at)), value_(&value) {}

  const Json& value() const { return *value_; }
  Error error(std::string_view what) const { return file_->error_at(at_, what); }

  Result<void> require_object(std::string_view what) const {
    if (value_->is_object()) return {};
    return error(fmt::format("{} must be an object: {{…}}", what));
  }
  Result<void> require_array(std::string_view what) const {
    if (value_->is_array()) return {};
    return error(fmt::format("{} must be a list: […]", what));
  }
  // The members of an object, or the elements of a list, with their names.
  std::vector<std::pair<std::string, Place>> members() const {
    std::vector<std::pair<std::string, Place>> all;
    for (const auto& [name, value] : value_->items()) {
      all.emplace_back(name, Place(*file_, pointer_to(at_, name), value));
    }
    return all;
  }

 private:
  const JsonWithLines* file_;
  std::string at_;
  const Json* value_;
};

// The option that was probably meant.
std::string nearest(std::string_view name, const std::vector<std::string>& all) {
  const auto distance = [](std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      std::size_t diagonal = row[0]++;
      for (std::size_t j = 1; j <= b.size(); ++j) {
        const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
      }
    }
    return row.back();
  };
  return *std::min_element(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return distance(name, a) < distance(name, b);
  });
}

Result<void> require_known(const Place& place, const std::string& name,
                           const std::vector<std::string>& known, std::string_view what) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  return place.error(fmt::format("{} \"{}\" is unknown; did you mean \"{}\"? There is: {}", what,
                                 name, nearest(name, known), fmt::join(known, ", ")));
}

Result<Json> read_options(const Place& place, std::string_view what) {
  if (auto ok = place.require_object(what); !ok) return ok.error();
  const std::vector<std::string> known = campaign_run_options();
  for (const auto& [name, value] : place.members()) {
    if (auto ok = require_known(value, name, known, "the option"); !ok) return ok.error();
  }
  return place.value();
}

template <typename T>
Result<T> read_whole(const Place& place, std::string_view name, T low, T high) {
  const Json& value = place.value();
  const bool fits = value.is_number_integer() && value.get<std::int64_t>() >= 0 &&
                    value.get<std::uint64_t>() >= static_cast<std::uint64_t>(low) &&
                    value.get<std::uint64_t>() <= static_cast<std::uint64_t>(high);
  if (!fits)
    return place.error(fmt::format("{} must be a whole number from {} to {}", name, low, high));
  return value.get<T>();
}

Result<std::vector<Axis>> read_axes(const Place& place) {
  if (auto ok = place.require_object("axes"); !ok) return ok.error();
  const std::vector<std::string> known = campaign_run_options();
  std::vector<Axis> axes;
  for (const auto& [name, values] : place.members()) {
    if (auto ok = require_known(values, name, known, "the axis"); !ok) return ok.error();
    if (!values.value().is_array() || values.value().empty()) {
      return values.error(fmt::format("the axis {} must be a list of values: [3, 5]", name));
    }
    axes.push_back({name, {values.value().begin(), values.value().end()}});
  }
  return axes;
}

Result<Condition> read_condition(const Place& place, std::string_view what) {
  if (auto ok = place.require_object(what); !ok) return ok.error();
  if (place.value().empty())
    return place.error(fmt::format("{} holds for every run: say which", what));
  std::vector<std::string> known = campaign_run_options();
  known.emplace_back("meet");
  Condition condition;
  for (const auto& [name, values] : place.members()) {
    if (auto ok = require_known(values, name, known, "the option"); !ok) return ok.error();
    std::vector<std::string> texts;
    if (values.value().is_array()) {
      for (const Json& value : values.value()) texts.push_back(text_of(value));
    } else {
      texts.push_back(text_of(values.value()));
    }
    condition.options.emplace_back(name, std::move(texts));
  }
  return condition;
}

Result<Property> read_property_name(const Place& place) {
  const auto property =
      place.value().is_string() ? property_named(place.value().get<std::string>()) : std::nullopt;
  if (!property) return place.error(fmt::format("{} is no property", place.value().dump()));
  return *property;
}

Result<Expectation> read_expectation(const Place& place) {
  if (auto ok = place.require_object("an expectation"); !ok) return ok.error();
  Expectation expectation;
  bool where = false;
  bool violation = false;
  for (const auto& [name, value] : place.members()) {
    if (name == "where") {
      const auto condition = read_condition(value, "\"where\"");
      if (!condition) return condition.error();
      expectation.where = *condition;
      where = true;
    } else if (name == "violation") {
      const auto property = read_property_name(value);
      if (!property) return property.error();
      expectation.violation = *property;
      violation = true;
    } else {
      return value.error(
          fmt::format("an expectation has \"where\" and \"violation\", not \"{}\"", name));
    }
  }
  if (!where || !violation) return place.error("an expectation needs \"where\" and \"violation\"");
  return expectation;
}

Result<void> read_canary(const Place& place, CampaignSpec* spec) {
  if (place.value() == false) {
    spec->canary_every = 0;
    return {};
  }
  if (auto ok = place.require_object("canary"); !ok) return ok;
  for (const auto& [name, value] : place.members()) {
    if (name == "every") {
      const auto every = read_whole(value, "canary: every", 1, 1'000'000);
      if (!every) return every.error();
      spec->canary_every = *every;
    } else if (name == "options") {
      const auto options = read_options(value, "canary: options");
      if (!options) return options.error();
      spec->canary = *options;
    } else {
      return value.error(fmt::format("a canary has \"every\" and \"options\", not \"{}\"", name));
    }
  }
  return {};
}

Result<void> read_limit(const std::string& name, const Place& value, CampaignSpec* spec) {
  if (name == "count") {
    const auto count = read_whole<std::int64_t>(value, "count", 1, 1'000'000'000);
    if (!count) return count.error();
    spec->count = *count;
  } else if (name == "jobs") {
    const auto jobs = read_whole(value, "jobs", 1, 1000);
    if (!jobs) return jobs.error();
    spec->jobs = *jobs;
  } else if (name == "for") {
    const auto length = parse_duration(text_of(value.value()));
    if (!length) return value.error(length.error().context);
    spec->duration = *length;
  } else if (name == "grace") {
    const auto grace = parse_duration(text_of(value.value()));
    if (!grace) return value.error(grace.error().context);
    spec->grace = *grace;
  } else if (name == "disk") {
    const auto size = parse_size(text_of(value.value()));
    if (!size) return value.error(size.error().context);
    spec->disk_bytes = *size;
  } else if (name == "fail-fast") {
    if (!value.value().is_boolean()) return value.error("fail-fast must be true or false");
    spec->fail_fast = value.value().get<bool>();
  } else {
    return value.error(fmt::format(
        "there is no limit \"{}\"; there is: count, disk, fail-fast, for, grace, jobs", name));
  }
  return {};
}

// Each element of a list, read by `read` into `into`.
template <typename T, typename Read>
Result<void> read_list(const Place& place, std::string_view what, const Read& read,
                       std::vector<T>* into) {
  if (auto ok = place.require_array(what); !ok) return ok;
  for (const auto& [number, element] : place.members()) {
    Result<T> value = read(element);
    if (!value) return value.error();
    into->push_back(std::move(*value));
  }
  return {};
}

Result<void> read_numbers(const std::string& name, const Place& value, CampaignSpec* spec) {
  if (name == "seed") {
    const auto seed = read_whole<std::uint64_t>(value, "seed", 0, ~std::uint64_t{0} >> 1);
    if (!seed) return seed.error();
    spec->seed = *seed;
    return {};
  }
  const auto number = read_whole(value, name, name == "seeds" ? 1 : 0, 1'000'000);
  if (!number) return number.error();
  if (name == "seeds") spec->seeds = *number;
  if (name == "repeats") spec->repeats = *number;
  if (name == "keep") spec->keep = *number;
  return {};
}

Result<void> read_section(const std::string& name, const Place& value, CampaignSpec* spec) {
  if (name == "name") {
    if (!value.value().is_string()) return value.error("name must be a text");
    spec->name = value.value().get<std::string>();
    return {};
  }
  if (name == "options") {
    const auto options = read_options(value, "options");
    if (!options) return options.error();
    spec->options = *options;
    return {};
  }
  if (name == "axes") {
    auto axes = read_axes(value);
    if (!axes) return axes.error();
    spec->axes = std::move(*axes);
    return {};
  }
  if (name == "include") {
    return read_list(
        value, "include", [](const Place& p) { return read_options(p, "an included run"); },
        &spec->include);
  }
  if (name == "exclude") {
    return read_list(
        value, "exclude", [](const Place& p) { return read_condition(p, "an exclusion"); },
        &spec->exclude);
  }
  if (name == "expect") return read_list(value, "expect", read_expectation, &spec->expect);
  if (name == "canary") return read_canary(value, spec);
  if (name == "limits") {
    if (auto ok = value.require_object("limits"); !ok) return ok;
    for (const auto& [limit, given] : value.members()) {
      if (auto ok = read_limit(limit, given, spec); !ok) return ok;
    }
    return {};
  }
  return read_numbers(name, value, spec);
}

}  // namespace

bool Condition::holds_for(const RunConfig& config) const {
  const Json json = to_json(config);
  return std::all_of(options.begin(), options.end(), [&](const auto& option) {
    const auto& [name, values] = option;
    std::string text = "false";  // what is only written where it is true
    if (name == "meet") {
      text = config.r + config.w > config.n ? "true" : "false";
    } else if (json.contains(name)) {
      text = text_of(json.at(name));
    }
    return std::find(values.begin(), values.end(), text) != values.end();
  });
}

Result<CampaignSpec> read_campaign(std::string_view text, const std::string& where) {
  const Result<JsonWithLines> file = JsonWithLines::parse(text, where);
  if (!file) return file.error();
  const Place root(*file, "", file->root());
  if (auto ok = root.require_object("a campaign"); !ok) return ok.error();
  static const std::vector<std::string> kSections{"axes",    "canary",  "exclude", "expect",
                                                  "include", "keep",    "limits",  "name",
                                                  "options", "repeats", "seed",    "seeds"};
  CampaignSpec spec;
  spec.file = file->root();
  for (const auto& [name, value] : root.members()) {
    if (auto ok = require_known(value, name, kSections, "the section"); !ok) return ok.error();
    if (auto ok = read_section(name, value, &spec); !ok) return ok.error();
  }
  if (spec.axes.empty() && spec.include.empty()) {
    return root.error("a campaign needs \"axes\", or runs in \"include\"");
  }
  return spec;
}

Result<CampaignSpec> read_campaign_file(const std::filesystem::path& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return text.error();
  return read_campaign(*text, path.string());
}

void override_run_time(Duration time, CampaignSpec* spec) {
  spec->options["time"] = format_duration(time);
  for (Axis& axis : spec->axes) {
    if (axis.option == "time") axis.values = {spec->options["time"]};
  }
  for (Json& options : spec->include) options.erase("time");
}

Result<std::int64_t> parse_size(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 10> kUnits{
      {{"", 1},
       {"B", 1},
       {"kB", 1'000},
       {"MB", 1'000'000},
       {"GB", 1'000'000'000},
       {"TB", 1'000'000'000'000},
       {"KiB", 1 << 10},
       {"MiB", 1 << 20},
       {"GiB", 1 << 30},
       {"TiB", std::int64_t{1} << 40}}};
  double number = 0;
  const auto [rest, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status == std::errc{} && number >= 0 && number < 1e15) {
    const std::string_view unit = text.substr(static_cast<std::size_t>(rest - text.data()));
    for (const auto& [name, bytes] : kUnits) {
      if (unit == name) return static_cast<std::int64_t>(number * static_cast<double>(bytes));
    }
  }
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("\"{}\" is no size: write 20GiB, 500MB or a number of bytes", text)};
}

}  // namespace quorate
