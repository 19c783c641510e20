#include "jobs/change_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "readmodel/change_sources.hpp"
#include "readmodel/queries/server.hpp"

namespace tidemark::jobs {
namespace {

using readmodel::ChangeMethod;
using readmodel::ChangeSource;

constexpr const char* kInstall = "tidemark migrate --install-capture";
constexpr const char* kInstallAgain = "tidemark migrate --set capture --to 0, then tidemark migrate --install-capture";

bool is_captured(const ChangeSource& source) { return source.method == ChangeMethod::capture; }

bool is_searched(const ChangeSource& source) { return source.method == ChangeMethod::cursor; }

// The operations that are missed of a set of triggers of which something is there.
std::string missing_text(const std::vector<ChangeSource>& sources) {
  std::vector<std::string> missing;
  for (const auto& source : sources)
    if (!is_captured(source))
      missing.push_back(fmt::format("{} ({})", source.table, fmt::join(source.uncaptured, ", ")));
  return fmt::format("{}", fmt::join(missing, ", "));
}

Finding method_finding(const std::vector<ChangeSource>& sources) {
  const auto captured = std::count_if(sources.begin(), sources.end(), is_captured);
  if (captured == static_cast<std::ptrdiff_t>(sources.size()))
    return {Severity::ok, "changes", fmt::format("found by capture: {} tables have their triggers", captured), ""};
  if (captured == 0)
    return {Severity::ok, "changes",
            fmt::format("found by cursor in {} tables; deletions, rows changed without a new instant and commits later "
                        "than 10 minutes are exact after reconcile only, or with capture ({})",
                        std::count_if(sources.begin(), sources.end(), is_searched), kInstall),
            ""};
  return {Severity::warning, "changes", "capture is incomplete; it misses " + missing_text(sources), kInstallAgain};
}

}  // namespace

std::vector<Finding> check_changes(readmodel::Transaction& tx) {
  auto sources = readmodel::find_change_sources(tx);
  if (auto events = readmodel::find_event_capture(tx)) sources.push_back(std::move(*events));
  if (sources.empty()) return {};  // the check of the sources says so
  std::vector<Finding> findings{method_finding(sources)};
  std::vector<std::string> by_cursor;
  for (const auto& source : sources) {
    if (is_searched(source)) by_cursor.push_back(source.table);
    if (!is_captured(source) && !source.odd_instants.empty())
      findings.push_back({Severity::warning, "changes",
                          fmt::format("changes of {} are found by reconcile only: {} cannot be compared with a time",
                                      source.table, source.odd_instants),
                          "ALTER to timestamptz, or put a view in the table's place"});
  }
  for (const auto& [table, column, partitioned] : readmodel::find_unindexed_instants(tx, by_cursor))
    findings.push_back(
        {Severity::warning, "changes",
         fmt::format("{} has no index that begins with {}: each look for changes reads all of it", table, column),
         fmt::format("CREATE INDEX {}ON {} ({});", partitioned ? "" : "CONCURRENTLY ", table, column)});
  return findings;
}

}  // namespace tidemark::jobs
