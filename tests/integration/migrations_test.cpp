// Migrations: there and back, once and at once, and what must be refused.
#include <fmt/format.h>

#include <future>
#include <pqxx/pqxx>

#include "contracts/error.hpp"
#include "migrations/migrator.hpp"
#include "migrations/source_check.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

using namespace tidemark;
using namespace tidemark::migrations;
using tidemark::tests::contains_text;
using tidemark::tests::TestDatabase;

namespace {

constexpr auto kReadmodel = MigrationSet::readmodel;
constexpr auto kSources = MigrationSet::sources;
constexpr auto kCapture = MigrationSet::capture;

// How many migrations the sets have.
std::size_t count_of(std::initializer_list<MigrationSet> sets) {
  std::size_t count = 0;
  for (const auto set : sets) count += static_cast<std::size_t>(embedded_catalogue().newest(set));
  return count;
}
std::size_t count_of_all() { return count_of({kReadmodel, kSources, kCapture}); }

Goal everything() { return {SourceTables::make, std::nullopt, ChangeCapture::install}; }
Goal to(MigrationSet set, int version) { return {SourceTables::leave, Level{set, version}, ChangeCapture::leave}; }

MigrationOptions options_for(const TestDatabase& db) { return {db.url(), "public", "public"}; }

pqxx::result run(const std::string& url, const std::string& sql) {
  pqxx::connection connection(url);
  pqxx::work work(connection);
  const auto result = work.exec(sql);
  work.commit();
  return result;
}

// Columns, constraints, indexes, functions, triggers, types and comments of the schema, one a line: what a dump of it
// would say.
std::string schema_text(const TestDatabase& db) {
  const auto rows = run(db.url(), R"(
    SELECT format('%s.%s %s %s %s', table_name, column_name, ordinal_position, data_type, column_default)
             || is_nullable || coalesce(collation_name, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT relname || coalesce(reloptions::text, '') || coalesce(obj_description(oid, 'pg_class'), '')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT pg_get_functiondef(oid) || coalesce(proacl::text, '') FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT typname || ' ' || enumlabel
    FROM pg_enum JOIN pg_type t ON t.oid = enumtypid AND typnamespace = 'public'::regnamespace
    ORDER BY 1)");
  std::string text;
  for (pqxx::result::size_type i = 0; i < rows.size(); ++i) text += std::string{rows[i][0].c_str()} + "\n";
  return text;
}

// `up readmodel/1`, `down sources/2`, ...
std::vector<std::string> names(const std::vector<Step>& steps) {
  std::vector<std::string> out;
  for (const auto& step : steps)
    out.push_back(fmt::format("{} {}/{}", step.direction == Direction::up ? "up" : "down",
                              to_string(step.migration->set), step.migration->version));
  return out;
}

// A catalogue with two migrations in each set, of which sources/2 requires readmodel/1.
Catalogue small_catalogue() {
  Catalogue catalogue;
  catalogue.add(kReadmodel, {{"0001_a.up", "a"}, {"0001_a.down", "-a"}, {"0002_b.up", "b"}, {"0002_b.down", "-b"}});
  catalogue.add(kSources, {{"0001_c.up", "c"},
                           {"0001_c.down", "-c"},
                           {"0002_d.up", "-- Why.\n-- Requires: readmodel 0001\nd"},
                           {"0002_d.down", "-d"}});
  return catalogue;
}

History history_at(const Catalogue& catalogue, int readmodel, int sources) {
  History history;
  for (const auto& [set, newest] : {Level{kReadmodel, readmodel}, Level{kSources, sources}})
    for (int version = 1; version <= newest; ++version) {
      const auto& migration = catalogue.at(set, version);
      history.push_back({set, version, migration.name, migration.checksum, "public", Instant{}, "owner", Micros{0}});
    }
  return history;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a plan keeps what a migration requires below it") {
  const auto catalogue = small_catalogue();
  const auto plan_from = [&](int readmodel, int sources, const Goal& goal) {
    return names(plan_steps(history_at(catalogue, readmodel, sources), goal, catalogue));
  };
  CHECK(plan_from(0, 0, {}) == Names{"up readmodel/1", "up readmodel/2"});
  CHECK(plan_from(0, 0, everything()) == Names{"up readmodel/1", "up readmodel/2", "up sources/1", "up sources/2"});
  CHECK(plan_from(2, 1, {}) == Names{"up sources/2"});  // Tidemark's own sources are kept at the newest version
  CHECK(plan_from(2, 0, {}).empty());
  CHECK(plan_from(0, 0, to(kSources, 2)) == Names{"up sources/1", "up readmodel/1", "up sources/2"});
  CHECK(plan_from(2, 2, to(kReadmodel, 1)) == Names{"down readmodel/2"});
  CHECK(plan_from(2, 2, to(kReadmodel, 0)) == Names{"down readmodel/2", "down sources/2", "down readmodel/1"});
  CHECK(plan_from(2, 2, to(kSources, 0)) == Names{"down sources/2", "down sources/1"});
  CHECK_THROWS_WITH(plan_from(0, 0, to(kReadmodel, 3)), contains_text("it goes from 0 (nothing) to 2"));

  // Triggers come last, only on request, and go before what they write to.
  const auto& all = embedded_catalogue();
  const auto newest = all.newest(kReadmodel);
  CHECK(plan_steps({}, {}, all).size() == count_of({kReadmodel}));
  const auto history = history_at(all, newest, 0);
  CHECK(names(plan_steps(history, {SourceTables::leave, std::nullopt, ChangeCapture::install}, all)) ==
        Names{"up capture/1"});
  CHECK(names(plan_steps({}, to(kCapture, 1), all)).back() == "up capture/1");
}

TEST_CASE("a set of files with a gap, a twin or a missing way back is a fault of the build") {
  Catalogue catalogue;
  CHECK_THROWS_AS(catalogue.add(kReadmodel, {{"0002_a.up", "a"}, {"0002_a.down", "a"}}), std::logic_error);
  CHECK_THROWS_AS(Catalogue{}.add(kReadmodel, {{"0001_a.up", "a"}}), std::logic_error);
  CHECK_THROWS_AS(
      Catalogue{}.add(kReadmodel, {{"0001_a.up", "a"}, {"0001_a.down", "a"}, {"0001_b.up", "b"}, {"0001_b.down", "b"}}),
      std::logic_error);
  CHECK_THROWS_AS(Catalogue{}.add(kReadmodel, {{"1-a.up", "a"}}), std::logic_error);
}

TEST_CASE("an empty database is migrated once, and a second run has nothing to do") {
  TestDatabase db{TestDatabase::Empty{}};
  const auto options = options_for(db);
  for (const auto& entry : status(options)) CHECK(entry.standing == Standing::pending);
  CHECK(plan(options, everything()).size() == count_of_all());
  CHECK(run(db.url(), "SELECT FROM pg_class WHERE relname LIKE 'metrics%'").empty());  // planning changes nothing

  const auto done = apply(options, everything());
  CHECK(done.size() == count_of_all());
  CHECK(apply(options, everything()).empty());
  CHECK(apply(options, {}).empty());
  for (const auto& entry : status(options)) {
    CHECK(entry.standing == Standing::applied);
    CHECK(entry.applied->target_schema == "public");
  }
}

TEST_CASE("every step has a way back that leaves no trace") {
  TestDatabase db{TestDatabase::Empty{}};
  const auto options = options_for(db);
  const auto& catalogue = embedded_catalogue();
  apply(options, everything());
  const auto whole = schema_text(db);
  std::vector<std::string> on_the_way_up;
  apply(options, to(kSources, 0));
  apply(options, to(kReadmodel, 0));
  const auto bare = schema_text(db);
  CHECK(run(db.url(), "SELECT FROM metrics_migration_history").empty());

  for (const auto set : kSets)
    for (int version = 1; version <= catalogue.newest(set); ++version) {
      apply(options, to(set, version));
      on_the_way_up.push_back(schema_text(db));
    }
  CHECK(on_the_way_up.back() == whole);
  for (const auto set : {kCapture, kSources, kReadmodel})
    for (int version = catalogue.newest(set); version > 0; --version) {
      INFO(to_string(set) << " " << version);
      CHECK(schema_text(db) == on_the_way_up.back());
      on_the_way_up.pop_back();
      apply(options, to(set, version - 1));
    }
  CHECK(schema_text(db) == bare);
}

TEST_CASE("the read model goes and comes back under sources that stay") {
  TestDatabase db{TestDatabase::Empty{}};
  const auto options = options_for(db);
  apply(options, everything());
  const auto whole = schema_text(db);
  run(db.url(), "INSERT INTO project VALUES (gen_random_uuid(), NULL, 'p', 'active', '2024-01-01', '2024-01-01')");
  apply(options, to(kReadmodel, 0));
  apply(options, {SourceTables::leave, std::nullopt, ChangeCapture::install});
  CHECK(schema_text(db) == whole);  // the foreign keys to project included
  CHECK(run(db.url(), "SELECT FROM project").size() == 1);
}

TEST_CASE("what was recorded for all metrics together stands for each family, and back") {
  TestDatabase db{TestDatabase::Empty{}};
  const auto options = options_for(db);
  apply(options, to(kReadmodel, 4));
  run(db.url(),
      "INSERT INTO metrics_data_version VALUES (gen_random_uuid(), 'delivery', 4, '2024-01-01', 7, 'old', "
      "'2024-01-02')");
  const auto versions = [&] {
    return run(db.url(),
               "SELECT string_agg(concat_ws(' ', family, version, as_of::date, source_watermark, definition_hash), ', "
               "' "
               "ORDER BY family) FROM metrics_data_version")[0][0]
        .as<std::string>();
  };
  apply(options, to(kReadmodel, 5));
  CHECK(versions() == "north_star 4 2024-01-01 7 unknown, operational 4 2024-01-01 7 unknown");
  apply(options, to(kReadmodel, 4));
  CHECK(versions() == "delivery 8 2024-01-01 7 unknown");
}

TEST_CASE("eight processes that start at once all end well, and each step runs once") {
  TestDatabase db{TestDatabase::Empty{}};
  std::vector<std::future<std::size_t>> starters;
  for (int i = 0; i < 8; ++i)
    starters.push_back(std::async(std::launch::async, [&] {
      plan(options_for(db), everything());
      return apply(options_for(db), everything()).size();
    }));
  std::size_t steps = 0;
  for (auto& starter : starters) steps += starter.get();
  CHECK(steps == count_of_all());
  CHECK(apply(options_for(db), everything()).empty());
}

TEST_CASE("an applied file that was edited, a newer database and a lost row of history are refused") {
  TestDatabase db{TestDatabase::Empty{}};
  const auto options = options_for(db);
  apply(options, {});
  SECTION("edited") {
    run(db.url(), "UPDATE metrics_migration_history SET checksum = repeat('0', 64) WHERE version = 2");
    CHECK_THROWS_WITH(apply(options, {}),
                      contains_text("readmodel/0002_operations.up.sql was edited after it was applied"));
    CHECK(status(options)[1].standing == Standing::edited);
  }
  SECTION("newer") {
    run(db.url(),
        "INSERT INTO metrics_migration_history SELECT migration_set, 99, 'later', checksum, target_schema, applied_at, "
        "applied_by, duration FROM metrics_migration_history WHERE version = 1");
    CHECK_THROWS_WITH(apply(options, {}), contains_text("readmodel/0099_later of a newer Tidemark"));
    CHECK_THROWS_WITH(plan(options, to(kReadmodel, 0)), contains_text("newer Tidemark"));
    CHECK(status(options)[count_of({kReadmodel})].standing == Standing::unknown);
  }
  SECTION("lost") {
    run(db.url(), "DELETE FROM metrics_migration_history WHERE version = 1");
    CHECK_THROWS_WITH(apply(options, {}), contains_text("readmodel/0002_operations is applied, but the one before it"));
  }
}

TEST_CASE("a migration that fails leaves nothing of itself and all of those before it") {
  TestDatabase db{TestDatabase::Empty{}};
  run(db.url(), "CREATE TABLE metrics_quarantine (mine int)");
  CHECK_THROWS_WITH(apply(options_for(db), {}),
                    contains_text("readmodel/0002_operations.up.sql: relation \"metrics_quarantine\" already exists"));
  CHECK(run(db.url(), "SELECT FROM metrics_migration_history").size() == 1);
  CHECK(run(db.url(), "SELECT FROM pg_class WHERE relname = 'metrics_job_run'").empty());
  run(db.url(), "DROP TABLE metrics_quarantine");
  CHECK(apply(options_for(db), {}).size() == count_of({kReadmodel}) - 1);
}

TEST_CASE("source tables of somebody else are not touched") {
  TestDatabase db{TestDatabase::Empty{}};
  run(db.url(), "CREATE TABLE project (id text)");
  const auto before = schema_text(db);
  CHECK_THROWS_WITH(apply(options_for(db), everything()),
                    contains_text("already has project that Tidemark did not make"));
  CHECK_THROWS_WITH(plan(options_for(db), everything()), contains_text("name an empty schema with --source-schema"));
  CHECK(schema_text(db) == before);
  CHECK(apply(options_for(db), {}).size() == count_of({kReadmodel}));
  CHECK(run(db.url(), "SELECT FROM pg_constraint WHERE confrelid = 'project'::regclass").empty());
}

TEST_CASE("both sets go into schemas of their own, whatever their names") {
  TestDatabase db{TestDatabase::Empty{}};
  MigrationOptions options{db.url(), "Tide \"mark\"", "it's"};
  CHECK(apply(options, everything()).size() == count_of_all());
  CHECK(schema_text(db).find("metrics") == std::string::npos);
  CHECK(check_sources(db.url(), options.source_schema).empty());

  options.source_schema = "elsewhere";
  CHECK_THROWS_WITH(apply(options, everything()), contains_text("are in schema 'it's', not in 'elsewhere'"));
  CHECK(apply(options, {}).empty());
  CHECK(apply(options, to(kReadmodel, 0)).size() == count_of_all() - 1);
  // Goes on in the schema where the sources are.
  CHECK(apply(options, {}).size() == count_of({kReadmodel, kSources}) - 1);
}

TEST_CASE("the check of foreign source tables names each thing that is missing") {
  TestDatabase db;
  CHECK(check_sources(db.url(), "public").empty());

  run(db.url(), R"(
    ALTER TABLE task DROP COLUMN title;
    ALTER TABLE task ALTER COLUMN priority DROP DEFAULT, ALTER COLUMN priority TYPE text;
    ALTER TABLE milestone DROP COLUMN planned_start_date;
    DROP TABLE plan_change_set;
    CREATE TYPE task_state AS ENUM ('integrated');
    CREATE DOMAIN key36 AS varchar(36);
    ALTER TABLE lease ALTER COLUMN task_id TYPE key36;
    ALTER TABLE artifact ALTER COLUMN check_status DROP DEFAULT;
    ALTER TABLE artifact ALTER COLUMN check_status TYPE task_state USING 'integrated')");
  std::vector<std::string> found;
  for (const auto& finding : check_sources(db.url(), "public"))
    found.push_back((finding.need == Need::required ? "required: " : "optional: ") + finding.text());
  CHECK(found ==
        Names{"required: task.title is missing (text or an enum expected)",
              "required: task.priority is text (an integer expected)",
              "optional: milestone.planned_start_date is missing (date or timestamptz expected); off without it: "
              "planned durations in schedule reliability",
              "optional: table plan_change_set is missing; off without it: replan_churn"});
  CHECK(check_sources(db.url(), "nowhere").size() == source_table_names().size());
}

TEST_CASE("an unreachable server and a missing privilege are one line with the remedy") {
  TestDatabase db{TestDatabase::Empty{}};
  CHECK_THROWS_WITH(status({"host=/nonexistent dbname=x", "public", "public"}),
                    contains_text("cannot connect to the database") && contains_text("check that the server runs"));
  run(db.url(), "DROP ROLE IF EXISTS reader_of_migrations_test; CREATE ROLE reader_of_migrations_test LOGIN");
  const auto url = db.url() + " user=reader_of_migrations_test";
  CHECK_THROWS_WITH(apply({url, "public", "public"}, {}),
                    contains_text("permission denied for schema public; migrations run"));
}

TEST_CASE("deleting a project of Tidemark's own takes its metrics along") {
  TestDatabase db;
  run(db.url(), R"(
    INSERT INTO project SELECT md5(n::text)::uuid, NULL, 'p', 'active', '2024-01-01', '2024-01-01'
    FROM generate_series(1, 2) AS n;
    INSERT INTO metrics_summary (id, project_id, captured_at, payload) SELECT id, id, '2024-01-01', '{}' FROM project;
    INSERT INTO event_log (project_id, entity_type, event_type, created_at)
    SELECT id, 'task', 'task_ready', '2024-01-01' FROM project;
    DELETE FROM project WHERE id = md5('1')::uuid)");
  CHECK(run(db.url(), "SELECT FROM metrics_summary").size() == 1);
  CHECK(run(db.url(), "SELECT FROM event_log").size() == 1);
}
