// What `tidemark doctor` looks at: everything that a run needs and that somebody else may have changed. Each check says
// what it found and, where something is wrong, what to do. Spec: running it, "Command line", `doctor`.
#pragma once

#include <string>
#include <vector>

#include "jobs/settings.hpp"
#include "readmodel/session.hpp"

namespace tidemark::jobs {

enum class Severity {
  ok,
  warning,  // something is off or slow, the rest computes
  error,    // a run would fail
};

struct Finding {
  Severity severity = Severity::ok;
  std::string subject;  // server, schema, privileges, sources, components, indexes, watermark, changes, clock, disk, ..
  std::string text;     // what was found
  std::string remedy;   // what to do; empty: nothing
};

std::string_view to_string(Severity severity);

// In the order in which a person would look. Changes nothing.
// Errors: those of the session: a server that cannot be asked has no findings.
std::vector<Finding> diagnose(const Settings& settings, const readmodel::ConnectionSettings& connection);

}  // namespace tidemark::jobs
