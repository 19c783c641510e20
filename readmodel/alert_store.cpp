#include "readmodel/alert_store.hpp"

#include <fmt/format.h>

#include "contracts/json_text.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

constexpr const char* kSerializationFailure = "40001";

// One array per column, in the order of upsert_alerts.
Params columns_of(const Uuid& project_id, const std::vector<Alert>& alerts) {
  std::vector<Uuid> ids;
  std::vector<std::string> metrics, types, severities, values, thresholds, contexts;
  std::vector<Instant> created, seen;
  std::vector<std::optional<Instant>> resolved;
  for (const auto& alert : alerts) {
    ids.push_back(alert_id(project_id, alert));
    metrics.push_back(alert.metric_key);
    types.emplace_back(to_string(alert.type));
    severities.emplace_back(to_string(alert.severity));
    values.push_back(number_text(alert.value));
    thresholds.push_back(number_text(alert.threshold));
    contexts.push_back(alert.context);
    created.push_back(alert.created_at);
    seen.push_back(alert.last_seen);
    resolved.push_back(alert.resolved_at);
  }
  return {project_id, ids, metrics, types, severities, values, thresholds, contexts, created, seen, resolved};
}

}  // namespace

AlertBook read_alert_book(Transaction& tx, const Uuid& project_id) {
  AlertBook book;
  book.fencing_token = read_checkpoint(tx, {project_id, kAlertsJob}).fencing_token;
  for (const auto& stored : tx.exec(sql::read_open_alerts, {project_id})) {
    RowReader row(stored);
    // The table's checks keep other names out.
    book.open.push_back({row.text(0), *parse_alert_type(row.view(1)), *parse_alert_severity(row.view(2)),
                         row.optional_number(3).value_or(0), row.optional_number(4).value_or(0), row.text(5),
                         row.instant(6), row.instant(7), row.optional_instant(8), std::nullopt});
  }
  const auto newest = tx.exec(sql::newest_alert_instant, {project_id});
  const auto stored = newest[0];
  book.newest = RowReader{stored}.optional_instant(0);
  return book;
}

void write_alerts(Session& session, const AlertWrite& write, const std::vector<Alert>& alerts) {
  if (alerts.empty()) return;
  Transaction tx(session, Isolation::read_committed);
  if (lock_checkpoint(tx, {write.project_id, kAlertsJob}) != write.fencing_token)
    throw Error(ErrorKind::failed,
                fmt::format("another run wrote the alerts of project {} after this one had read them; run it again",
                            to_string(write.project_id)),
                {kSerializationFailure, "write_alerts"});
  tx.exec(sql::upsert_alerts, columns_of(write.project_id, alerts));
  advance_checkpoint(tx, {write.project_id, kAlertsJob}, write.written_at, std::nullopt);
  tx.commit();
}

Acknowledgement acknowledge_alert(Session& session, const Uuid& project_id, const Uuid& alert_id, Instant at) {
  Transaction tx(session, Isolation::read_committed);
  lock_checkpoint(tx, {project_id, kAlertsJob});
  const auto found = tx.exec(sql::find_alert, {project_id, alert_id});
  if (found.empty()) return Acknowledgement::no_such_alert;
  const auto stored = found[0];
  const RowReader row(stored);
  if (!row.null(0)) return Acknowledgement::resolved;
  if (!row.null(1)) return Acknowledgement::done_before;
  tx.exec(sql::acknowledge_alert, {project_id, alert_id, at});
  tx.commit();
  return Acknowledgement::done;
}

}  // namespace tidemark::readmodel
