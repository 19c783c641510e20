// Where metrics put their finished points. Applies what is the same for every metric: the compaction floors, the
// `partial` mark, canonical JSON. Spec: delivery metrics, section 2 ("Which rows are written"); storage.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/horizon.hpp"
#include "compute/trace.hpp"
#include "contracts/json_text.hpp"
#include "contracts/rows.hpp"

namespace tidemark::compute {

// What a metric says of one bucket. value: the headline, nullopt where it is undefined. json: the rest of the point.
struct Point {
  std::optional<double> value;
  JsonObject json;
};

// As it is stored.
PointValue finished(const Point& point);

// In which tables the rows of a dimension stand. Spec: delivery metrics, section 4.
enum class Tables { trend_and_breakdown, breakdown };

class RowSink {
 public:
  // `trace`: of the point that is explained; nullptr where none is.
  RowSink(const Horizon& horizon, ProjectRows& rows, Trace* trace) : horizon_(horizon), rows_(rows), trace_(trace) {}
  // Of drilldown rows with a bucket only those of `entities` (ascending) are wanted; nullptr: all.
  // Requires: they outlive the sink.
  RowSink(const Horizon& horizon, ProjectRows& rows, const std::vector<Uuid>* entities)
      : horizon_(horizon), rows_(rows), entities_(entities) {}

  // Says how the metric is made; each metric does so before its first point.
  void follows(Combination combination, std::vector<CandidateKind> candidates) {
    if (trace_ != nullptr) trace_->follow({combination, std::move(candidates)});
  }
  // nullptr where no point of this bucket is explained.
  Trace* tracing(const Bucket& bucket) const { return trace_ != nullptr && trace_->is_of(bucket) ? trace_ : nullptr; }
  // nullptr where no point of this bucket by this dimension (empty: of the whole project) is explained.
  Trace* tracing(const Bucket& bucket, std::string_view dimension) const {
    Trace* trace = tracing(bucket);
    return trace != nullptr && trace->is_by(dimension) ? trace : nullptr;
  }

  // A fact that the metric makes no use of. make_evidence() -> Evidence is called only where its instant is explained.
  template <typename MakeEvidence>
  void leave_out(Instant at, const Reason& reason, MakeEvidence&& make_evidence) {
    if (trace_ != nullptr && trace_->concerns(at)) trace_->leave_out(make_evidence(), reason);
  }

  // The point of a bucket without dimensions.
  void total(std::string_view metric, const Bucket& bucket, Point point);
  // The point of one value of a dimension; day rows also (or only) in the breakdown table.
  void part(std::string_view metric, const Bucket& bucket, const Dimensions& dimension, Tables tables, Point point);
  // One entity of a drilldown. `bucket` is the day of an event, nullopt for the current state of a level or rolling
  // metric. make_payload() -> JsonObject is called only where the day is not below the metric's floor.
  template <typename MakePayload>
  void detail(std::string_view metric, std::string_view entity_type, const Uuid& entity_id,
              std::optional<Instant> bucket, MakePayload&& make_payload) {
    if (bucket && !(keeps_drilldown(metric, *bucket) && wants(entity_id))) return;
    rows_.drilldown.push_back(
        {{}, std::string{metric}, std::string{entity_type}, entity_id, std::nullopt, bucket, make_payload().text()});
  }

 private:
  bool keeps_trend(std::string_view metric, const Bucket& bucket) const {
    return horizon_.keeps_trend(bucket.grain, bucket.start) &&
           horizon_.floors_of(metric).keeps(kept_rows(bucket.grain), bucket.start);
  }
  bool keeps_breakdown(std::string_view metric, const Bucket& bucket) const {
    return bucket.grain == Grain::day && horizon_.keeps_breakdown(bucket.start) &&
           horizon_.floors_of(metric).keeps(KeptRows::breakdown, bucket.start);
  }
  bool keeps_drilldown(std::string_view metric, Instant day_start) const {
    return horizon_.keeps_drilldown(day_start) && horizon_.floors_of(metric).keeps(KeptRows::drilldown, day_start);
  }
  PointValue finish(const Bucket& bucket, Point point) const;
  bool wants(const Uuid& entity_id) const {
    return entities_ == nullptr || std::binary_search(entities_->begin(), entities_->end(), entity_id);
  }
  const Horizon& horizon_;
  ProjectRows& rows_;
  Trace* trace_ = nullptr;
  const std::vector<Uuid>* entities_ = nullptr;  // nullptr: all
};

}  // namespace tidemark::compute
