// The rows of the real log are what the schemas promise. Spec: product, promise 5.
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include "contracts/schema.hpp"
#include "jobs/import/importer.hpp"
#include "jobs/manual_run.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

using namespace tidemark;
using namespace tidemark::jobs;
using namespace tidemark::tests;
namespace fs = std::filesystem;

namespace {

const fs::path kSampleData = TIDEMARK_SOURCE_DIR "/docs/sample-data";
constexpr const char* kProject = "Category 46";  // the largest

// The schema's name and the document of every row that `sql` gives.
std::size_t check_rows(readmodel::Session& session, const std::string& sql) {
  return readmodel::translated("test", [&] {
    pqxx::work tx(session.pqxx_connection());
    const auto rows = tx.exec(sql);
    for (const auto& row : rows) {
      const std::string schema = row[0].c_str();
      for (const auto& violation : schema_violations(schema, nlohmann::json::parse(row[1].c_str()))) {
        INFO(schema << " " << row[1].c_str());
        FAIL_CHECK(violation.at << ": " << violation.problem);
      }
    }
    return static_cast<std::size_t>(rows.size());
  });
}

}  // namespace

TEST_CASE("every stored row of a project of the real log validates", "[real-log]") {
  TestDatabase db;
  const auto rejects = fs::temp_directory_path() / ("tidemark-contract-" + std::to_string(::getpid()) + ".csv");
  import_work_log(db.connection(),
                  {kSampleData / "service-desk.toml", kSampleData / "incident_event_log.csv.gz", rejects},
                  [](auto, auto, auto) {});
  fs::remove(rejects);
  const ManualRun run{{db.connection(), 2}, at("2016-05-15T00:00:00Z"), kProject, {}};
  REQUIRE(run_full_refresh(run).report.failures.empty());
  REQUIRE(run_snapshot(run).failures.empty());

  readmodel::Session session{db.connection()};
  CHECK(check_rows(session, "SELECT 'value_json/' || metric_key, value_json FROM metrics_trend_point") > 10'000);
  CHECK(check_rows(session, "SELECT 'dimensions', dimensions FROM metrics_trend_point") > 10'000);
  CHECK(check_rows(session, "SELECT 'value_json/' || metric_key, value_json FROM metrics_breakdown_point") > 10'000);
  CHECK(check_rows(session, "SELECT 'drilldown_payload/' || metric_key, payload FROM metrics_drilldown") > 1'000);
  CHECK(check_rows(session, "SELECT 'summary_payload', payload FROM metrics_summary") >= 1);
  CHECK(check_rows(session, "SELECT 'scope', scope FROM metrics_summary") >= 1);
}
