#include "readmodel/queries/trend.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

std::vector<TrendPoint> read_trend(Transaction& tx, const TrendQuery& query) {
  Params params{query.project_id, query.metric_key, query.grain, query.from, query.before, query.limit};
  const bool split = !query.dimensions.empty();
  if (split) params.emplace_back(query.dimensions);
  std::vector<TrendPoint> points;
  for (const auto& stored : tx.exec(split ? sql::read_trend_split : sql::read_trend_whole, params)) {
    RowReader row(stored);
    points.push_back(
        {row.instant(0), {row.text(1), row.text(2)}, {row.optional_number(3), row.text(4)}, row.instant(5)});
  }
  return points;
}

}  // namespace tidemark::readmodel
