// What a run did, for a person and for a program.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "jobs/manual_run.hpp"

namespace tidemark::jobs {

std::string refresh_text(const RefreshOutcome& outcome, Instant as_of);
std::string snapshot_text(const SnapshotReport& report, Instant as_of);
std::string alerts_text(const AlertReport& report, Instant as_of);
// How many projects failed; empty where none did.
std::string failures_text(const std::vector<ProjectFailure>& failures);
nlohmann::ordered_json refresh_json(const RefreshOutcome& outcome, Instant as_of);
nlohmann::ordered_json snapshot_json(const SnapshotReport& report, Instant as_of);
nlohmann::ordered_json alerts_json(const AlertReport& report, Instant as_of);
nlohmann::ordered_json failures_json(const std::vector<ProjectFailure>& failures);

}  // namespace tidemark::jobs
