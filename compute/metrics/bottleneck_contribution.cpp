#include "compute/metrics/bottleneck_contribution.hpp"

#include "compute/metric_list.hpp"

namespace tidemark::compute {
namespace {

constexpr double kFlaggedPct = 40;

}  // namespace

std::optional<std::vector<StageShare>> stage_shares(const ProjectView& view, const Stages& sum) {
  if (sum.sum() == Micros{0}) return std::nullopt;
  const auto pct = [&](Micros part) {
    return 100 * (static_cast<double>(part.count()) / static_cast<double>(sum.sum().count()));
  };
  std::vector<StageShare> shares{{"queue", pct(sum.queue)}, {"implementation", pct(sum.implementation)}};
  if (view.knows(SourceComponent::gates)) shares.push_back({"review", pct(sum.review)});
  shares.push_back({"integration", pct(sum.integration)});
  std::stable_sort(shares.begin(), shares.end(), [](auto& a, auto& b) { return a.pct > b.pct; });
  return shares;
}

Stages stages_completed(const ProjectView& view, const Window& window) {
  Stages sum;
  for (const auto& completion : in_window(view.completions, window)) {
    sum.queue += completion.stages.queue;
    sum.implementation += completion.stages.implementation;
    sum.review += completion.stages.review;
    sum.integration += completion.stages.integration;
  }
  return sum;
}

namespace {

Micros part_of(const Stages& stages, std::string_view stage) {
  if (stage == "queue") return stages.queue;
  if (stage == "implementation") return stages.implementation;
  return stage == "review" ? stages.review : stages.integration;
}

// What each completed task's time in the stage adds to the stage's percentage.
void explain_stage(const ProjectView& view, Trace& trace, const Window& window, std::string_view stage) {
  const auto all = static_cast<double>(stages_completed(view, window).sum().count());
  for (const auto& completion : in_window(view.completions, window)) {
    const Micros part = part_of(completion.stages, stage);
    trace.include(evidence_of(view, completion), 100 * (static_cast<double>(part.count()) / all),
                  hours_note(part) + " of " + hours_note(completion.stages.sum()) + " in " + std::string{stage});
  }
}

}  // namespace

void metrics::bottleneck_contribution(const ProjectView& view, RowSink& sink) {
  constexpr std::string_view kMetric = "bottleneck_contribution";
  sink.follows(Combination::sum,
               {CandidateKind::task, CandidateKind::transition, CandidateKind::completion, CandidateKind::decision});
  emit_rolling(
      view, sink, kMetric, [&](const Bucket& bucket, const Window& window, Trace* trace) -> std::optional<Point> {
        const auto shares = stage_shares(view, stages_completed(view, window));
        if (!shares) return std::nullopt;
        if (trace != nullptr) explain_stage(view, *trace, window, shares->front().stage);
        Point point{shares->front().pct, {}};
        JsonObject stages;
        for (const auto& share : *shares) {
          stages.add(share.stage, share.pct);
          if (bucket.grain != Grain::day) continue;
          if (auto* of_stage = sink.tracing(bucket, "stage"); of_stage != nullptr && of_stage->is_value(share.stage))
            explain_stage(view, *of_stage, window, share.stage);
          Point stage_point{share.pct, {}};
          stage_point.json.add("delay_contribution_pct", share.pct);
          sink.part(kMetric, bucket, {"stage", std::string{share.stage}}, Tables::breakdown, std::move(stage_point));
        }
        point.json.add("stage", shares->front().stage).add("delay_contribution_pct", point.value).add("stages", stages);
        point.json.add_flag("flagged", *point.value > kFlaggedPct);
        return point;
      });
}

}  // namespace tidemark::compute
