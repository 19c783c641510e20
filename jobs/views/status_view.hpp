// What `tidemark status` shows. Spec: running it, "Command line"; jobs, "Freshness".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jobs/views/answer.hpp"
#include "readmodel/change_sources.hpp"
#include "readmodel/event_source.hpp"
#include "readmodel/queries/alerts.hpp"
#include "readmodel/queries/server.hpp"
#include "readmodel/queries/status.hpp"
#include "readmodel/queries/watermark.hpp"

namespace tidemark::views {

struct ProjectStatus {
  Uuid id;
  std::string name;              // the id's text where the source no longer has the project
  std::string state;             // active, paused, archived
  std::optional<Instant> as_of;  // the newest; nullopt: nothing has been computed yet
  std::optional<double> health, predictability, flow_efficiency, wip, blocked,
      backlog;  // newest day; nullopt: undefined
  std::vector<readmodel::Freshness> families{};
  std::optional<Instant> reconciled_at{};  // wall clock; nullopt: never
};

struct Status {
  Instant now;
  Instant clock;  // the database's: the age of what carries a wall clock is told by it
  readmodel::ServerFacts server;
  std::vector<readmodel::TableSize> tables;
  std::vector<readmodel::RunRecord> runs;     // the newest of each job
  std::vector<readmodel::AlertCount> alerts;  // open ones, worst first
  std::vector<readmodel::QuarantineCount> quarantine;
  std::vector<readmodel::QuarantineEntry> newest_quarantined;
  std::optional<readmodel::WatermarkStatus> watermark;  // nullopt: no events have been discovered yet
  std::vector<readmodel::SourceFault>
      watermark_faults;  // why none can be had; empty: one can, or there is no event_log
  readmodel::DirtyCount dirty;
  std::vector<readmodel::ChangeSource> changes;  // how those of the mutable sources are found
  std::vector<ProjectStatus> projects;           // most work in progress first, then by name
};

// Errors: those of the session; a database that has not been migrated is one.
Status read_status(readmodel::Session& session, Instant now);

Json status_json(const Status& status);

}  // namespace tidemark::views
