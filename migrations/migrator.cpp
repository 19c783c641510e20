#include "migrations/migrator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "contracts/error.hpp"
#include "migrations/connection.hpp"
#include "migrations/source_check.hpp"
#include "migrations/statements.hpp"

namespace tidemark::migrations {
namespace {

AppliedMigration read_applied(const Row& row) {
  const auto set = parse_set(*row[0]);
  const auto applied_at = parse_instant(*row[5]);
  if (!set || !applied_at)
    throw Error(ErrorKind::failed,
                fmt::format("metrics_migration_history has a row of set '{}' that this Tidemark does not "
                            "know; use the newer Tidemark that wrote it",
                            *row[0]));
  return {*set, std::stoi(*row[1]), *row[2], *row[3], *row[4], *applied_at, *row[6], Micros{std::stoll(*row[7])}};
}

// Empty where nothing was ever applied. Leaves the search path at the schema of the history.
History read_history(Work& work, const std::string& schema) {
  work.exec(sql::set_search_path, {schema, schema});
  History history;
  if (!work.holds(sql::history_exists)) return history;
  for (const auto& row : work.exec(sql::list_history)) history.push_back(read_applied(row));
  return history;
}

// The schema in which the set's objects are or will be.
std::string schema_of(MigrationSet set, const History& history, const MigrationOptions& options) {
  // The triggers' functions are beside the table that they write to.
  if (set != MigrationSet::sources) return options.schema;
  return target_schema(history, set).value_or(options.source_schema);
}

void check_source_schema(const History& history, const MigrationOptions& options, const Goal& goal) {
  const auto made_in = target_schema(history, MigrationSet::sources);
  const bool named = goal.sources == SourceTables::make || (goal.level && goal.level->set == MigrationSet::sources);
  if (named && made_in && *made_in != options.source_schema)
    throw Error(ErrorKind::usage,
                fmt::format("Tidemark's source tables are in schema '{}', not in '{}'; name it with --source-schema",
                            *made_in, options.source_schema));
}

// Tables of the source tables' names that Tidemark did not make are somebody else's.
void refuse_foreign_tables(Work& work, const MigrationOptions& options) {
  const auto& schema = options.source_schema;
  std::vector<std::string> found;
  for (const auto& row : work.exec(sql::existing_tables, {schema, array_parameter(source_table_names())}))
    found.push_back(*row[0]);
  if (found.empty()) return;
  throw Error(
      ErrorKind::failed,
      fmt::format("schema '{}' already has {} that Tidemark did not make; use them as they are (`tidemark migrate` "
                  "without --with-sources), or name an empty schema with --source-schema",
                  schema, fmt::join(found, ", ")));
}

bool begins_sources(const Step& step) {
  return step.migration->set == MigrationSet::sources && step.migration->version == 1 &&
         step.direction == Direction::up;
}

struct Plan {
  History history;
  std::vector<Step> steps;
};

// Waits for whoever is migrating, then plans; nobody else migrates until the transaction ends.
Plan plan_under_lock(Work& work, const MigrationOptions& options, const Goal& goal) {
  work.exec(sql::lock_migrations);
  Plan plan;
  plan.history = read_history(work, options.schema);
  check_history(plan.history, embedded_catalogue());
  check_source_schema(plan.history, options, goal);
  plan.steps = plan_steps(plan.history, goal, embedded_catalogue());
  if (std::any_of(plan.steps.begin(), plan.steps.end(), begins_sources)) refuse_foreign_tables(work, options);
  return plan;
}

void make_schema(Work& work, const std::string& name) {
  if (!work.holds(sql::schema_exists, {name})) work.create_schema(name);
}

void record(Work& work, const Step& step, const std::string& schema, Micros duration) {
  const auto& migration = *step.migration;
  const auto set = std::string{to_string(migration.set)};
  const auto version = std::to_string(migration.version);
  if (step.direction == Direction::down) {
    work.exec(sql::forget_migration, {set, version});
    return;
  }
  const auto now = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
  work.exec(sql::record_migration, {set, version, migration.name, migration.checksum, schema, format_instant(now),
                                    std::to_string(duration.count())});
}

// Runs one step of a plan made in the same transaction.
AppliedStep run_step(Work& work, const MigrationOptions& options, const Step& step, const std::string& schema) {
  make_schema(work, options.schema);
  make_schema(work, schema);
  if (!work.holds(sql::history_exists)) work.exec(sql::create_history);

  // A set that reaches into the other schema finds it second.
  const auto& other = schema == options.schema ? options.source_schema : options.schema;
  work.exec(sql::set_search_path, {schema, other});
  const auto start = std::chrono::steady_clock::now();
  work.run_file(step.file(), step.sql());
  const auto duration = std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - start);

  work.exec(sql::set_search_path, {options.schema, options.schema});
  record(work, step, schema, duration);
  return {step, duration};
}

Standing standing(const AppliedMigration& applied, const Catalogue& catalogue) {
  if (applied.version > catalogue.newest(applied.set)) return Standing::unknown;
  return catalogue.at(applied.set, applied.version).checksum == applied.checksum ? Standing::applied : Standing::edited;
}

}  // namespace

std::vector<MigrationStatus> status(const MigrationOptions& options) {
  Connection connection(options.url);
  Work work(connection);
  const auto history = read_history(work, options.schema);
  const auto& catalogue = embedded_catalogue();
  std::vector<MigrationStatus> out;
  for (const auto set : kSets) {
    for (const auto& applied : history)
      if (applied.set == set)
        out.push_back({set, applied.version, applied.name, standing(applied, catalogue), applied});
    for (const auto& migration : catalogue.of(set))
      if (migration.version > level(history, set))
        out.push_back({set, migration.version, migration.name, Standing::pending, std::nullopt});
  }
  return out;
}

std::vector<Step> plan(const MigrationOptions& options, const Goal& goal) {
  Connection connection(options.url);
  Work work(connection);
  return plan_under_lock(work, options, goal).steps;
}

std::vector<AppliedStep> apply(const MigrationOptions& options, const Goal& goal) {
  Connection connection(options.url);
  std::vector<AppliedStep> done;
  std::optional<std::size_t> most;  // the length of the first plan
  for (;;) {
    Work work(connection);
    const auto [history, steps] = plan_under_lock(work, options, goal);
    if (steps.empty()) return done;
    if (!most) most = steps.size();
    if (done.size() == *most)
      throw Error(ErrorKind::failed,
                  "another process migrates this database the other way at the same time; run it again");
    const auto& step = steps.front();
    done.push_back(run_step(work, options, step, schema_of(step.migration->set, history, options)));
    work.commit();
  }
}

}  // namespace tidemark::migrations
