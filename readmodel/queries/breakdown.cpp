#include "readmodel/queries/breakdown.hpp"

#include "contracts/bucket.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

DayRange newest_days(Instant as_of, int days) {
  const auto before = bucket_end(Grain::day, bucket_start(Grain::day, as_of));
  return {before - days * kDay, before};
}

std::vector<BreakdownPoint> read_breakdown(Transaction& tx, const BreakdownQuery& query) {
  std::vector<BreakdownPoint> points;
  for (const auto& stored : tx.exec(sql::read_breakdown, {query.project_id, query.metric_key, query.dimension,
                                                          query.days.from, query.days.before})) {
    RowReader row(stored);
    points.push_back({row.instant(0), row.text(1), {row.optional_number(2), row.text(3)}, row.instant(4)});
  }
  return points;
}

}  // namespace tidemark::readmodel
