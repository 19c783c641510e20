// What the questions share: finding what a parameter names, or saying what it may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/catalogue.hpp"
#include "jobs/views/answer.hpp"
#include "readmodel/queries/projects.hpp"

namespace tidemark::views {

// Whether a bucket of an answer is not over yet.
enum class Completeness { whole, partial };

// The project asked about and how new its rows are.
struct Subject {
  readmodel::ProjectHeader project;
  Instant as_of;             // the newest, else now
  std::optional<Meta> meta;  // nullopt: nothing has been computed yet

  // Adds `meta` to a finished answer.
  void add_meta(Json& answer, Completeness completeness = Completeness::whole) const;
};
// `meta` is of the metric's family, or of all families where the question is of no metric (nullptr).
Subject find_subject(readmodel::Transaction& tx, std::string_view project, const Metric* metric, Instant now);

const Metric& require_metric(std::string_view key);

// Errors: kind usage: "<what> '<given>' is not allowed for <where>; allowed: a, b".
[[noreturn]] void refuse_value(std::string_view what, std::string_view given, std::string_view where,
                               const std::vector<std::string_view>& allowed);

// A JSON object of texts; empty text: no filter. Errors: kind usage, with an example.
Json require_filters(std::string_view text);

// One of the metric's grains. Errors: kind usage.
Grain require_grain(const Metric& metric, std::string_view text);

// An instant or date. Errors: kind usage, naming the parameter.
Instant require_instant(std::string_view parameter, std::string_view text);

// The first instant after an inclusive end: a date's whole day belongs to the range.
Instant end_of_range(std::string_view parameter, std::string_view text);

}  // namespace tidemark::views
