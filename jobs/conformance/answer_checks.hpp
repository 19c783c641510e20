// The contract's answers, asked as a dashboard asks for them. Spec: contract v1.0.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contracts/catalogue.hpp"
#include "jobs/conformance/claims.hpp"
#include "jobs/conformance/report.hpp"
#include "readmodel/session.hpp"

namespace tidemark::conformance {

// What the answers of a project are measured against: what its rows said when they were read one by one.
struct AnswerBasis {
  Uuid project_id;
  Instant as_of;
  std::map<std::string, std::vector<double>, std::less<>> entity_values;  // payload.value by metric
  std::optional<std::string> newest_summary;                              // payload of the whole project's
};

// Asks every question and checks its answer. Requires: `tx` is the snapshot that the basis was read in.
void check_answers(readmodel::Transaction& tx, const AnswerBasis& basis, Report& report);

// The pure parts.
Problems trend_answer_problems(const Metric& metric, const Json& answer);
Problems breakdown_answer_problems(const Metric& metric, const BreakdownDimension& dimension, const Json& answer);
// `values`: of all that match.
Problems aggregation_problems(const Json& aggregation, std::vector<double> values, std::string_view unit);

}  // namespace tidemark::conformance
