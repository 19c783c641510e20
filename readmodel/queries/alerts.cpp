#include "readmodel/queries/alerts.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

std::vector<StoredAlert> list_alerts(Transaction& tx, const AlertQuery& query) {
  const auto severity = query.severity ? std::optional{std::string{to_string(*query.severity)}} : std::nullopt;
  const auto open = query.state ? std::optional{*query.state == AlertState::open} : std::nullopt;
  std::vector<StoredAlert> alerts;
  for (const auto& stored :
       tx.exec(sql::list_alerts, {query.project_id, severity, query.metric_key, open, query.limit})) {
    RowReader row(stored);
    // The table's checks keep other names out.
    alerts.push_back({row.uuid(0),
                      {row.text(1), *parse_alert_type(row.view(2)), *parse_alert_severity(row.view(3)),
                       row.optional_number(4).value_or(0), row.optional_number(5).value_or(0), row.text(6),
                       row.instant(7), row.instant(8), row.optional_instant(9), row.optional_instant(10)}});
  }
  return alerts;
}

std::vector<AlertCount> count_open_alerts(Transaction& tx) {
  std::vector<AlertCount> counts;
  for (const auto& stored : tx.exec(sql::count_open_alerts)) {
    RowReader row(stored);
    counts.push_back({*parse_alert_severity(row.view(0)), row.integer(1)});
  }
  return counts;
}

}  // namespace tidemark::readmodel
