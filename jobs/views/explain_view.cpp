#include "jobs/views/explain_view.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "jobs/views/explain_text.hpp"

namespace tidemark::views {
namespace {

Json definition_json(const ExplainAnswer& answer) {
  const Metric& metric = *answer.metric;
  return {{"title", std::string{metric.title}},
          {"description", std::string{metric.description}},
          {"unit", std::string{metric.unit}},
          {"kind", std::string{to_string(metric.kind)}},
          {"combination", std::string{to_string(answer.explanation.point.combination)}},
          {"hash", answer.definition_hash},
          {"hash_of_stored", answer.explanation.version.definition_of(metric.key)},
          {"documentation", "docs/metrics.md"}};
}

Json bucket_json(const compute::Bucket& bucket) {
  return {{"start", format_instant(bucket.start)}, {"end", format_instant(bucket.end)}, {"partial", bucket.partial}};
}

// The window's last instant belongs to it only where the as-of cuts it.
Json window_json(const compute::Window& window) {
  return {{"start", format_instant(window.from)},
          {"end", format_instant(window.end)},
          {"includes_end", window.cutoff > window.end}};
}

// A point's headline as every answer shows it and as it is stored, and the rest of the point as stored.
Json value_json(const PointValue& value, std::string_view unit) {
  Json json = Json::object();
  add_rounded(json, "value", value.numeric, unit);
  if (value.numeric) json["value_numeric"] = *value.numeric;
  json["value_json"] = Json::parse(value.json, nullptr, false);
  return json;
}

Json evidence_json(const compute::Evidence& evidence) {
  const auto& first = evidence.rows.front();
  Json json{{"source", first.source}, {"key", first.key}};
  if (evidence.at) json["at"] = format_instant(*evidence.at);
  if (!evidence.entity_id.empty()) json["entity_id"] = evidence.entity_id;
  if (!evidence.short_id.empty()) json["task_id"] = evidence.short_id;
  if (!evidence.title.empty()) json["task_title"] = evidence.title;
  return json;
}

// The items to list where there are more than the limit: as many of each group as of any other, as far as there are.
// Indexes, ascending.
std::vector<std::size_t> listed(const std::vector<std::string_view>& groups, std::size_t limit) {
  std::map<std::string_view, std::size_t> seen;
  std::vector<std::pair<std::size_t, std::size_t>> by_rank;  // rank in the group, index
  for (std::size_t i = 0; i < groups.size(); ++i) by_rank.emplace_back(seen[groups[i]]++, i);
  std::sort(by_rank.begin(), by_rank.end());
  by_rank.resize(std::min(limit, by_rank.size()));
  std::vector<std::size_t> indexes;
  for (const auto& [rank, index] : by_rank) indexes.push_back(index);
  std::sort(indexes.begin(), indexes.end());
  return indexes;
}

Json included_item(const compute::Included& fact) {
  Json json = evidence_json(fact.evidence);
  if (!fact.part.empty()) json["part"] = std::string{fact.part};
  json["contribution"] = fact.contribution;
  if (!fact.note.empty()) json["note"] = fact.note;
  Json further = Json::array();
  for (std::size_t i = 1; i < fact.evidence.rows.size(); ++i)
    further.push_back({{"source", fact.evidence.rows[i].source}, {"key", fact.evidence.rows[i].key}});
  if (!further.empty()) json["read_with"] = std::move(further);
  return json;
}

Json included_json(const ExplainAnswer& answer) {
  const auto& included = answer.explanation.point.included;
  std::set<std::pair<std::string, std::string>> rows;
  std::map<std::string_view, std::int64_t> parts;
  std::vector<std::string_view> groups;
  for (const auto& fact : included) {
    groups.push_back(fact.part);
    for (const auto& row : fact.evidence.rows) rows.emplace(row.source, row.key);
    if (!fact.part.empty()) ++parts[fact.part];
  }
  std::map<std::string, std::int64_t> sources;
  for (const auto& [source, key] : rows) ++sources[source];

  Json json{{"facts", included.size()}, {"source_rows", Json::array()}};
  for (const auto& [source, count] : sources) json["source_rows"].push_back({{"source", source}, {"rows", count}});
  if (!parts.empty()) json["parts"] = Json::array();
  for (const auto& [part, count] : parts) json["parts"].push_back({{"part", std::string{part}}, {"facts", count}});
  json["items"] = Json::array();
  for (const auto i : listed(groups, answer.limit)) json["items"].push_back(included_item(included[i]));
  json["has_more"] = included.size() > answer.limit;
  return json;
}

// Also the entry of the quarantine that holds the row.
Json left_out_item(const compute::LeftOut& row, const std::vector<readmodel::OpenQuarantine>& quarantine) {
  Json json = evidence_json(row.evidence);
  json["reason"] = std::string{row.reason.code};
  if (!row.detail.empty()) json["detail"] = row.detail;
  const auto key = std::tie(row.evidence.rows.front().source, row.evidence.rows.front().key);
  const auto entry = std::lower_bound(quarantine.begin(), quarantine.end(), key, [](const auto& e, const auto& k) {
    return std::tie(e.source, e.source_key) < k;
  });
  const bool found = entry != quarantine.end() && std::tie(entry->source, entry->source_key) == key;
  if (found && row.reason.code == compute::reasons::kQuarantined.code)
    json["quarantine"] = {{"reason", entry->reason}, {"first_seen", format_instant(entry->first_seen)}};
  return json;
}

Json left_out_json(const ExplainAnswer& answer) {
  const auto& left_out = answer.explanation.point.left_out;
  std::map<std::string_view, std::pair<std::string_view, std::int64_t>> reasons;
  std::vector<std::string_view> groups;
  for (const auto& row : left_out) {
    groups.push_back(row.reason.code);
    auto& [text, count] = reasons[row.reason.code];
    text = row.reason.text;
    ++count;
  }
  Json json{{"rows", left_out.size()}, {"reasons", Json::array()}};
  for (const auto& [code, entry] : reasons)
    json["reasons"].push_back(
        {{"reason", std::string{code}}, {"text", std::string{entry.first}}, {"rows", entry.second}});
  json["items"] = Json::array();
  for (const auto i : listed(groups, answer.limit))
    json["items"].push_back(left_out_item(left_out[i], answer.explanation.quarantine));
  json["has_more"] = left_out.size() > answer.limit;
  return json;
}

Json run_json(const readmodel::WritingRun& run) {
  Json json{{"id", to_string(run.id)}, {"job", run.job}, {"mode", run.mode}, {"status", run.status}};
  if (run.as_of) json["as_of"] = format_instant(*run.as_of);
  json["started_at"] = format_instant(run.started_at);
  if (run.finished_at) json["finished_at"] = format_instant(*run.finished_at);
  if (run.worker) json["worker"] = *run.worker;
  return json;
}

}  // namespace

Json explain_view(const ExplainAnswer& answer) {
  const auto& explanation = answer.explanation;
  const auto& point = explanation.point;
  Json json = answer_head(answer.project_id);
  json["metric"] = std::string{answer.metric->key};
  json["granularity"] = std::string{to_string(point.bucket.grain)};
  json["timestamp"] = format_instant(point.bucket.start);
  json["dimensions"] = Json::object();
  if (!answer.dimensions.all()) json["dimensions"][answer.dimensions.name] = answer.dimensions.value;
  json["definition"] = definition_json(answer);
  json["bucket"] = bucket_json(point.bucket);
  json["window"] = window_json(point.window);
  json["as_of"] = format_instant(explanation.version.state.as_of);
  if (explanation.stored) json["computed_at"] = format_instant(explanation.stored->computed_at);
  json["verdict"] = std::string{to_string(explanation.verdict)};
  json["verdict_text"] = verdict_text(answer);
  if (explanation.stored) json["stored"] = value_json(explanation.stored->value, answer.metric->unit);
  if (point.value) json["recomputed"] = value_json(*point.value, answer.metric->unit);
  if (point.absence)
    json["absence"] = {{"reason", std::string{to_string(*point.absence)}}, {"text", absence_text(answer)}};
  json["included"] = included_json(answer);
  json["left_out"] = left_out_json(answer);
  if (explanation.run) json["run"] = run_json(*explanation.run);
  if (explanation.version.state.watermark) json["source_watermark"] = *explanation.version.state.watermark;
  return json;
}

}  // namespace tidemark::views
