// Everything that a project stores and answers, held to the schemas; and the same documents, whole and broken, written
// down for the independent validator, whose verdicts must be the same (schemas.py). Spec: quality, "conformance".
#include <filesystem>
#include <fstream>
#include <map>

#include "contracts/schema.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/breakdown_view.hpp"
#include "jobs/views/catalogue_view.hpp"
#include "readmodel/project_writer.hpp"
#include "readmodel/summary_store.hpp"
#include "support/database.hpp"
#include "support/rich_history.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using namespace tidemark::views;
using nlohmann::json;

namespace {

struct Document {
  std::string schema;
  json document;
};
using Documents = std::vector<Document>;

const Uuid kProject = id_of("project");
const Instant kAsOf = *parse_instant(kRichAsOf);
const Instant kNow = kAsOf + kHour;

ProjectRows fill(readmodel::Session& session, std::vector<SummaryRow>& summaries) {
  const auto history = rich_history();
  auto rows = history.compute(kRichAsOf);
  summaries = compute::compute_summaries(history.sources, {kAsOf, kNow, {}}, compute::Slot::first_of_day);
  run_sql(session, "INSERT INTO project (id, name, status, created_at, updated_at) VALUES ('" + to_string(kProject) +
                       "', 'Rich', 'active', '2024-01-01', '2024-01-01')");
  readmodel::write_project(session, {kProject, kNow, {kAsOf, std::nullopt}, std::nullopt}, rows);
  readmodel::write_summaries(session, {kProject, kAsOf, kNow}, summaries);
  return rows;
}

Documents stored_documents(const ProjectRows& rows, const std::vector<SummaryRow>& summaries) {
  Documents documents;
  const auto add = [&](const std::string& schema, const std::string& text) {
    documents.push_back({schema, json::parse(text)});
  };
  for (const auto& row : rows.trend) {
    add("value_json/" + row.metric_key, row.value.json);
    add("dimensions", row.dimensions.stored_form());
  }
  for (const auto& row : rows.breakdown) add("value_json/" + row.metric_key, row.value.json);
  for (const auto& row : rows.drilldown) {
    add("drilldown_payload/" + row.metric_key, row.payload);
    add("drilldown_payload", row.payload);
  }
  for (const auto& row : summaries) {
    add("summary_payload", row.payload);
    add("scope", row.scope);
  }
  return documents;
}

void ask_trends(readmodel::Session& session, const Metric& metric, Documents& documents) {
  for (const auto grain : metric.grains) {
    std::vector<std::string> splits;
    if (metric.undivided) splits.emplace_back();
    if (grain != Grain::hour)
      splits.insert(splits.end(), metric.trend_dimensions.begin(), metric.trend_dimensions.end());
    for (const auto& split : splits) {
      TrendQuestion question;
      question.project = "Rich";
      question.metric = metric.key;
      question.grain = to_string(grain);
      question.dimensions = split;
      documents.push_back({"responses/trends", ask(session, question, kNow).answer});
    }
  }
}

void ask_breakdowns(readmodel::Session& session, const Metric& metric, Documents& documents) {
  for (const auto& dimension : metric.breakdown_dimensions)
    for (const auto& range : kBreakdownRanges)
      documents.push_back(
          {"responses/breakdown",
           ask(session,
               BreakdownQuestion{"Rich", std::string{metric.key}, std::string{dimension.name}, std::string{range.name}},
               kNow)
               .answer});
}

void ask_drilldowns(readmodel::Session& session, const Metric& metric, Documents& documents) {
  if (!metric.drilldown) return;
  DrilldownQuestion question;
  question.project = "Rich";
  question.metric = metric.key;
  for (const char* sort : {"value", "timestamp", "task_id"}) {
    question.sort_by = sort;
    question.limit = 5;
    documents.push_back({"responses/drilldown", ask(session, question, kNow).answer});
  }
  question.filters = R"({"assignee": "nobody", "from": "2024-03-01"})";
  documents.push_back({"responses/drilldown", ask(session, question, kNow).answer});
}

Documents answers(readmodel::Session& session) {
  Documents documents{{"responses/catalogue", catalogue_view()}};
  documents.push_back({"responses/summary", ask(session, SummaryQuestion{"Rich", std::nullopt}, kNow).answer});
  documents.push_back({"responses/summary", ask(session, SummaryQuestion{"Rich", "2020-01-01"}, kNow).answer});
  for (const auto& metric : all_metrics()) {
    ask_trends(session, metric, documents);
    ask_breakdowns(session, metric, documents);
    ask_drilldowns(session, metric, documents);
  }
  return documents;
}

// A document with one thing wrong, or only different: each member left out, each value replaced, a stranger added.
void add_variants(const Document& whole, const json::json_pointer& at, std::vector<Document>& variants) {
  const json& node = whole.document.at(at);
  const auto replaced = [&](json value) {
    variants.push_back(whole);
    variants.back().document.at(at) = std::move(value);
  };
  if (node.is_object()) {
    variants.push_back(whole);
    variants.back().document.at(at)["stranger"] = 1;
    for (const auto& [name, member] : node.items()) {
      variants.push_back(whole);
      variants.back().document.at(at).erase(name);
      add_variants(whole, at / name, variants);
    }
  } else if (node.is_array()) {
    replaced(json::array());
    if (!node.empty()) add_variants(whole, at / 0, variants);
  }
  for (const auto& value : {json(-1), json(0.5), json(1e12), json("x"), json(""), json(nullptr), json(true)})
    replaced(value);
}

}  // namespace

TEST_CASE("every row and answer of a project validates, and two validators are asked") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  std::vector<SummaryRow> summaries;
  const auto rows = fill(session, summaries);
  auto documents = stored_documents(rows, summaries);
  const auto asked = answers(session);
  documents.insert(documents.end(), asked.begin(), asked.end());
  CHECK(asked.size() > 200);

  const std::filesystem::path file = std::filesystem::path{TIDEMARK_TEST_OUTPUT} / "conformance-documents.jsonl";
  std::ofstream out{file};
  const auto write = [&](const Document& document, bool valid) {
    out << json{{"schema", document.schema}, {"valid", valid}, {"document", document.document}}.dump() << '\n';
  };
  std::map<std::string, int> broken;
  for (const auto& document : documents) {
    const auto violations = schema_violations(document.schema, document.document);
    for (const auto& violation : violations) {
      INFO(document.schema << " " << document.document.dump());
      FAIL_CHECK(violation.at << ": " << violation.problem);
    }
    write(document, violations.empty());
    // Two documents of each schema are enough to break it everywhere.
    if (document.document.dump().size() > 20000 || broken[document.schema]++ >= 2) continue;
    std::vector<Document> variants;
    add_variants(document, json::json_pointer{}, variants);
    for (const auto& variant : variants) write(variant, schema_violations(variant.schema, variant.document).empty());
  }
  out.close();
  REQUIRE(out.good());
}
