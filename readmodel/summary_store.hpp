// The summaries of a project at one instant. What is equal is not written; a scope that is no longer produced at that
// instant is deleted. Spec: storage, "The four tables"; contract, "Windows of a summary".
#pragma once

#include <vector>

#include "contracts/rows.hpp"
#include "readmodel/row_writer.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct SummaryWrite {
  Uuid project_id;
  Instant captured_at;  // of every row
  Instant created_at;   // the run's clock
};

// One transaction under the project's snapshot checkpoint, and none that writes where nothing differs.
// Requires: every row has its id and `captured_at`. Errors: tidemark::Error.
TableCounts write_summaries(Session& session, const SummaryWrite& write, const std::vector<SummaryRow>& rows);

}  // namespace tidemark::readmodel
