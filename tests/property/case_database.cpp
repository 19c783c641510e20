#include "property/case_database.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>

#include "migrations/migrator.hpp"
#include "support/cluster.hpp"
#include "support/sql.hpp"

namespace tidemark::tests {
namespace {

// A sequence counts across rollbacks, so the n-th row comes once.
constexpr const char* kCrash = R"(
CREATE SEQUENCE public.crash_count;
CREATE FUNCTION public.crash() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  way text := current_setting('tidemark.crash_way');
BEGIN
  IF nextval('public.crash_count') <> current_setting('tidemark.crash_at')::bigint THEN RETURN NULL; END IF;
  IF way LIKE 'lost%' THEN
    PERFORM pg_terminate_backend(pg_backend_pid());
  ELSIF way = 'serialization_failure' THEN
    RAISE EXCEPTION 'the test''s crash' USING ERRCODE = 'serialization_failure';
  ELSE
    RAISE EXCEPTION 'the test''s crash';
  END IF;
  RETURN NULL;
END $$;
DO $$
DECLARE
  own text;
BEGIN
  FOR own IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'metrics%' LOOP
    EXECUTE format('CREATE TRIGGER crash AFTER INSERT OR UPDATE OR DELETE ON public.%I FOR EACH ROW
      WHEN (current_setting(''tidemark.crash_table'', true) = %L) EXECUTE FUNCTION public.crash()', own, own);
    EXECUTE format('CREATE CONSTRAINT TRIGGER crash_at_commit AFTER INSERT OR UPDATE OR DELETE ON public.%I
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN (current_setting(''tidemark.crash_commit'', true) = %L) EXECUTE FUNCTION public.crash()', own, own);
  END LOOP;
END $$)";

constexpr const char* kClear = R"(
CREATE FUNCTION public.clear_case() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name regclass;
BEGIN
  DELETE FROM public.project;
  FOR name IN SELECT format('%I.%I', schemaname, tablename)::regclass FROM pg_tables
    WHERE schemaname IN ('public', 'second') AND tablename LIKE 'metrics%' AND tablename NOT LIKE '%migration%' LOOP
    EXECUTE format('DELETE FROM %s', name);
  END LOOP;
  PERFORM setval(pg_get_serial_sequence('public.event_log', 'id'), 1, false);
END $$)";

readmodel::ConnectionSettings settings_of(const std::string& url, const std::string& options) {
  readmodel::ConnectionSettings settings;
  settings.url = url + " options='-c lock_timeout=20s " + options + "'";
  settings.application_name = "tidemark under test";
  return settings;
}

std::string make_pattern(Capture capture) {
  auto made = fmt::format("property_pattern_{}_{}", ::getpid(), capture == Capture::installed ? "capture" : "cursors");
  migrations::MigrationOptions options;
  options.url = create_database(made, kMigrated);
  if (capture == Capture::installed) {
    migrations::Goal goal;
    goal.capture = migrations::ChangeCapture::install;
    migrations::apply(options, goal);
  }
  options.schema = kSecondSchema;
  migrations::apply(options, {});
  readmodel::Session session(settings_of(options.url, ""));
  run_sql(session, kCrash);
  run_sql(session, kClear);
  return made;
}

// Made once per process, never dropped: it goes with the cluster.
const std::string& pattern(Capture capture) {
  static const std::string installed = make_pattern(Capture::installed);
  static const std::string none = make_pattern(Capture::none);
  return capture == Capture::installed ? installed : none;
}

std::string next_name() {
  static int count = 0;
  return fmt::format("property_{}_{}", ::getpid(), ++count);
}

const char* text_of(CrashWay way) {
  switch (way) {
    case CrashWay::serialization_failure: return "serialization_failure";
    case CrashWay::lost_connection:
    case CrashWay::lost_at_commit: return "lost";
    default: return "error";
  }
}

bool at_commit(CrashWay way) { return way == CrashWay::error_at_commit || way == CrashWay::lost_at_commit; }

}  // namespace

CaseDatabase::CaseDatabase(Capture capture) : name_(next_name()), url_(create_database(name_, pattern(capture))) {}

CaseDatabase::~CaseDatabase() {
  try {
    drop_database(name_);
  } catch (const std::exception& e) {  // the cluster is thrown away anyhow
    std::fprintf(stderr, "%s was not dropped: %s\n", name_.c_str(), e.what());
  }
}

readmodel::ConnectionSettings CaseDatabase::connection() const { return settings_of(url_, ""); }

readmodel::ConnectionSettings CaseDatabase::second() const {
  auto settings = connection();
  settings.schema = kSecondSchema;
  return settings;
}

readmodel::ConnectionSettings CaseDatabase::connection(readmodel::Session& session, const Crash& crash) const {
  run_sql(session, "SELECT setval('public.crash_count', 1, false)");
  return settings_of(url_,
                     fmt::format("-c tidemark.crash_{}={} -c tidemark.crash_way={} -c tidemark.crash_at={}",
                                 at_commit(crash.way) ? "commit" : "table", crash.table, text_of(crash.way), crash.at));
}

void CaseDatabase::clear() const {
  readmodel::Session session(connection());
  run_sql(session, "SELECT public.clear_case()");
}

const CaseDatabase& empty_case_database(Capture capture) {
  constexpr int kCases = 40;
  struct Held {
    std::unique_ptr<CaseDatabase> database;
    int cases = 0;
  };
  pattern(capture);  // outlives what is made of it
  static std::map<Capture, Held> all;
  auto& [database, cases] = all[capture];
  if (database && cases++ % kCases != 0)
    database->clear();
  else
    database = std::make_unique<CaseDatabase>(capture);
  return *database;
}

}  // namespace tidemark::tests
