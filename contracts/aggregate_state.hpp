// Aggregate states: what the value_json of an event metric carries under "state", so that rows can be merged later
// without their sources. Merging is addition of integers: associative and commutative to the last bit, and the empty
// state changes nothing. Spec: storage, "value_numeric and value_json".
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/exact_sum.hpp"

namespace tidemark {

// The distribution of exact integer values (durations in microseconds). Holds every value while there are at most
// kMaxRaw, from then on a log-bucket sketch (DDSketch; Masson, Rim, Lee, VLDB 2019) with relative accuracy 1 %.
// Count, sum, sum of squares, min and max are exact in both. Ranges: see exact_sum.hpp; what is beyond throws
// std::overflow_error.
class Distribution {
 public:
  static constexpr std::size_t kMaxRaw = 64;
  static constexpr double kRelativeAccuracy = 0.01;

  void add(std::int64_t value);
  void merge(const Distribution& other);

  std::int64_t count() const { return count_; }
  Int128 sum() const { return sum_; }
  Int128 squares() const { return squares_; }                                              // sum of value^2
  std::int64_t min() const { return min_; }                                                // Requires: count() > 0
  std::int64_t max() const { return max_; }                                                // Requires: count() > 0
  double mean() const { return static_cast<double>(sum_) / static_cast<double>(count_); }  // Requires: count() > 0
  // The sum of (value - mean)^2, from the exact sums. Requires: count() > 0.
  double squared_deviation() const;

  // Whether quantile() is exact: every value is still there.
  bool exact() const { return bins_.empty() && zeros_ == 0; }
  // Every value, ascending, while exact(); else empty.
  std::span<const std::int64_t> values() const { return raw_; }
  // The value at `rank` of all values in ascending order, 0 being the least: itself while exact(), else one within
  // kRelativeAccuracy of it (and the rounding of a double); at the least and the greatest rank min() and max().
  // Requires: 0 <= rank < count().
  double value_at(std::int64_t rank) const;
  // percentile_cont of the values that value_at() gives: linear interpolation between the two ranks around (n - 1) p.
  // So it is within kRelativeAccuracy of percentile_cont of the values themselves where these two are of one sign, else
  // within that share of the larger magnitude of the two; and always in [min(), max()].
  // Requires: count() > 0, 0 <= p <= 1.
  double quantile(double p) const;

  std::string stored_form() const;
  // Errors: throws std::invalid_argument where the JSON is not such a state.
  static Distribution parse(const nlohmann::json& json);
  friend bool operator==(const Distribution&, const Distribution&) = default;

 private:
  void add_to_sketch(std::int64_t value);
  void to_sketch();
  void parse_sketch(const nlohmann::json& json);
  std::int64_t count_ = 0;
  Int128 sum_ = 0;
  Int128 squares_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  std::vector<std::int64_t> raw_;     // sorted; empty once the sketch is in use
  std::int64_t zeros_ = 0;            // sketch: values that are 0
  std::map<int, std::int64_t> bins_;  // sketch: count by key; key k > 0 holds (g^(k-1), g^k], -k its mirror image
};

// Named additive integers, and the distributions of what was measured. A ratio is its numerator and its denominator.
struct AggregateState {
  static constexpr int kVersion = 2;
  using Counts = std::map<std::string, std::int64_t, std::less<>>;
  Counts counts;
  std::map<std::string, Counts, std::less<>> groups;  // counts by the value of something
  std::map<std::string, Int128, std::less<>> sums;    // of what is not counted: microseconds, fixed_point() units
  std::map<std::string, Distribution, std::less<>> distributions;

  // What the state has under a name. Errors: std::invalid_argument where it has none.
  std::int64_t count(std::string_view name) const;
  const Counts& group(std::string_view name) const;
  Int128 sum(std::string_view name) const;
  const Distribution& distribution(std::string_view name) const;

  // Errors: std::overflow_error where a count or a sum is out of its range; the state is then of no use.
  void merge(const AggregateState& other);
  std::string stored_form() const;
  // Errors: throws std::invalid_argument where the JSON is not a state or of another version.
  static AggregateState parse(const nlohmann::json& json);
  friend bool operator==(const AggregateState&, const AggregateState&) = default;
};

// A JSON object of the counts, in stored form.
std::string counts_text(const AggregateState::Counts& counts);

// percentile_cont: linear interpolation at rank (n - 1) p. Requires: `sorted` ascending and not empty, 0 <= p <= 1.
double percentile_cont(std::span<const std::int64_t> sorted, double p);

}  // namespace tidemark
