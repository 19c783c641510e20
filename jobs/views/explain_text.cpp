#include "jobs/views/explain_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tidemark::views {
namespace {

constexpr std::size_t kValuesNamed = 10;

constexpr std::string_view kWhatChanged =
    "the sources changed since (a late row, a correction, a deletion), or the stored row was edited";

std::string known_values(const compute::PointExplanation& point) {
  if (point.values.empty()) return "the metric has no point by this dimension";
  const auto shown = std::min(kValuesNamed, point.values.size());
  const auto further = point.values.size() - shown;
  return fmt::format("it has {}{}",
                     fmt::join(point.values.begin(), point.values.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                     further == 0 ? "" : fmt::format(" and {} more", further));
}

}  // namespace

std::string verdict_text(const ExplainAnswer& answer) {
  const auto& explanation = answer.explanation;
  const bool redefined = explanation.version.definition_of(answer.metric->key) != answer.definition_hash;
  const std::string why = redefined ? "it was computed by other definitions than those in force; `tidemark run refresh "
                                      "--full` computes it anew"
                                    : std::string{kWhatChanged};
  switch (explanation.verdict) {
    case jobs::Verdict::equal: return "the sources, read again, give the stored value to the last digit";
    case jobs::Verdict::different: return "the sources, read again, give another value: " + why;
    case jobs::Verdict::not_stored: return "the sources, read again, give a point that is not stored: " + why;
    case jobs::Verdict::not_reproduced: return "the sources, read again, give no such point: " + why;
    case jobs::Verdict::no_point: return "no such point is stored, and the sources give none";
  }
  return "";
}

std::string absence_text(const ExplainAnswer& answer) {
  const auto& explanation = answer.explanation;
  const auto& point = explanation.point;
  switch (*point.absence) {
    case compute::Absence::after_as_of:
      return fmt::format("the bucket begins at {}, after the as-of {}", format_instant(point.bucket.start),
                         format_instant(explanation.version.state.as_of));
    case compute::Absence::before_first_fact:
      if (!point.first_fact) return "the project has no task, attempt, decision or other fact at all";
      return fmt::format("the bucket ends before the project's first fact at {}", format_instant(*point.first_fact));
    case compute::Absence::past_retention:
      return fmt::format(
          "{} points of that age are not computed any more: they are past their retention, or that of the sources",
          to_string(point.bucket.grain));
    case compute::Absence::unknown_value:
      return fmt::format("no point of {} has {} '{}'; {}", answer.metric->key, answer.dimensions.name,
                         answer.dimensions.value, known_values(point));
    case compute::Absence::no_fact: return "nothing that the metric counts happened in the bucket";
    case compute::Absence::no_change:
      return "no task was created or changed state in that hour; a level holds on from the last hour that has a point";
    case compute::Absence::nothing_held:
      return fmt::format("nothing that counts has that {} at the bucket's end: it reads as 0", answer.dimensions.name);
    case compute::Absence::no_dependency: return "the project records no dependency between its tasks";
    case compute::Absence::undefined: return "the window holds nothing that the value could be made of";
  }
  return "";
}

}  // namespace tidemark::views
