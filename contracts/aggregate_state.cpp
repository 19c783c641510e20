#include "contracts/aggregate_state.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "contracts/json_text.hpp"

namespace tidemark {
namespace {

constexpr double kGamma = (1 + Distribution::kRelativeAccuracy) / (1 - Distribution::kRelativeAccuracy);

// Upper bounds g^k of the bins for every positive int64. A table by repeated multiplication rather than a logarithm:
// the same bin on every platform.
const std::vector<double>& bin_bounds() {
  static const std::vector<double> bounds = [] {
    std::vector<double> table{1.0};
    while (table.back() < 9.3e18) table.push_back(table.back() * kGamma);
    return table;
  }();
  return bounds;
}

// 1 for a magnitude of 1, so that a key's sign is the value's.
int bin_key(std::int64_t value) {
  const double magnitude = std::fabs(static_cast<double>(value));
  const auto& bounds = bin_bounds();
  const auto at = std::lower_bound(bounds.begin(), bounds.end(), magnitude) - bounds.begin();
  return static_cast<int>(value > 0 ? at + 1 : -(at + 1));
}

double bin_value(int key) {
  const double upper = bin_bounds()[static_cast<std::size_t>(std::abs(key)) - 1];
  const double middle = 2 * upper / (kGamma + 1);
  return key > 0 ? middle : -middle;
}

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument("not an aggregate state: " + why); }

}  // namespace

double percentile_cont(std::span<const std::int64_t> sorted, double p) {
  const double rank = static_cast<double>(sorted.size() - 1) * p;
  const auto below = static_cast<std::size_t>(std::floor(rank));
  const double low = static_cast<double>(sorted[below]);
  if (below + 1 >= sorted.size()) return low;
  return low + (rank - static_cast<double>(below)) * (static_cast<double>(sorted[below + 1]) - low);
}

void Distribution::add_to_sketch(std::int64_t value) {
  if (value == 0)
    ++zeros_;
  else
    ++bins_[bin_key(value)];
}

void Distribution::to_sketch() {
  for (const auto value : raw_) add_to_sketch(value);
  raw_.clear();
}

void Distribution::add(std::int64_t value) {
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = count_ == 0 ? value : std::max(max_, value);
  ++count_;
  sum_ += value;
  if (!exact()) return add_to_sketch(value);
  raw_.insert(std::upper_bound(raw_.begin(), raw_.end(), value), value);
  if (raw_.size() > kMaxRaw) to_sketch();
}

void Distribution::merge(const Distribution& other) {
  if (other.count_ == 0) return;
  if (other.exact()) {
    for (const auto value : other.raw_) add(value);
    return;
  }
  if (exact()) to_sketch();
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
  count_ += other.count_;
  sum_ += other.sum_;
  zeros_ += other.zeros_;
  for (const auto& [key, count] : other.bins_) bins_[key] += count;
}

double Distribution::quantile(double p) const {
  if (exact()) return percentile_cont(raw_, p);
  const double rank = p * static_cast<double>(count_ - 1);
  const auto clamped = [&](double value) {
    return std::clamp(value, static_cast<double>(min_), static_cast<double>(max_));
  };
  double seen = 0;
  bool zeros_seen = zeros_ == 0;
  for (const auto& [key, count] : bins_) {
    if (key > 0 && !zeros_seen) {
      zeros_seen = true;
      if ((seen += static_cast<double>(zeros_)) > rank) return clamped(0);
    }
    if ((seen += static_cast<double>(count)) > rank) return clamped(bin_value(key));
  }
  return clamped(zeros_seen ? static_cast<double>(max_) : 0);
}

std::string Distribution::stored_form() const {
  JsonObject object;
  object.add("n", count_);
  if (count_ == 0) return object.text();
  object.add("sum", sum_).add("min", min_).add("max", max_);
  if (exact()) {
    std::vector<std::string> values;
    for (const auto value : raw_) values.push_back(std::to_string(value));
    return object.add_json("raw", array_text(values)).text();
  }
  // One string of "gap count" pairs: bins lie close together, so the gaps are short.
  std::string bins;
  int previous = 0;
  for (const auto& [key, count] : bins_) {
    if (!bins.empty()) bins += ' ';
    bins += std::to_string(key - previous) + ' ' + std::to_string(count);
    previous = key;
  }
  if (zeros_ > 0) object.add("zero", zeros_);
  return object.add("bins", bins).text();
}

Distribution Distribution::parse(const nlohmann::json& json) {
  if (!json.is_object() || !json.contains("n")) refuse("a distribution has no count n");
  Distribution d;
  if (json.contains("raw")) {
    for (const auto& value : json.at("raw")) d.add(value.get<std::int64_t>());
  } else if (json.contains("sum")) {
    d.sum_ = json.at("sum").get<std::int64_t>();
    d.min_ = json.at("min").get<std::int64_t>();
    d.max_ = json.at("max").get<std::int64_t>();
    d.zeros_ = json.value("zero", std::int64_t{0});
    d.count_ = d.zeros_;
    const auto text = json.at("bins").get<std::string>();
    const char* at = text.c_str();
    for (int key = 0; *at != '\0';) {
      char* end = nullptr;
      key += static_cast<int>(std::strtol(at, &end, 10));
      const std::int64_t count = std::strtoll(end, &end, 10);
      if (key == 0 || count < 1) refuse("broken bins '" + text + "'");
      d.bins_[key] = count;
      d.count_ += count;
      at = end;
    }
  }
  if (d.count_ != json.at("n").get<std::int64_t>()) refuse("n does not agree with the values");
  return d;
}

void AggregateState::merge(const AggregateState& other) {
  for (const auto& [name, count] : other.counts) counts[name] += count;
  for (const auto& [name, distribution] : other.distributions) distributions[name].merge(distribution);
}

std::string AggregateState::stored_form() const {
  JsonObject object;
  object.add("v", kVersion);
  if (!counts.empty()) {
    JsonObject members;
    for (const auto& [name, count] : counts) members.add(name, count);
    object.add("c", members);
  }
  if (!distributions.empty()) {
    JsonObject members;
    for (const auto& [name, distribution] : distributions) members.add_json(name, distribution.stored_form());
    object.add("d", members);
  }
  return object.text();
}

AggregateState AggregateState::parse(const nlohmann::json& json) {
  if (!json.is_object()) refuse("no object");
  if (json.value("v", 0) != kVersion) refuse("version " + std::to_string(json.value("v", 0)));
  AggregateState state;
  try {
    if (json.contains("c"))
      for (const auto& [name, count] : json.at("c").items()) state.counts[name] = count.get<std::int64_t>();
    if (json.contains("d"))
      for (const auto& [name, part] : json.at("d").items()) state.distributions[name] = Distribution::parse(part);
  } catch (const nlohmann::json::exception& e) {
    refuse(e.what());
  }
  return state;
}

}  // namespace tidemark
