#include "readmodel/floor_store.hpp"

#include "readmodel/vanished_projects.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");
const Instant kMonday = Day{std::chrono::year{2024} / 3 / 4};

Floors read(Session& session) {
  Transaction tx(session, Isolation::read_committed);
  return read_floors(tx, kProject);
}

void write(Session& session, const Floors& floors) {
  Transaction tx(session, Isolation::read_committed);
  write_floors(tx, kProject, floors);
  tx.commit();
}

std::string row_versions(Session& session) {
  return sql_value(
      session, "SELECT string_agg(metric_key || xmin::text, ' ' ORDER BY metric_key) FROM metrics_compaction_floor");
}

}  // namespace

TEST_CASE("floors are stored as they are, and what is equal is not written again", "[floors]") {
  TestDatabase db;
  Session session(db.connection());
  CHECK(read(session).empty());
  Floors floors;
  floors["wip"] = floors_at(policy_of({90, 90, 30}), at("2024-06-05T12:00:00Z"));
  floors["wip"].left_weeks = {kMonday - 3 * kWeek, kMonday - kWeek};
  floors["throughput"];  // everything stands
  write(session, floors);
  CHECK(read(session) == floors);
  const auto before = row_versions(session);
  write(session, floors);
  CHECK(row_versions(session) == before);
  write(session, {});
  CHECK(row_versions(session) == before);
}

TEST_CASE("a floor moves forward and never back, and left weeks become those given", "[floors]") {
  TestDatabase db;
  Session session(db.connection());
  Floors floors;
  floors["wip"].of(KeptRows::trend_day) = kMonday;
  floors["wip"].of(KeptRows::drilldown) = kMonday;
  floors["wip"].left_weeks = {kMonday - kWeek};
  floors["lead_time"].of(KeptRows::trend_day) = kMonday;
  write(session, floors);

  Floors moved;
  moved["wip"].of(KeptRows::trend_hour) = kMonday;
  moved["wip"].of(KeptRows::trend_day) = kMonday + kWeek;
  moved["wip"].of(KeptRows::drilldown) = kMonday - kDay;
  write(session, moved);

  floors["wip"].of(KeptRows::trend_hour) = kMonday;
  floors["wip"].of(KeptRows::trend_day) = kMonday + kWeek;
  floors["wip"].left_weeks.clear();
  CHECK(read(session) == floors);
}
