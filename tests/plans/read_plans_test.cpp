// Every read of the four tables finds its rows by an index, and touches no more pages than its answer is worth: the
// very statements of readmodel/statements and the access patterns of the storage strategy, explained and executed on
// tables that are large. Spec: storage, "The four tables"; quality, "plans".
//   tests/tidemark_plans_tests               300 thousand trend rows
//   tests/tidemark_plans_tests "[long]"      5 million, minutes; prints a line per read
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "plans/large_tables.hpp"
#include "readmodel/statements.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

using Json = nlohmann::json;

constexpr Scale kSmall{30, 2, 200, 600, 20'000};
constexpr Scale kLong{100, 10, 1'000, 900, 100'000};

// What a read may cost. A page is 8 kB; index pages count. The rows of an answer may always be sorted.
struct Bounds {
  std::int64_t buffers;
  std::int64_t sorted = 0;   // rows that go into a sort; 0: the index gives the order
  std::int64_t removed = 0;  // rows that a filter throws away
  Bounds with_removed(std::int64_t rows) const { return {buffers, sorted, rows}; }
};

struct Read {
  std::string name;
  std::string sql;
  std::vector<std::string> params;  // SQL literals
  Bounds bounds;
};

constexpr const char* kProject = "md5('project 1')::uuid";
constexpr const char* kNone = "NULL";

std::string literal(const std::string& text) { return '\'' + text + '\''; }

// The statement without its comments.
std::string code_of(const Statement& statement) {
  return std::regex_replace(std::string{statement.text}, std::regex{"--[^\n]*"}, "");
}

// What the statements of readmodel/statements are asked with, and what that may cost.
std::map<std::string, Read> statement_reads(const Scale& scale) {
  const std::string metric = literal("metric_1");
  const std::string last_week = literal("2024-03-24Z");
  const std::string end = literal("2024-04-01Z");
  const std::string begin = literal("2024-01-01Z");
  const std::int64_t group = scale.large_entities;
  const std::vector<std::string> unfiltered{kProject, metric, kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone};
  const auto page = [&](std::vector<std::string> params) {
    params.insert(params.end(), {"50", "0"});
    return params;
  };
  const auto pages_of_group = group / 2;  // two rows and a bit of index to a page at the very most
  std::map<std::string, Read> reads;
  const auto add = [&](const Statement& statement, std::vector<std::string> params, Bounds bounds) {
    reads[std::string{statement.name}] = {std::string{statement.name}, code_of(statement), std::move(params), bounds};
  };
  namespace sql = readmodel::sql;
  // One series: seven days are 280 index entries, of which seven rows are wanted.
  add(sql::read_trend_whole, {kProject, metric, "'day'", last_week, end, "10000"}, {60, 7});
  // By a dimension: all values of the range are read and put in order.
  add(sql::read_trend_split, {kProject, metric, "'day'", last_week, end, "10000", "'{phase}'", "'{NULL}'"},
      {400, 300, 400});
  add(sql::read_trend_before, {kProject, metric, "'day'", last_week, "true"}, {100, 0, 60});
  add(sql::read_trend_point, {kProject, metric, "'day'", last_week, "'{}'"}, {30});
  add(sql::read_breakdown_point, {kProject, metric, "'day'", last_week, "'phase'", "'value 3'"}, {30});
  // The 29 newest days of two metrics, each with the rows of the other dimensions beside it.
  add(sql::read_day_series, {kProject, "'{metric_1,metric_2}'", "'{\"\",\"\"}'", end, "29"}, {2'500, 60, 2'500});
  // A few pages of each index for each project.
  add(sql::list_stored_projects, {}, {scale.projects * 30 + 50, 2 * scale.projects + 5, 2});
  add(sql::newest_milestone_summaries, {kProject, end, literal("2024-03-30Z")}, {400, 50, 400});
  add(sql::read_breakdown, {kProject, metric, "'phase'", last_week, end}, {150, 70});
  add(sql::newest_summary, {kProject, end, "'{}'"}, {10});
  add(sql::newest_values, {"'{metric_1,metric_2}'"}, {scale.projects * 2 * 12 + 50, scale.projects * 4});
  add(sql::read_drilldown_by_value_asc, page(unfiltered), {250, 500});
  add(sql::read_drilldown_by_value_desc, page(unfiltered), {250, 500});
  // No index orders by these: a sort of the metric's rows, of which the page is kept.
  for (const auto* statement : {&sql::read_drilldown_by_timestamp_asc, &sql::read_drilldown_by_timestamp_desc,
                                &sql::read_drilldown_by_task_id_asc, &sql::read_drilldown_by_task_id_desc})
    add(*statement, page(unfiltered), {pages_of_group, group});
  add(sql::aggregate_drilldown, unfiltered, {pages_of_group, group});
  // A part of it: a week of one metric, a page or two per range, however many points the project has.
  const std::string metrics = "'{metric_1,metric_2}'";
  const std::string grains = "'{day,day}'";
  const std::string from = "'{2024-03-25Z,2024-03-25Z}'";
  const std::string to = "'{infinity,infinity}'";
  add(sql::live_trend_points, {kProject, metrics, grains, from, to}, {500, 0, 50});
  add(sql::live_breakdown_points, {kProject, metrics, grains, from, to, metrics}, {300, 0, 50});
  add(sql::live_drilldown_rows, {kProject, metrics, "'{2024-03-25Z,2024-03-25Z}'", "ARRAY[md5('task 11')::uuid]"},
      {2 * pages_of_group, 0, 2 * group});
  // Metric by metric, the days that are compared.
  add(sql::compare_trend_points, {kProject, "'{metric_1}'", "'{day}'", "'{2024-03-24Z}'", "'{infinity}'"},
      {500, 500, 4'000});
  add(sql::compare_breakdown_points, {kProject, metric, last_week}, {300, 300, 4'000});
  add(sql::compare_drilldown_rows, {kProject, metric, last_week}, {pages_of_group, group, group});
  add(sql::list_stored_metrics, {kProject}, {scale.metrics * 30 + 50, 2 * scale.metrics + 10, 2});
  add(sql::live_summaries, {kProject, literal("2024-01-02Z")}, {10});
  // What compaction counts: the rows below a floor, and the days of a week.
  const std::string floor = literal("2024-02-01Z");
  add(sql::count_trend_weeks, {kProject, metric, "'day'", floor}, {500, 1'300});
  add(sql::read_compacted_points, {kProject, metric, "'day'", begin, literal("2024-01-08Z")}, {400, 300});
  add(sql::count_breakdown_below, {kProject, metric, floor}, {300});
  add(sql::count_drilldown_below, {kProject, metric, literal("2024-03-05Z")}, {pages_of_group, 0, group});
  add(sql::count_old_summaries, {kProject, literal("2024-01-02Z"), literal("2024-01-03Z")}, {2'000});
  // One index entry per row, and a look at its page where that is not known to be visible to all.
  add(sql::describe_trend_rows, {kProject, metric, "'day'"}, {4'500});
  add(sql::describe_breakdown_rows, {kProject, metric}, {2'500});
  add(sql::describe_drilldown_rows, {kProject, metric}, {group * 6 / 5 + 300});
  // What is larger than the bound is estimated, not counted.
  add(sql::read_table_sizes, {"65536"}, {500, 40});
  return reads;
}

// A batch of each delete of compaction, and what it counts in the books. They are explained in a transaction that is
// rolled back. A deleted row costs a few pages, however large the table is.
std::vector<Read> compaction_batches(const Scale& scale) {
  namespace sql = readmodel::sql;
  const std::string metric = literal("metric_1");
  const std::string floor = literal("2024-02-01Z");
  constexpr int kBatch = 500;
  const std::string batch = std::to_string(kBatch);
  const Bounds cheap{kBatch * 8 + 300};
  std::vector<Read> reads;
  const auto add = [&](const Statement& statement, std::vector<std::string> params, Bounds bounds) {
    reads.push_back({std::string{statement.name}, code_of(statement), std::move(params), bounds});
  };
  add(sql::delete_trend_below, {kProject, metric, "'day'", floor, "'{2024-01-08Z}'", batch}, cheap.with_removed(400));
  // Sorted or read in order of the index: what the planner holds to be cheaper for so few rows.
  add(sql::delete_breakdown_below, {kProject, metric, floor, batch}, {cheap.buffers, 700});
  add(sql::delete_drilldown_below, {kProject, metric, literal("2024-03-05Z"), batch},
      {scale.large_entities / 2 + cheap.buffers, scale.large_entities, scale.large_entities});
  add(sql::delete_old_summaries, {kProject, literal("2024-01-02Z"), batch}, cheap);
  add(sql::thin_summaries, {kProject, literal("2024-01-03Z"), batch}, cheap);
  const std::string before = literal("2024-01-20Z");
  add(sql::count_old_quarantine, {before}, {2'000});
  add(sql::delete_old_quarantine, {before, batch}, cheap);
  add(sql::list_ledger_jobs, {}, {50, 10, 2});
  add(sql::count_old_runs, {literal("refresh"), before}, {5'000});
  add(sql::delete_old_runs, {literal("refresh"), before, batch}, {cheap.buffers, 5'000});
  return reads;
}

// The access patterns and indexes of the storage strategy, as a dashboard of somebody else would use them.
std::vector<Read> strategy_reads() {
  const std::string trend = "FROM metrics_trend_point WHERE project_id = $1 AND metric_key = $2 AND time_grain = 'day'";
  const std::string breakdown =
      "SELECT dimension_value, value_numeric FROM metrics_breakdown_point WHERE project_id = $1";
  const std::string drilldown = "SELECT payload FROM metrics_drilldown WHERE project_id = $1 AND metric_key = $2";
  const std::string metric = literal("metric_1");
  return {
      {"summary: project, captured_at DESC",
       "SELECT payload FROM metrics_summary WHERE project_id = $1 ORDER BY captured_at DESC LIMIT 10",
       {kProject},
       {30}},
      {"trend: newest points of all dimensions",
       "SELECT value_numeric " + trend + " ORDER BY time_bucket DESC LIMIT 50",
       {kProject, metric},
       {80}},
      {"trend: one series, newest 7",
       "SELECT value_numeric " + trend + " AND dimensions = $3 ORDER BY time_bucket DESC LIMIT 7",
       {kProject, metric, literal(R"({"phase": "value 4"})")},
       {60}},
      {"breakdown: project, metric, grain, time_bucket, dimension_key",
       breakdown + " AND metric_key = $2 AND time_grain = 'day' AND time_bucket = $3 AND dimension_key = $4",
       {kProject, metric, literal("2024-03-30Z"), literal("phase")},
       {30}},
      {"breakdown: project, dimension_key, dimension_value",
       breakdown + " AND dimension_key = $2 AND dimension_value = $3",
       {kProject, literal("phase"), literal("value 3")},
       {1'000}},
      {"drilldown: project, metric, entity_type, entity_id",
       drilldown + " AND entity_type = 'task' AND entity_id = $3",
       {kProject, metric, "md5('task 11')::uuid"},
       {10}},
      {"drilldown: project, metric, reference_id",
       drilldown + " AND reference_id = $3",
       {kProject, metric, literal("T-10")},
       {10}},
      {"drilldown: page by value, filtered",
       code_of(readmodel::sql::read_drilldown_by_value_desc),
       {kProject, metric, literal("value 3"), kNone, kNone, kNone, kNone, kNone, kNone, kNone, "50", "0"},
       {2'500, 600, 1'500}},
      {"drilldown: page by value, offset 1000",
       code_of(readmodel::sql::read_drilldown_by_value_desc),
       {kProject, metric, kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, "50", "1000"},
       {2'500, 1'200}},
  };
}

// What an executed plan did, summed over its nodes.
struct Cost {
  std::string scans;  // "Index Scan Backward metrics_trend_point_key"
  std::string sequential;
  std::int64_t sorted = 0;
  std::int64_t removed = 0;
  std::int64_t buffers = 0;
  double ms = 0;
};

void add_node(const Json& node, Cost& cost) {
  const auto loops = node.at("Actual Loops").get<std::int64_t>();
  if (loops == 0) return;
  const auto type = node.at("Node Type").get<std::string>();
  static const std::set<std::string> kLarge{"metrics_summary",   "metrics_trend_point", "metrics_breakdown_point",
                                            "metrics_drilldown", "metrics_job_run",     "metrics_quarantine"};
  const auto relation = node.value("Relation Name", "");
  if (type.find("Seq Scan") != std::string::npos && kLarge.count(relation) != 0)
    cost.sequential += type + ' ' + relation + ' ';
  if (node.contains("Index Name"))
    cost.scans += (cost.scans.empty() ? "" : ", ") + type +
                  (node.value("Scan Direction", "") == "Backward" ? " backward " : " ") +
                  node["Index Name"].get<std::string>();
  if (type == "Sort" || type == "Incremental Sort")
    for (const auto& input : node.at("Plans"))
      cost.sorted +=
          static_cast<std::int64_t>(input.at("Actual Rows").get<double>()) * input.at("Actual Loops").get<int>();
  for (const auto* filter : {"Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter"})
    cost.removed += static_cast<std::int64_t>(node.value(filter, 0.0)) * loops;
  if (node.contains("Plans"))
    for (const auto& child : node["Plans"]) add_node(child, cost);
}

Cost executed(readmodel::Session& session, const Read& read, const std::string& mode) {
  return readmodel::translated(read.name, [&] {
    pqxx::work tx(session.pqxx_connection());
    tx.exec("SET LOCAL plan_cache_mode = " + mode);
    tx.exec("PREPARE one AS " + read.sql);
    std::string params;
    for (const auto& param : read.params) params += (params.empty() ? "(" : ", ") + param;
    if (!params.empty()) params += ')';
    Json plan;
    // Twice: the first one pays for what was not in memory.
    for (int i = 0; i < 2; ++i) {
      const auto result = tx.exec("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE one " + params);
      plan = Json::parse(result[0][0].c_str()).at(0);
    }
    tx.exec("DEALLOCATE one");
    Cost cost;
    const auto& root = plan.at("Plan");
    add_node(root, cost);
    cost.buffers = root.at("Shared Hit Blocks").get<std::int64_t>() + root.at("Shared Read Blocks").get<std::int64_t>();
    cost.ms = plan.at("Execution Time").get<double>();
    return cost;
  });
}

enum class Report { quiet, table };

void check_reads(const Scale& scale, Report report) {
  TestDatabase db{TestDatabase::Alone{}};
  readmodel::Session session{db.connection()};
  fill_tables(session, scale);

  const auto of_statements = statement_reads(scale);
  auto reads = strategy_reads();
  for (auto& batch : compaction_batches(scale)) reads.push_back(std::move(batch));
  const std::regex kFourTables{R"((FROM|JOIN)\s+metrics_(summary|trend_point|breakdown_point|drilldown)\b)"};
  for (const Statement* statement : readmodel::sql::kAll) {
    const auto code = code_of(*statement);
    const bool reading = std::regex_search(code, std::regex{R"(^\s*(SELECT|WITH)\b)"}) &&
                         !std::regex_search(code, std::regex{R"(\b(INSERT|UPDATE|DELETE)\b)"});
    if (!reading || !std::regex_search(code, kFourTables)) continue;
    INFO(statement->name << " reads one of the four tables and is not explained here");
    const auto found = of_statements.find(std::string{statement->name});
    REQUIRE(found != of_statements.end());
    reads.push_back(found->second);
  }
  for (const auto& read : reads)
    for (const auto* mode : {"auto", "force_generic_plan"}) {
      const auto cost = executed(session, read, mode);
      INFO(read.name << " (" << mode << "): " << cost.scans << ", " << cost.buffers << " pages, " << cost.sorted
                     << " rows sorted, " << cost.removed << " removed");
      CHECK(cost.sequential == "");
      CHECK(cost.buffers <= read.bounds.buffers);
      CHECK(cost.sorted <= read.bounds.sorted);
      CHECK(cost.removed <= read.bounds.removed);
      if (report == Report::table)
        fmt::print("| {} | {} | {} | {:.3f} | {} | {} | {} |\n", read.name,
                   std::string_view{mode} == "auto" ? "auto" : "generic", cost.scans, cost.ms, cost.buffers,
                   cost.sorted, cost.removed);
    }
}

}  // namespace

TEST_CASE("every read of the four tables uses an index", "[plans]") { check_reads(kSmall, Report::quiet); }

TEST_CASE("every read of the four tables uses an index at 5 million trend rows", "[.][long]") {
  check_reads(kLong, Report::table);
}
