#include <algorithm>

#include "contracts/error.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/parameters.hpp"
#include "jobs/views/summary_view.hpp"
#include "readmodel/queries/summary.hpp"

namespace tidemark::views {

Answered ask(readmodel::Transaction& tx, const SummaryQuestion& question, Instant now) {
  const auto subject = find_subject(tx, question.project, nullptr, now);
  // A snapshot is taken after the refresh beside it, so the newest one may be later than the points' as-of.
  const Instant at =
      question.timestamp ? require_instant("--timestamp", *question.timestamp) : std::max(subject.as_of, now);
  const auto summary = readmodel::find_summary(tx, {subject.project.id, at, {}});
  Answered answered{subject.project.name, nullptr, {}};
  answered.answer = summary ? summary_view(subject.project.id, summary->captured_at, summary->payload)
                            : summary_view(subject.project.id, at, {});
  subject.add_meta(answered.answer);
  return answered;
}

}  // namespace tidemark::views
