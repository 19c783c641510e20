#include "readmodel/queries/drilldown.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

const Statement& page_statement(const DrilldownQuery& query) {
  const bool ascending = query.order == SortOrder::ascending;
  switch (query.sort_by) {
    case DrilldownSort::value: return ascending ? sql::read_drilldown_by_value_asc : sql::read_drilldown_by_value_desc;
    case DrilldownSort::timestamp:
      return ascending ? sql::read_drilldown_by_timestamp_asc : sql::read_drilldown_by_timestamp_desc;
    case DrilldownSort::task_id: break;
  }
  return ascending ? sql::read_drilldown_by_task_id_asc : sql::read_drilldown_by_task_id_desc;
}

DrilldownAggregates read_aggregates(RowReader& row) {
  const auto number = [&](int column) { return row.optional_number(column).value_or(0); };
  DrilldownAggregates aggregates;
  aggregates.sum = number(1);
  aggregates.avg = aggregates.sum / static_cast<double>(row.integer(0));
  aggregates.min = number(2);
  aggregates.max = number(3);
  aggregates.p50 = number(4);
  aggregates.p90 = number(5);
  aggregates.p95 = number(6);
  return aggregates;
}

}  // namespace

DrilldownPage read_drilldown(Transaction& tx, const DrilldownQuery& query) {
  const auto& f = query.filters;
  Params params{query.project_id, query.metric_key, f.phase,       f.milestone, f.assignee,
                f.state,          f.task_class,     f.entity_type, f.from,      f.before};
  DrilldownPage page;
  const auto totals = tx.exec(sql::aggregate_drilldown, params);
  const auto stored_totals = totals[0];
  RowReader row(stored_totals);
  page.total = row.integer(0);
  if (page.total == 0) return page;
  page.aggregates = read_aggregates(row);

  params.emplace_back(query.limit);
  params.emplace_back(query.offset);
  for (const auto& stored : tx.exec(page_statement(query), params)) {
    RowReader item(stored);
    page.items.push_back({item.text(0), item.optional_uuid(1), item.optional_text(2), item.optional_instant(3),
                          item.text(4), item.instant(5)});
  }
  return page;
}

}  // namespace tidemark::readmodel
