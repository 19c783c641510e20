#include "jobs/views/parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "contracts/error.hpp"
#include "readmodel/data_version.hpp"

namespace tidemark::views {
namespace {

constexpr std::size_t kDateLength = 10;  // YYYY-MM-DD

}  // namespace

void Subject::add_meta(Json& answer, Completeness completeness) const {
  if (!meta) return;
  Meta own = *meta;
  own.complete = completeness == Completeness::whole;
  answer["meta"] = meta_json(own);
}

Subject find_subject(readmodel::Transaction& tx, std::string_view project, const Metric* metric, Instant now) {
  Subject subject{readmodel::find_project(tx, project), now, std::nullopt};
  const auto versions = readmodel::read_data_versions(tx, subject.project.id);
  for (const auto& [family, version] : versions) {
    if (metric != nullptr && metric->family != family) continue;
    if (!subject.meta) subject.meta.emplace();
    auto& meta = *subject.meta;
    // What rests on several families moves when any of them does.
    meta.as_of = std::max(meta.as_of, version.state.as_of);
    meta.updated = std::max(meta.updated, std::optional{version.updated_at});
    meta.data_version += version.version;
    meta.definition_version += (meta.definition_version.empty() ? "" : "-") + version.definition_hash;
  }
  if (!subject.meta) return subject;
  subject.as_of = *readmodel::newest_as_of(versions);
  subject.meta->lag = std::max(Micros{0}, now - subject.meta->as_of);
  return subject;
}

const Metric& require_metric(std::string_view key) {
  if (const auto* metric = find_metric(key)) return *metric;
  std::vector<std::string_view> keys;
  for (const auto& metric : all_metrics()) keys.push_back(metric.key);
  throw Error(ErrorKind::usage, fmt::format("there is no metric '{}'; the metrics are {}", key, fmt::join(keys, ", ")));
}

void refuse_value(std::string_view what, std::string_view given, std::string_view where,
                  const std::vector<std::string_view>& allowed) {
  if (allowed.empty())
    throw Error(ErrorKind::usage,
                fmt::format("{} '{}' is not one of {}: there are none; leave it out", what, given, where));
  throw Error(ErrorKind::usage,
              fmt::format("{} '{}' is not one of {}; allowed: {}", what, given, where, fmt::join(allowed, ", ")));
}

Json require_filters(std::string_view text) {
  if (text.empty()) return Json::object();
  auto filters = Json::parse(text, nullptr, false);
  if (!filters.is_object())
    throw Error(ErrorKind::usage,
                fmt::format("--filters '{}' is not a JSON object such as {{\"phase\": \"Build\"}}", text));
  for (const auto& [name, value] : filters.items())
    if (!value.is_string())
      throw Error(ErrorKind::usage, fmt::format("filter {} is {}, not a text", name, value.dump()));
  return filters;
}

Grain require_grain(const Metric& metric, std::string_view text) {
  const auto grain = parse_grain(text);
  if (grain && std::find(metric.grains.begin(), metric.grains.end(), *grain) != metric.grains.end()) return *grain;
  std::vector<std::string_view> allowed;
  for (const auto own : metric.grains) allowed.push_back(to_string(own));
  refuse_value("grain", text, fmt::format("the grains of {}", metric.key), allowed);
}

Instant require_instant(std::string_view parameter, std::string_view text) {
  if (const auto instant = parse_instant(text)) return *instant;
  throw Error(ErrorKind::usage, fmt::format("{} '{}' is neither a date such as 2016-05-15 nor an instant such as "
                                            "2016-05-15T00:00:00Z",
                                            parameter, text));
}

Instant end_of_range(std::string_view parameter, std::string_view text) {
  const Instant last = require_instant(parameter, text);
  return text.size() == kDateLength ? last + kDay : last + Micros{1};
}

}  // namespace tidemark::views
