// The alerts job: holds the newest stored values of every project against thresholds, their own past and the freshness
// targets, and opens, escalates and closes alerts. Spec: jobs, "Alerts, forecast, health" and "Freshness".
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "jobs/alert_settings.hpp"
#include "jobs/project_pool.hpp"

namespace tidemark::jobs {

struct AlertOptions {
  ProjectPool pool;
  Instant as_of;
  std::vector<readmodel::ProjectHeader> projects;
  AlertOverrides thresholds;
  std::function<void(std::size_t done)> progress;  // called from the workers after each project; may be empty
};

struct AlertReport {
  std::size_t projects = 0;
  std::size_t never_computed = 0;   // of them: nothing is stored that could be looked at
  std::size_t looked_at_later = 0;  // of them: alerts were written for a later as-of already; left as they are
  std::int64_t opened = 0;
  std::int64_t escalated = 0;
  std::int64_t renewed = 0;
  std::int64_t closed = 0;
  std::int64_t unchanged = 0;  // open before and after, not written
  std::vector<ProjectFailure> failures;
  Micros elapsed{0};

  std::int64_t written() const { return opened + escalated + renewed + closed; }
};

// Each project in one transaction, and none that writes where nothing changed.
AlertReport raise_alerts(const AlertOptions& options);

}  // namespace tidemark::jobs
