// The open alerts of a project, and the one place that writes alerts. Spec: storage, "Operational tables"; jobs,
// "Alerts, forecast, health".
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contracts/alert.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// What an evaluation starts from. Read it in the snapshot in which the values are read.
struct AlertBook {
  std::vector<Alert> open;        // by metric and type
  std::optional<Instant> newest;  // the as-of up to which alerts are written; nullopt: there never was one
  std::int64_t fencing_token = 0;
};
AlertBook read_alert_book(Transaction& tx, const Uuid& project_id);

struct AlertWrite {
  Uuid project_id;
  Instant written_at;          // the run's clock
  std::int64_t fencing_token;  // the book's
};

// Opens `alerts` or brings them up to date, in one transaction under the project's alerts checkpoint; nothing at all
// where there are none. Errors: a retryable tidemark::Error where another run has written since the book was read.
void write_alerts(Session& session, const AlertWrite& write, const std::vector<Alert>& alerts);

enum class Acknowledgement { done, done_before, resolved, no_such_alert };

// Records at `at` (an as-of, like an alert's other instants) that somebody has taken note of an open alert. It stays so
// until the alert escalates.
Acknowledgement acknowledge_alert(Session& session, const Uuid& project_id, const Uuid& alert_id, Instant at);

}  // namespace tidemark::readmodel
