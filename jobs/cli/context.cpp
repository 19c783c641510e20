#include <array>
#include <cstdlib>

#include "jobs/cli/command.hpp"
#include "jobs/embedded_postgres.hpp"

namespace tidemark::jobs {
namespace {

// Any of libpq's variables that say which server or database is meant. PGUSER and PGPASSWORD alone do not.
bool environment_names_database() {
  constexpr std::array kVariables{"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE"};
  for (const char* variable : kVariables)
    if (const char* value = std::getenv(variable); value != nullptr && *value != '\0') return true;
  return false;
}

}  // namespace

readmodel::ConnectionSettings CommandContext::connection(std::string_view purpose) {
  readmodel::ConnectionSettings connection;
  connection.schema = settings.schema;
  connection.source_schema = settings.source_schema;
  connection.application_name = "tidemark " + std::string{purpose};
  connection.url = settings.database_url;
  if (connection.url.empty() && !environment_names_database()) connection.url = EmbeddedPostgres{settings.home}.start();
  return connection;
}

RetentionRules CommandContext::retention() const {
  return {retention_in_force(settings.retention).policies(), settings.source_retention_days};
}

Instant CommandContext::now() {
  static const Instant wall_clock = std::chrono::floor<Micros>(std::chrono::system_clock::now());
  if (as_of) return *as_of;
  return settings.clock.value_or(wall_clock);
}

void add_as_of(CLI::App& command, CommandContext& context) {
  command
      .add_option_function<std::string>(
          "--as-of",
          [&context](const std::string& text) {
            context.as_of = parse_instant(text);
            if (!context.as_of)
              throw CLI::ValidationError("--as-of", "\"" + text + "\" is not an instant such as 2016-05-15T00:00:00Z");
          },
          "the instant that stands for \"now\" (default: --clock, else the wall clock)")
      ->type_name("INSTANT");
}

}  // namespace tidemark::jobs
