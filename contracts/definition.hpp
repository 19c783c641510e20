// Which version of its definition a metric's rows were computed with. A hash moves when the rows would: with the
// formula (its revision), or with what the catalogue says about which rows there are; not with titles, texts, targets
// or thresholds. Spec: jobs, "Incremental refresh", rule 7.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "contracts/catalogue.hpp"

namespace tidemark {

inline constexpr std::array kMetricFamilies{MetricFamily::north_star, MetricFamily::operational};

// 16 hex digits.
std::string definition_hash(const Metric& metric);
// Made of the hashes of the family's metrics: it moves when any of them does, or when a metric comes or goes.
std::string definition_hash(MetricFamily family);

// The family of a metric's rows. Rows of a metric that has left the catalogue are operational, for somebody has to
// answer for their deletion.
MetricFamily family_of(std::string_view metric_key);

// How old the newest computed as-of of the family may be: the strictest target of its metrics.
int freshness_minutes(MetricFamily family);

}  // namespace tidemark
