#include "readmodel/queries/trend.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

namespace {

TrendPoint point_of(const pqxx::row& stored) {
  RowReader row(stored);
  return {row.instant(0), {row.text(1), row.text(2)}, {row.optional_number(3), row.text(4)}, row.instant(5)};
}

}  // namespace

std::vector<TrendPoint> read_trend(Transaction& tx, const TrendQuery& query) {
  Params params{query.project_id, query.metric_key, query.grain, query.from, query.before, query.limit};
  const bool split = !query.dimensions.empty();
  if (split) {
    std::vector<std::string> names;
    std::vector<std::optional<std::string>> values;
    for (const auto& series : query.dimensions) {
      names.push_back(series.dimension);
      values.push_back(series.value);
    }
    params.emplace_back(names);
    params.emplace_back(values);
  }
  std::vector<TrendPoint> points;
  for (const auto& stored : tx.exec(split ? sql::read_trend_split : sql::read_trend_whole, params))
    points.push_back(point_of(stored));
  return points;
}

std::optional<TrendPoint> read_trend_before(Transaction& tx, const TrendQuery& query, Earlier wanted) {
  const auto found = tx.exec(sql::read_trend_before,
                             {query.project_id, query.metric_key, query.grain, query.from, wanted == Earlier::defined});
  if (found.empty()) return std::nullopt;
  return point_of(found.front());
}

}  // namespace tidemark::readmodel
