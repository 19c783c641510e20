#include "jobs/diagnosis.hpp"

#include <date/tz.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "jobs/change_check.hpp"
#include "jobs/render/number.hpp"
#include "jobs/watermark_check.hpp"
#include "migrations/migrator.hpp"
#include "migrations/source_check.hpp"
#include "readmodel/queries/server.hpp"
#include "readmodel/sources/source_discovery.hpp"

namespace tidemark::jobs {
namespace {

using Findings = std::vector<Finding>;

constexpr Micros kClockTolerance = std::chrono::seconds{5};
constexpr std::uintmax_t kLittleDisk = std::uintmax_t{1} << 30;
constexpr std::uintmax_t kNoDisk = std::uintmax_t{100} << 20;

void check_server(Findings& findings, const readmodel::ServerFacts& facts) {
  findings.push_back({Severity::ok, "server",
                      fmt::format("PostgreSQL {}, database {} ({}) as {}", facts.version, facts.database,
                                  render::bytes_text(facts.bytes), facts.user),
                      ""});
}

void check_schema(Findings& findings, const readmodel::ConnectionSettings& connection) {
  const migrations::MigrationOptions options{connection.url, connection.schema, connection.source_schema};
  std::vector<std::string> pending;
  std::size_t applied = 0;
  for (const auto& migration : migrations::status(options)) {
    const auto name = fmt::format("{:04} {}", migration.version, migration.name);
    switch (migration.standing) {
      case migrations::Standing::applied: ++applied; break;
      case migrations::Standing::pending:
        // The source tables are somebody else's to make unless they were asked for.
        if (migration.set == migrations::MigrationSet::readmodel) pending.push_back(name);
        break;
      case migrations::Standing::edited:
        findings.push_back({Severity::error, "schema", "migration " + name + " was applied from another text",
                            "use the Tidemark that applied it, or restore its file"});
        break;
      case migrations::Standing::unknown:
        findings.push_back(
            {Severity::error, "schema", "migration " + name + " is of a newer Tidemark", "install that version"});
        break;
    }
  }
  if (pending.empty())
    findings.push_back({Severity::ok, "schema", fmt::format("{} migrations applied, none pending", applied), ""});
  else
    findings.push_back(
        {Severity::error, "schema", fmt::format("pending: {}", fmt::join(pending, ", ")), "tidemark migrate"});
}

void check_privileges(Findings& findings, readmodel::Transaction& tx, const std::string& user) {
  const std::vector<std::string> own{readmodel::kOwnTables.begin(), readmodel::kOwnTables.end()};
  auto missing = readmodel::missing_privileges(tx, migrations::source_table_names(), {"SELECT"});
  const auto own_missing = readmodel::missing_privileges(tx, own, {"SELECT", "INSERT", "UPDATE", "DELETE"});
  for (const auto& privilege : own_missing)
    if (privilege.privilege != "USAGE") missing.push_back(privilege);
  for (const auto& [privilege, object] : missing)
    findings.push_back({Severity::error, "privileges", fmt::format("{} lacks {} on {}", user, privilege, object),
                        fmt::format("GRANT {} ON {} TO {};", privilege, object, user)});
  if (missing.empty())
    findings.push_back(
        {Severity::ok, "privileges",
         fmt::format("SELECT on the sources, SELECT, INSERT, UPDATE and DELETE on {} own tables", own.size()), ""});
}

// What is needed, an error each; then what can be computed of it.
void check_source_columns(Findings& findings, const SourceAssessment& sources, const std::string& schema) {
  bool complete = true;
  for (const auto& source : sources.findings) {
    if (source.need == Need::optional) continue;
    complete = false;
    findings.push_back({Severity::error, "sources", source.text(),
                        fmt::format("make it in schema {}, or name the right one with --source-schema; "
                                    "`tidemark migrate --with-sources` makes empty ones",
                                    schema)});
  }
  if (complete)
    findings.push_back({Severity::ok, "sources",
                        fmt::format("{} of {} tables in schema {} with the columns they need", sources.usable.size(),
                                    source_tables().size(), schema),
                        ""});
}

// What is readable and still may go wrong one day.
void check_source_types(Findings& findings, const SourceAssessment& sources) {
  if (!sources.unzoned.empty())
    findings.push_back({Severity::warning, "sources",
                        fmt::format("{} without time zone: read as UTC", fmt::join(sources.unzoned, ", ")),
                        "where they are of another zone, ALTER them to timestamptz or put a view in their place"});
  if (!sources.plain_json.empty())
    findings.push_back({Severity::warning, "sources",
                        fmt::format("{} of type json: a value that jsonb would refuse (\\u0000, half a surrogate pair) "
                                    "ends a run",
                                    fmt::join(sources.plain_json, ", ")),
                        "ALTER them to jsonb"});
}

// A line for each component that is off, in their fixed order. Without the required sources everything is.
void check_components(Findings& findings, const SourceAssessment& sources) {
  const bool refused = std::any_of(sources.findings.begin(), sources.findings.end(),
                                   [](const SourceFinding& finding) { return finding.need == Need::required; });
  if (refused) return;
  for (const auto& off : sources.off)
    findings.push_back(
        {Severity::warning, "components",
         fmt::format("{} off: {}; {}", off.component->name, fmt::join(off.reasons, ", "), off.component->without),
         fmt::format("add {}, or put a view that has it in its place", fmt::join(off.lacking, " and "))});
  const auto all = source_components().size();
  if (sources.off.empty())
    findings.push_back(
        {Severity::ok, "components", fmt::format("all {} metric components have their sources", all), ""});
  else
    findings.push_back({Severity::ok, "components",
                        fmt::format("{} of {} metric components have their sources", all - sources.off.size(), all),
                        ""});
}

void check_indexes(Findings& findings, readmodel::Transaction& tx) {
  auto tables = migrations::source_table_names();
  std::erase(tables, "project");  // read as a whole
  const auto unindexed = readmodel::find_unindexed_tables(tx, tables);
  for (const auto& [table, partitioned] : unindexed)
    findings.push_back({Severity::warning, "indexes",
                        fmt::format("{} has no index that begins with project_id: each "
                                    "project's run reads all of it",
                                    table),
                        fmt::format("CREATE INDEX {}ON {} (project_id);", partitioned ? "" : "CONCURRENTLY ", table)});
  if (unindexed.empty())
    findings.push_back({Severity::ok, "indexes", "each large source table has an index by project_id", ""});
}

void check_clock(Findings& findings, const Settings& settings, const readmodel::ServerFacts& facts) {
  const auto here = std::chrono::floor<Micros>(std::chrono::system_clock::now());
  const double seconds = std::chrono::duration<double>(facts.clock - here).count();
  const auto text = fmt::format("the server's clock is {:+.1f} s from this machine's", seconds);
  if (std::chrono::abs(facts.clock - here) > kClockTolerance)
    findings.push_back({Severity::warning, "clock", text, "synchronise both (systemd-timesyncd, chrony)"});
  else
    findings.push_back({Severity::ok, "clock", text, ""});
  if (settings.clock)
    findings.push_back(
        {Severity::ok, "clock", "`clock` stands at " + format_instant(*settings.clock) + " for every job", ""});
}

void check_time_zones(Findings& findings) {
  try {
    date::locate_zone("Europe/Berlin");
    findings.push_back({Severity::ok, "time zones", "the time zone database can be read", ""});
  } catch (const std::runtime_error& problem) {
    findings.push_back(
        {Severity::error, "time zones", fmt::format("cannot be read: {}", problem.what()), "apt-get install tzdata"});
  }
}

// Only of the embedded cluster: another server's disk cannot be seen from here.
void check_disk(Findings& findings, const Settings& settings) {
  std::error_code problem;
  if (!std::filesystem::exists(settings.home / "data", problem)) return;
  const auto space = std::filesystem::space(settings.home, problem);
  if (problem) {
    findings.push_back({Severity::error, "disk", fmt::format("{}: {}", settings.home.string(), problem.message()), ""});
    return;
  }
  const auto text = fmt::format("{} free in {}", render::bytes_text(static_cast<std::int64_t>(space.available)),
                                settings.home.string());
  const auto severity = space.available < kNoDisk       ? Severity::error
                        : space.available < kLittleDisk ? Severity::warning
                                                        : Severity::ok;
  findings.push_back({severity, "disk", text, severity == Severity::ok ? "" : "free some, or move --home"});
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::ok: return "ok";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "";
}

std::vector<Finding> diagnose(const Settings& settings, const readmodel::ConnectionSettings& connection) {
  Findings findings;
  readmodel::Session session(connection);
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  const auto facts = readmodel::read_server_facts(tx);
  check_server(findings, facts);
  check_schema(findings, connection);
  check_privileges(findings, tx, facts.user);
  const auto sources = readmodel::assess_sources(tx);
  check_source_columns(findings, sources, connection.source_schema);
  check_source_types(findings, sources);
  check_components(findings, sources);
  check_indexes(findings, tx);
  for (auto& finding : check_watermark(tx)) findings.push_back(std::move(finding));
  for (auto& finding : check_changes(tx)) findings.push_back(std::move(finding));
  check_clock(findings, settings, facts);
  check_time_zones(findings);
  check_disk(findings, settings);
  return findings;
}

}  // namespace tidemark::jobs
