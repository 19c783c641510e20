#include "contracts/aggregate_state.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
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

template <typename Map>
const auto& named(const Map& map, std::string_view name, const char* kind) {
  const auto found = map.find(name);
  if (found == map.end()) refuse(std::string{"it has no "} + kind + " '" + std::string{name} + "'");
  return found->second;
}

// Linear interpolation at rank (n - 1) p between the values at the two ranks around it.
template <typename ValueAt>
double interpolated(std::int64_t count, double p, ValueAt&& value_at) {
  const double rank = static_cast<double>(count - 1) * p;
  const auto below = static_cast<std::int64_t>(std::floor(rank));
  const double low = value_at(below);
  if (below + 1 >= count) return low;
  return low + (rank - static_cast<double>(below)) * (value_at(below + 1) - low);
}

template <typename Integer>
void add_counts(std::map<std::string, Integer, std::less<>>& to,
                const std::map<std::string, Integer, std::less<>>& from) {
  for (const auto& [name, count] : from) to[name] = exact_sum(to[name], count);
}

AggregateState::Counts parse_counts(const nlohmann::json& json) {
  AggregateState::Counts counts;
  for (const auto& [name, count] : json.items()) counts[name] = count.get<std::int64_t>();
  return counts;
}

}  // namespace

std::string counts_text(const AggregateState::Counts& counts) {
  JsonObject members;
  for (const auto& [name, count] : counts) members.add(name, count);
  return members.text();
}

double percentile_cont(std::span<const std::int64_t> sorted, double p) {
  return interpolated(std::ssize(sorted), p,
                      [&](std::int64_t rank) { return static_cast<double>(sorted[static_cast<std::size_t>(rank)]); });
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
  sum_ = exact_sum(sum_, Int128{value});
  squares_ = exact_sum(squares_, exact_square(value));
  if (!exact()) return add_to_sketch(value);
  raw_.insert(std::upper_bound(raw_.begin(), raw_.end(), value), value);
  if (raw_.size() > kMaxRaw) to_sketch();
}

void Distribution::merge(const Distribution& other) {
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
  count_ = exact_sum(count_, other.count_);
  sum_ = exact_sum(sum_, other.sum_);
  squares_ = exact_sum(squares_, other.squares_);
  const bool all_kept = exact() && other.exact() && raw_.size() + other.raw_.size() <= kMaxRaw;
  if (!all_kept) to_sketch();
  for (const auto value : other.raw_) {
    if (all_kept)
      raw_.insert(std::upper_bound(raw_.begin(), raw_.end(), value), value);
    else
      add_to_sketch(value);
  }
  zeros_ += other.zeros_;
  for (const auto& [key, count] : other.bins_) bins_[key] += count;
}

double Distribution::squared_deviation() const {
  // With q = sum / n rounded towards zero and r the rest: sum of (x - q)^2, an exact integer, less r^2 / n. The terms
  // may be out of range where their sum is not, so they are added modulo 2^128.
  __extension__ using Unsigned = unsigned __int128;
  const Int128 q = sum_ / count_;
  const auto r = static_cast<double>(sum_ % count_);
  const auto around_q = static_cast<Unsigned>(squares_) - 2 * static_cast<Unsigned>(q) * static_cast<Unsigned>(sum_) +
                        static_cast<Unsigned>(count_) * static_cast<Unsigned>(q) * static_cast<Unsigned>(q);
  return std::max(0.0, static_cast<double>(around_q) - r * r / static_cast<double>(count_));
}

double Distribution::value_at(std::int64_t rank) const {
  if (exact()) return static_cast<double>(raw_[static_cast<std::size_t>(rank)]);
  const auto least = static_cast<double>(min_);
  const auto greatest = static_cast<double>(max_);
  if (rank == 0) return least;
  if (rank == count_ - 1) return greatest;
  std::int64_t seen = 0;
  bool zeros_seen = false;
  for (const auto& [key, count] : bins_) {
    if (key > 0 && !zeros_seen) {
      zeros_seen = true;
      if ((seen += zeros_) > rank) return 0;
    }
    if ((seen += count) > rank) return std::clamp(bin_value(key), least, greatest);
  }
  return 0;  // only values up to 0
}

double Distribution::quantile(double p) const {
  return interpolated(count_, p, [&](std::int64_t rank) { return value_at(rank); });
}

std::string Distribution::stored_form() const {
  JsonObject object;
  object.add("n", count_);
  if (count_ == 0) return object.text();
  object.add("sum", integer_text(sum_)).add("squares", integer_text(squares_)).add("min", min_).add("max", max_);
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

void Distribution::parse_sketch(const nlohmann::json& json) {
  sum_ = parse_integer(json.at("sum").get<std::string>());
  squares_ = parse_integer(json.at("squares").get<std::string>());
  min_ = json.at("min").get<std::int64_t>();
  max_ = json.at("max").get<std::int64_t>();
  zeros_ = json.value("zero", std::int64_t{0});
  count_ = zeros_;
  const auto text = json.at("bins").get<std::string>();
  const auto most = static_cast<std::int64_t>(bin_bounds().size());
  const char* at = text.c_str();
  for (std::int64_t key = 0; *at != '\0';) {
    char* end = nullptr;
    const std::int64_t gap = std::strtoll(at, &end, 10);
    const std::int64_t count = std::strtoll(end, &end, 10);
    // A gap spans the keys of both signs at most.
    const bool in_range = -most <= gap && gap <= 2 * most && -most <= key + gap && key + gap <= most;
    if (!in_range || key + gap == 0 || count < 1) refuse("broken bins '" + text + "'");
    key += gap;
    bins_[static_cast<int>(key)] += count;
    count_ = exact_sum(count_, count);
    at = end;
  }
  if (count_ <= static_cast<std::int64_t>(kMaxRaw)) refuse("a sketch of values that are few enough to be kept");
}

Distribution Distribution::parse(const nlohmann::json& json) {
  if (!json.is_object() || !json.contains("n")) refuse("a distribution has no count n");
  Distribution d;
  if (json.contains("raw")) {
    for (const auto& value : json.at("raw")) d.add(value.get<std::int64_t>());
  } else if (json.contains("sum")) {
    d.parse_sketch(json);
  }
  if (d.count_ != json.at("n").get<std::int64_t>()) refuse("n does not agree with the values");
  return d;
}

std::int64_t AggregateState::count(std::string_view name) const { return named(counts, name, "count"); }
const AggregateState::Counts& AggregateState::group(std::string_view name) const {
  return named(groups, name, "group");
}
Int128 AggregateState::sum(std::string_view name) const { return named(sums, name, "sum"); }
const Distribution& AggregateState::distribution(std::string_view name) const {
  return named(distributions, name, "distribution");
}

void AggregateState::merge(const AggregateState& other) {
  add_counts(counts, other.counts);
  for (const auto& [name, group] : other.groups) add_counts(groups[name], group);
  add_counts(sums, other.sums);
  for (const auto& [name, distribution] : other.distributions) distributions[name].merge(distribution);
}

std::string AggregateState::stored_form() const {
  JsonObject object;
  object.add("v", kVersion);
  if (!counts.empty()) object.add_json("c", counts_text(counts));
  if (!groups.empty()) {
    JsonObject members;
    for (const auto& [name, group] : groups) members.add_json(name, counts_text(group));
    object.add("g", members);
  }
  if (!sums.empty()) {
    JsonObject members;
    for (const auto& [name, sum] : sums) members.add(name, integer_text(sum));
    object.add("s", members);
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
  AggregateState state;
  try {
    const auto version = json.value("v", nlohmann::json{});
    if (version != kVersion) refuse("its version is " + version.dump() + ", expected " + std::to_string(kVersion));
    if (json.contains("c")) state.counts = parse_counts(json.at("c"));
    if (json.contains("g"))
      for (const auto& [name, group] : json.at("g").items()) state.groups[name] = parse_counts(group);
    if (json.contains("s"))
      for (const auto& [name, sum] : json.at("s").items()) state.sums[name] = parse_integer(sum.get<std::string>());
    if (json.contains("d"))
      for (const auto& [name, part] : json.at("d").items()) state.distributions[name] = Distribution::parse(part);
  } catch (const nlohmann::json::exception& e) {
    refuse(e.what());
  } catch (const std::overflow_error& e) {
    refuse(e.what());
  }
  return state;
}

}  // namespace tidemark
