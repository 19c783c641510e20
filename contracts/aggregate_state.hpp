// Aggregate states: what the value_json of an event metric carries under "state", so that rows can be merged later
// without their sources. Merging is addition, the same in every order. Spec: storage, "value_numeric and value_json".
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

namespace tidemark {

// The distribution of exact integer values (durations in microseconds). Holds every value while there are at most
// kMaxRaw, from then on a log-bucket sketch (DDSketch; Masson, Rim, Lee, VLDB 2019) with relative accuracy 1 %.
// Count, sum, min and max are exact in both.
class Distribution {
 public:
  static constexpr std::size_t kMaxRaw = 64;
  static constexpr double kRelativeAccuracy = 0.01;

  void add(std::int64_t value);
  void merge(const Distribution& other);

  std::int64_t count() const { return count_; }
  std::int64_t sum() const { return sum_; }
  std::int64_t min() const { return min_; }                                                // Requires: count() > 0
  std::int64_t max() const { return max_; }                                                // Requires: count() > 0
  double mean() const { return static_cast<double>(sum_) / static_cast<double>(count_); }  // Requires: count() > 0
  // Whether quantile() is exact: every value is still there.
  bool exact() const { return bins_.empty() && zeros_ == 0; }
  // percentile_cont while exact(); else within 1 % of a value of that rank, clamped to [min, max].
  // Requires: count() > 0, 0 <= p <= 1.
  double quantile(double p) const;

  std::string stored_form() const;
  // Errors: throws std::invalid_argument where the JSON is not such a state.
  static Distribution parse(const nlohmann::json& json);
  friend bool operator==(const Distribution&, const Distribution&) = default;

 private:
  void add_to_sketch(std::int64_t value);
  void to_sketch();
  std::int64_t count_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  std::vector<std::int64_t> raw_;     // sorted; empty once the sketch is in use
  std::int64_t zeros_ = 0;            // sketch: values that are 0
  std::map<int, std::int64_t> bins_;  // sketch: count by key; key k > 0 holds (g^(k-1), g^k], -k its mirror image
};

// Named additive integers, and the distributions of what was measured.
struct AggregateState {
  static constexpr int kVersion = 1;
  std::map<std::string, std::int64_t, std::less<>> counts;
  std::map<std::string, Distribution, std::less<>> distributions;

  void merge(const AggregateState& other);
  std::string stored_form() const;
  // Errors: throws std::invalid_argument where the JSON is not a state or of another version.
  static AggregateState parse(const nlohmann::json& json);
};

// percentile_cont: linear interpolation at rank (n - 1) p. Requires: `sorted` ascending and not empty, 0 <= p <= 1.
double percentile_cont(std::span<const std::int64_t> sorted, double p);

}  // namespace tidemark
