// What one point was made of and what was left out of it, noted by the very loops and formulas that make the point.
// A run that explains nothing has no Trace, and pays a comparison with nullptr per point.
// Spec: contract v1.0, "GET /v1/metrics/explain".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/horizon.hpp"
#include "contracts/delivery_sources.hpp"
#include "contracts/dimensions.hpp"

namespace tidemark::compute {

struct SourceRow {
  std::string source;  // the source table
  std::string key;     // the row's id, as text
};

// A fact as a reader can look it up.
struct Evidence {
  std::vector<SourceRow> rows;  // what the fact was read from; the row that settles its instant first
  std::optional<Instant> at;    // nullopt: the row could not be read
  std::string entity_id;        // the task's id, else empty
  std::string short_id;         // the task's short id, or a milestone's name; empty: of no task
  std::string title;
};

// A fact that the value is made of.
struct Included {
  Evidence evidence;
  std::string_view part;  // the component that it goes into; empty where the value is made of one
  double contribution = 0;
  std::string note;  // what the contribution comes from, for a person
};

// Why something that could have counted does not. `code` is stable, `text` for a person.
struct Reason {
  std::string_view code;
  std::string_view text;
};

struct LeftOut {
  Evidence evidence;
  Reason reason;
  std::string detail;  // what is particular to this row; may be empty
};

namespace reasons {
inline constexpr Reason kAfterAsOf{"after_as_of", "later than the as-of: not known yet"};
inline constexpr Reason kQuarantined{"quarantined", "cannot be used and stands in quarantine"};
inline constexpr Reason kNoChange{"no_change", "an event that did not change the task's state"};
inline constexpr Reason kReopened{"reopened", "entered integrated but left it later: no completion"};
inline constexpr Reason kNeverClaimed{"never_claimed", "completed without ever being claimed: no cycle time"};
inline constexpr Reason kNeverInState{"never_in_state", "completed without ever being in that state"};
inline constexpr Reason kNoSubmission{"no_submission", "a decision without a known submission: no latency"};
inline constexpr Reason kQueued{"queued", "an attempt that is still queued"};
inline constexpr Reason kChecksPending{"checks_pending", "an artifact whose checks are pending"};
inline constexpr Reason kNotApplied{"not_applied", "a change set that is not applied"};
inline constexpr Reason kOtherValue{"other_value", "has another value of the dimension"};
inline constexpr Reason kOtherState{"other_state", "a task in a state that does not count at that instant"};
inline constexpr Reason kNoTime{"no_time", "a task without active, waiting or blocked time in the window"};
inline constexpr Reason kStreakDropped{"streak_dropped", "a failure streak that ended when its task was dropped"};
inline constexpr Reason kStreakYoung{"streak_young", "a failure streak that has lasted no longer than 24 hours"};
}  // namespace reasons

// What a row that does not count could have been.
enum class CandidateKind {
  task,
  transition,  // an event or a lease that would move a task
  completion,
  decision,  // or the link that submits a task to a gate
  attempt,
  artifact,
  milestone,
  dependency,
  change_set,
};

// What rows of a source table are candidates for.
CandidateKind candidate_kind(std::string_view source);

// A row that was set aside before there was a fact of it.
struct Exclusion {
  CandidateKind kind;
  LeftOut row;
};

// How the contributions make the value. score: the parts' own formulas.
enum class Combination { sum, mean, median, score };
std::string_view to_string(Combination combination);

// How a metric is made, as far as its formulas do not say it themselves.
struct Recipe {
  Combination combination;
  std::vector<CandidateKind> candidates;
};

// How a metric makes a point of the facts of a bucket, and what each of them adds to it:
// make_point(bucket, facts) -> Point; explain(trace, fact), which includes the fact or leaves it out.
template <typename MakePoint, typename Explain>
struct Formula {
  MakePoint make_point;
  Explain explain;
};
template <typename MakePoint, typename Explain>
Formula(MakePoint, Explain) -> Formula<MakePoint, Explain>;

class Trace {
 public:
  // The point of `bucket`, with or without a dimension. `window`: the instants whose rows are candidates for it.
  Trace(const Bucket& bucket, const Dimensions& dimensions, const Window& window)
      : bucket_(bucket), dimensions_(dimensions), window_(window) {}

  bool is_of(const Bucket& bucket) const { return bucket.grain == bucket_.grain && bucket.start == bucket_.start; }
  // Whether the point is one of this dimension; empty: of the whole project.
  bool is_by(std::string_view dimension) const { return dimensions_.name == dimension; }
  bool is_value(std::string_view value) const { return dimensions_.value == value; }
  // What levels and ages are measured at.
  Instant end() const { return bucket_.window.end; }
  // Where the instant is unknown, the row might have counted.
  bool concerns(std::optional<Instant> at) const { return !at || window_.holds(*at); }

  void follow(Recipe recipe) { recipe_ = std::move(recipe); }
  void combine_by(Combination combination) { recipe_.combination = combination; }
  void include(Evidence evidence, double contribution, std::string note = {}, std::string_view part = {});
  void leave_out(Evidence evidence, const Reason& reason, std::string detail = {});
  // The fact has `value` of the dimension, and the point is of another.
  void leave_out_value(Evidence evidence, std::string_view value);

  const Recipe& recipe() const { return recipe_; }
  // In the order of their instants, each row once.
  std::vector<Included> included() const;
  std::vector<LeftOut> left_out() const;

 private:
  Bucket bucket_;
  Dimensions dimensions_;
  Window window_;
  Recipe recipe_{Combination::sum, {}};
  std::vector<Included> included_;
  std::vector<LeftOut> left_out_;
};

}  // namespace tidemark::compute
