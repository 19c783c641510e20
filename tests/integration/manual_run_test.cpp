// What a job that is asked for by hand says of its run.
#include "jobs/manual_run.hpp"

#include "jobs/run_text.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/delivery_rows.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;

TEST_CASE("a refresh at an earlier as-of says whose later rows are gone", "[run]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, kDeliveryRows);
  const jobs::ManualRun later{{db.connection(), 1}, at("2024-03-10T00:00:00Z"), std::nullopt, {}};
  CHECK(jobs::run_refresh(later).turned_back == 0);
  CHECK(jobs::run_refresh(later).turned_back == 0);
  const jobs::ManualRun earlier{{db.connection(), 1}, at("2024-03-01T00:00:00Z"), std::nullopt, {}};
  const auto outcome = jobs::run_refresh(earlier);
  CHECK(outcome.turned_back == 1);
  CHECK_THAT(jobs::refresh_text(outcome, earlier.as_of), contains_text("rows after 2024-03-01T00:00:00Z are gone"));
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_trend_point WHERE time_bucket > '2024-03-01Z'") == "0");
  CHECK(jobs::run_full_refresh(earlier).turned_back == 0);
}
