#include "jobs/watermark_check.hpp"

#include <fmt/format.h>

#include "readmodel/event_source.hpp"

namespace tidemark::jobs {

std::vector<Finding> check_watermark(readmodel::Transaction& tx) {
  const auto source = readmodel::find_event_source(tx);
  if (source.kind == '\0') return {};  // the check of the sources says so
  std::vector<Finding> findings;
  // A view, or a table whose ids come from elsewhere, may be meant so; a sequence that gives ids out of order is not.
  const auto severity = source.sequences == 0 ? Severity::warning : Severity::error;
  for (const auto& fault : readmodel::watermark_faults(source))
    findings.push_back(
        {severity, "watermark", fault.text + "; only `run refresh --full` can compute from it", fault.remedy});
  if (findings.empty())
    findings.push_back({Severity::ok, "watermark",
                        fmt::format("event ids come from {} in order; ids given by hand, or drawn in an earlier "
                                    "transaction than the one that inserts them, are found by reconcile only",
                                    source.sequence_name),
                        ""});
  if (!source.indexed)
    findings.push_back({Severity::warning, "watermark",
                        "event_log has no index that begins with id: each look for new events reads all of it",
                        "CREATE INDEX CONCURRENTLY ON event_log (id);"});
  return findings;
}

}  // namespace tidemark::jobs
