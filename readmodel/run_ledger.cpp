#include "readmodel/run_ledger.hpp"

#include "contracts/json_text.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

std::string_view to_text(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded: return "succeeded";
    case RunStatus::failed: return "failed";
    case RunStatus::cancelled: return "cancelled";
  }
  return "failed";
}

// No two runs of one worker begin one job of one project at the same microsecond.
Uuid run_id(const RunStart& run) {
  const auto project = run.project_id ? to_string(*run.project_id) : "";
  return uuid_v5(tidemark_namespace(),
                 string_array_text({"metrics_job_run", project, run.job, run.mode, run.idempotency_key.value_or(""),
                                    format_instant(run.started_at), run.worker}));
}

}  // namespace

std::optional<Uuid> start_run(Session& session, const RunStart& run) {
  const auto id = run_id(run);
  Transaction tx(session, Isolation::read_committed);
  const auto started = tx.exec(sql::start_run, {id, run.project_id, run.job, run.mode, run.due_at, run.idempotency_key,
                                                run.as_of, run.started_at, run.worker});
  tx.commit();
  if (started.affected_rows() == 0) return std::nullopt;
  return id;
}

void finish_run(Session& session, const Uuid& run_id, const RunResult& result) {
  Transaction tx(session, Isolation::read_committed);
  tx.exec(sql::finish_run,
          {run_id, to_text(result.status), result.rows_written, result.rows_unchanged, result.rows_deleted,
           result.attempts, result.failure_reason, result.to_watermark, result.finished_at, result.report});
  tx.commit();
}

}  // namespace tidemark::readmodel
