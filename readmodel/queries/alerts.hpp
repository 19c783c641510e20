// The alerts that a project has or had. Spec: contract, "GET /v1/metrics/alerts".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/alert.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

enum class AlertState { open, resolved };

struct AlertQuery {
  Uuid project_id;
  std::optional<AlertSeverity> severity;
  std::optional<std::string> metric_key;
  std::optional<AlertState> state;  // nullopt: both
  std::int64_t limit = 1000;
};

struct StoredAlert {
  Uuid id;
  Alert alert;
};

// The open ones first, then the worst, then the newest.
std::vector<StoredAlert> list_alerts(Transaction& tx, const AlertQuery& query);

struct AlertCount {
  AlertSeverity severity;
  std::int64_t open = 0;
};

// Of all projects, worst first; severities without an open alert are left out.
std::vector<AlertCount> count_open_alerts(Transaction& tx);

}  // namespace tidemark::readmodel
