#include "readmodel/data_version.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "contracts/json_text.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

// nullopt: a family of another version of Tidemark.
std::optional<MetricFamily> parse_family(std::string_view name) {
  const auto* at = std::find_if(kMetricFamilies.begin(), kMetricFamilies.end(),
                                [&](MetricFamily family) { return to_string(family) == name; });
  return at == kMetricFamilies.end() ? std::nullopt : std::optional{*at};
}

std::map<std::string, std::string> read_definitions(std::string_view text) {
  std::map<std::string, std::string> definitions;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return definitions;
  for (const auto& [key, hash] : json.items())
    if (hash.is_string()) definitions[key] = hash.get<std::string>();
  return definitions;
}

std::string definitions_in_force(MetricFamily family) {
  JsonObject definitions;
  for (const auto& metric : all_metrics())
    if (metric.family == family) definitions.add(metric.key, definition_hash(metric));
  return definitions.text();
}

}  // namespace

std::string DataVersion::definition_of(std::string_view metric_key) const {
  const auto found = definitions.find(std::string{metric_key});
  return found == definitions.end() ? std::string{} : found->second;
}

DataVersions read_data_versions(Transaction& tx, const Uuid& project_id) {
  DataVersions versions;
  for (const auto& stored : tx.exec(sql::read_data_versions, {project_id})) {
    RowReader row(stored);
    const auto family = parse_family(row.view(0));
    if (!family) continue;
    auto& version = versions[*family];
    version.version = row.integer(1);
    version.state.as_of = row.instant(2);
    if (!row.null(3)) version.state.watermark = row.integer(3);
    version.definition_hash = row.text(4);
    version.definitions = read_definitions(row.view(5));
    version.updated_at = row.instant(6);
  }
  return versions;
}

bool has_definitions_in_force(const DataVersions& versions, MetricFamily family) {
  const auto found = versions.find(family);
  return found != versions.end() && found->second.definition_hash == definition_hash(family);
}

bool stands_for(const DataVersions& versions, Instant as_of) {
  return std::all_of(kMetricFamilies.begin(), kMetricFamilies.end(), [&](MetricFamily family) {
    return has_definitions_in_force(versions, family) && versions.at(family).state.as_of == as_of;
  });
}

std::optional<Instant> newest_as_of(const DataVersions& versions) {
  std::optional<Instant> newest;
  for (const auto& [family, version] : versions)
    newest = newest ? std::max(*newest, version.state.as_of) : version.state.as_of;
  return newest;
}

void write_data_versions(Transaction& tx, const Uuid& project_id, const SourceState& state, Instant computed_at,
                         const std::set<MetricFamily>& changed) {
  std::vector<std::string> families, hashes, definitions;
  std::vector<std::int64_t> raised;
  for (const auto family : kMetricFamilies) {
    families.emplace_back(to_string(family));
    raised.push_back(changed.contains(family) ? 1 : 0);
    hashes.push_back(definition_hash(family));
    definitions.push_back(definitions_in_force(family));
  }
  tx.exec(sql::write_data_versions,
          {project_id, state.as_of, state.watermark, computed_at, families, raised, hashes, definitions});
}

}  // namespace tidemark::readmodel
