#include "compute/metrics/active_value_delivery_rate.hpp"

#include "compute/metric_list.hpp"

namespace tidemark::compute {

namespace {

constexpr std::array kWeights{4.0, 2.0, 1.0, 0.5};  // by priority band

}  // namespace

double value_rate(const BandCounts& completed, double days) {
  double sum = 0;  // exact: every term is a multiple of one half
  for (std::size_t band = 0; band < completed.size(); ++band)
    sum += kWeights[band] * static_cast<double>(completed[band]);
  return sum / days;
}

BandCounts completed_by_band(const ProjectView& view, const Window& window) {
  BandCounts counts{};
  for (const auto& completion : in_window(view.completions, window))
    ++counts[static_cast<std::size_t>(view.task(completion.task).band)];
  return counts;
}

namespace {

void explain_rate(const ProjectView& view, Trace& trace, const Window& window, double days) {
  for (const auto& completion : in_window(view.completions, window)) {
    const TaskView& task = view.task(completion.task);
    trace.include(evidence_of(view, completion), kWeights[static_cast<std::size_t>(task.band)] / days,
                  view.value(task.priority));
  }
}

}  // namespace

void metrics::active_value_delivery_rate(const ProjectView& view, RowSink& sink) {
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition, CandidateKind::completion});
  emit_rolling(view, sink, "active_value_delivery_rate",
               [&](const Bucket& bucket, const Window& window, Trace* trace) -> std::optional<Point> {
                 if (trace != nullptr) explain_rate(view, *trace, window, Horizon::rate_days(bucket));
                 const BandCounts counts = completed_by_band(view, window);
                 Point point{value_rate(counts, Horizon::rate_days(bucket)), {}};
                 JsonObject by_priority;
                 by_priority.add("P0", counts[0]).add("P1", counts[1]).add("P2", counts[2]).add("P3", counts[3]);
                 point.json.add("value", point.value).add("by_priority", by_priority);
                 return point;
               });
}

}  // namespace tidemark::compute
