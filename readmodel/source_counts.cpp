#include "readmodel/source_counts.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/sources/source_ids.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

// In place of the id of a row that is gone.
constexpr const char* kUnknownRow = "*";

struct Counts {
  std::vector<std::string> projects;
  std::vector<std::int64_t> rows;
  std::vector<std::optional<std::string>> newest;
};

}  // namespace

std::int64_t mark_lost_rows(Transaction& tx, const ChangeStatements& source, Instant now) {
  Counts kept;
  std::vector<std::string> vanished;
  std::vector<Uuid> losers;
  for (const auto& stored : tx.exec(source.count)) {
    RowReader row(stored);
    const auto rows = row.integer(1);
    if (rows == 0) {
      vanished.push_back(row.text(0));
    } else {
      kept.projects.push_back(row.text(0));
      kept.rows.push_back(rows);
      kept.newest.push_back(row.optional_text(2));
    }
    const auto project = parse_source_uuid(row.view(0));
    if (row.view(3) == "t" && project) losers.push_back(*project);
  }
  if (!kept.projects.empty()) tx.exec(sql::put_source_counts, {source.table, kept.projects, kept.rows, kept.newest});
  if (!vanished.empty()) tx.exec(sql::forget_source_counts, {source.table, vanished});
  if (!losers.empty()) {
    const std::vector<std::string> ids(losers.size(), kUnknownRow);
    const std::vector<std::optional<Uuid>> tasks(losers.size());
    const std::vector<std::optional<std::string>> instants(losers.size());
    tx.exec(sql::add_dirty_rows, {source.table, now, losers, ids, tasks, instants});
  }
  return static_cast<std::int64_t>(losers.size());
}

}  // namespace tidemark::readmodel
