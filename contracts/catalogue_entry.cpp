#include "contracts/catalogue_entry.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace tidemark {
namespace {

using nlohmann::json;

constexpr std::array kDomains{Domain::delivery, Domain::instances, Domain::energy};
constexpr std::array kFamilyNames{MetricFamily::north_star, MetricFamily::operational};
constexpr std::array kKinds{MetricKind::event, MetricKind::level, MetricKind::rolling};
constexpr std::array kHeadlines{Headline::count, Headline::median, Headline::mean,
                                Headline::ratio, Headline::level,  Headline::score};
constexpr std::array kDirections{Direction::higher_is_better, Direction::lower_is_better, Direction::neutral};
constexpr std::array kSplits{Split::additive, Split::partition, Split::overlapping, Split::numerator};
constexpr std::array kSides{AlertThresholds::Side::below, AlertThresholds::Side::above};

// An object of the file, and where in it: problems are told with both.
class Reader {
 public:
  Reader(std::string_view file, std::string path, const json& object)
      : file_(file), path_(std::move(path)), object_(object) {
    if (!object.is_object()) refuse("is not an object");
  }

  [[noreturn]] void refuse(const std::string& problem, std::string_view member = {}) const {
    std::string where = path_;
    if (!member.empty()) where += (where.empty() ? "" : ".") + std::string{member};
    throw std::logic_error(std::string{file_} + ": " + (where.empty() ? "the entry" : where) + ": " + problem);
  }

  // Every member is one of `known`: a misspelt one would otherwise be a silent default.
  void allow_only(std::initializer_list<std::string_view> known) const {
    for (const auto& [name, value] : object_.items())
      if (std::find(known.begin(), known.end(), name) == known.end()) refuse("is not known", name);
  }

  bool has(const char* member) const { return object_.contains(member); }

  const json& at(const char* member) const {
    const auto found = object_.find(member);
    if (found == object_.end()) refuse("is missing", member);
    return *found;
  }
  std::string_view text(const char* member) const { return text_of(at(member), member); }
  std::string_view text_of(const json& value, const char* member) const {
    const auto* text = value.get_ptr<const std::string*>();
    if (text == nullptr || text->empty()) refuse("is not a text: " + value.dump(), member);
    return *text;
  }
  int whole(const char* member) const {
    if (!at(member).is_number_integer() || at(member) < 1 || at(member) > 1'000'000)
      refuse("is not a whole number from 1 on: " + at(member).dump(), member);
    return at(member).get<int>();
  }
  double number(const char* member) const {
    if (!at(member).is_number()) refuse("is not a number: " + at(member).dump(), member);
    return at(member).get<double>();
  }
  bool flag(const char* member) const {
    if (!at(member).is_boolean()) refuse("is neither true nor false: " + at(member).dump(), member);
    return at(member).get<bool>();
  }
  const json& list(const char* member) const {
    if (!at(member).is_array()) refuse("is not a list: " + at(member).dump(), member);
    return at(member);
  }
  template <typename Values>
  auto one_of(const Values& values, std::string_view given, const char* member) const {
    std::string allowed;
    for (const auto value : values) {
      if (to_string(value) == given) return value;
      allowed += (allowed.empty() ? "" : ", ") + std::string{to_string(value)};
    }
    refuse("'" + std::string{given} + "' is none of " + allowed, member);
  }
  template <typename Values>
  auto one_of(const Values& values, const char* member) const {
    return one_of(values, text(member), member);
  }
  Reader object(const char* member) const { return {file_, path_.empty() ? member : path_ + "." + member, at(member)}; }
  Reader item(const char* member, const json& object) const { return {file_, std::string{member} + "[]", object}; }

 private:
  std::string_view file_;
  std::string path_;
  const json& object_;
};

std::vector<BreakdownDimension> breakdown_dimensions(const Reader& entry) {
  constexpr auto kMember = "breakdown_dimensions";
  std::vector<BreakdownDimension> dimensions;
  for (const auto& value : entry.list(kMember)) {
    const Reader dimension = entry.item(kMember, value);
    dimension.allow_only({"name", "split"});
    dimensions.push_back({dimension.text("name"), dimension.one_of(kSplits, "split")});
  }
  return dimensions;
}

DrilldownEntity drilldown(const Reader& object) {
  object.allow_only({"entity_type", "unit"});
  return {object.text("entity_type"), object.text("unit")};
}

RetentionDays retention(const Reader& object) {
  object.allow_only({"trend", "breakdown", "drilldown"});
  return {object.whole("trend"), object.whole("breakdown"), object.whole("drilldown")};
}

AlertThresholds thresholds(const Reader& object) {
  object.allow_only({"field", "side", "warning", "critical", "emergency"});
  AlertThresholds result{object.has("field") ? std::string{object.text("field")} : std::string{},
                         object.one_of(kSides, "side"), object.number("warning"), object.number("critical"),
                         object.number("emergency")};
  const bool rises = result.warning < result.critical && result.critical < result.emergency;
  const bool falls = result.warning > result.critical && result.critical > result.emergency;
  if (result.side == AlertThresholds::Side::above ? !rises : !falls)
    object.refuse("warning, critical and emergency do not go further " + std::string{to_string(result.side)});
  return result;
}

}  // namespace

CatalogueEntry parse_catalogue_entry(std::string_view file, const json& document) {
  const Reader entry{file, "", document};
  entry.allow_only({"order",          "key",
                    "title",          "description",
                    "unit",           "domain",
                    "family",         "kind",
                    "headline",       "revision",
                    "direction",      "count_field",
                    "grains",         "trend_dimensions",
                    "undivided",      "breakdown_dimensions",
                    "drilldown",      "freshness_minutes",
                    "retention_days", "alert_thresholds"});
  Metric metric{.key = entry.text("key"),
                .title = entry.text("title"),
                .description = entry.text("description"),
                .unit = entry.text("unit"),
                .domain = entry.one_of(kDomains, "domain"),
                .family = entry.one_of(kFamilyNames, "family"),
                .kind = entry.one_of(kKinds, "kind"),
                .headline = entry.one_of(kHeadlines, "headline"),
                .revision = entry.whole("revision"),
                .direction = entry.one_of(kDirections, "direction"),
                .count_field = entry.has("count_field") ? entry.text("count_field") : std::string_view{},
                .grains = {},
                .trend_dimensions = {},
                .undivided = entry.flag("undivided"),
                .breakdown_dimensions = breakdown_dimensions(entry),
                .drilldown = std::nullopt,
                .freshness_minutes = entry.whole("freshness_minutes"),
                .retention = retention(entry.object("retention_days")),
                .thresholds = std::nullopt};
  for (const auto& grain : entry.list("grains"))
    metric.grains.push_back(entry.one_of(kGrains, entry.text_of(grain, "grains"), "grains"));
  for (const auto& name : entry.list("trend_dimensions"))
    metric.trend_dimensions.push_back(entry.text_of(name, "trend_dimensions"));
  if (entry.has("drilldown")) metric.drilldown = drilldown(entry.object("drilldown"));
  if (entry.has("alert_thresholds")) metric.thresholds = thresholds(entry.object("alert_thresholds"));
  return {entry.whole("order"), std::move(metric)};
}

}  // namespace tidemark
