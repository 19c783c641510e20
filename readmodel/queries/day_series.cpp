#include "readmodel/queries/day_series.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

std::vector<DaySeriesPoint> read_day_series(Transaction& tx, const DaySeriesQuery& query) {
  std::vector<DaySeriesPoint> points;
  for (const auto& stored :
       tx.exec(sql::read_day_series, {query.project_id, query.metric_keys, query.fields, query.at, query.points})) {
    RowReader row(stored);
    points.push_back({row.text(0), row.instant(1), row.view(2) == "t", row.optional_number(3), row.optional_number(4)});
  }
  return points;
}

}  // namespace tidemark::readmodel
