// The contract's questions, answered from the database: what `tidemark show` and `tidemark explain` print and the read
// API serves.
// Parameters come as the texts that a person or a URL gives. Spec: contract v1.0.
//
// Errors of every ask(): tidemark::Error of kind usage, in one line with the allowed values, where a parameter names
// something that does not exist; of kind contract where a stored row cannot be read; those of the session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "contracts/catalogue.hpp"
#include "jobs/project_floors.hpp"
#include "jobs/views/answer.hpp"
#include "readmodel/queries/projects.hpp"
#include "readmodel/session.hpp"

namespace tidemark::views {

struct SummaryQuestion {
  std::string project;                   // id or exact name, as in all of them
  std::optional<std::string> timestamp;  // default: now, or the newest as-of if that is later
};

struct TrendQuestion {
  std::string project;
  std::string metric;
  std::string grain = "day";
  std::optional<std::string> from;  // date or instant; default: a screenful before `to`
  std::optional<std::string> to;    // inclusive, a date with its whole day; default: the day of the newest as-of
  std::string dimensions = {};      // comma-separated names; empty: those of the filters, else undivided
  std::string filters = {};         // a JSON object: one value of a dimension; empty: every value
  std::string fill = "none";        // buckets without a value: none, null, zero or previous
};

struct BreakdownQuestion {
  std::string project;
  std::string metric;
  std::string dimension;
  std::string time_range = "7d";
  std::string filters = {};  // a JSON object: one value of the dimension; empty: every value
};

struct DrilldownQuestion {
  std::string project;
  std::string metric;
  std::string filters;  // a JSON object; empty: none
  std::string sort_by = "value";
  std::string sort_order = "desc";
  std::int64_t limit = 50;  // over 500 means 500
  std::int64_t offset = 0;
};

struct AlertsQuestion {
  std::string project;
  std::optional<std::string> severity;  // warning, critical, emergency; default: any
  std::optional<std::string> metric;    // a key, or the family that a freshness alert names; default: any
  std::string state = "open";           // open, resolved, all
};

// The suggested actions of the newest summary.
struct ActionsQuestion {
  std::string project;
};

// The milestones with open tasks, as of the newest day's first slot at or before the newest summary.
struct HealthQuestion {
  std::string project;
  std::optional<std::string> timestamp;  // default: as of a summary
};

struct ExplainQuestion {
  std::string project;
  std::string metric;
  std::string grain = "day";
  std::optional<std::string> timestamp;  // any instant of the bucket; default: the project's newest as-of
  std::string dimensions;                // a JSON object of at most one member; empty: the whole project
  std::int64_t limit = 20;               // rows listed of each kind; over 500 means 500
  jobs::RetentionRules retention{};      // by which the point is computed again
};

struct Answered {
  std::string project_name;
  const Metric* metric = nullptr;  // nullptr: not about one metric
  Json answer;                     // the contract's shape; without `meta` where nothing has been computed yet
};

// `now` stands in for the as-of of a project without rows, and is what lag is counted to.
// Requires: `tx` is repeatable read, so that an answer and its meta are of one instant.
Answered ask(readmodel::Transaction& tx, const SummaryQuestion& question, Instant now);
Answered ask(readmodel::Transaction& tx, const TrendQuestion& question, Instant now);
Answered ask(readmodel::Transaction& tx, const BreakdownQuestion& question, Instant now);
Answered ask(readmodel::Transaction& tx, const DrilldownQuestion& question, Instant now);
Answered ask(readmodel::Transaction& tx, const AlertsQuestion& question, Instant now);
Answered ask(readmodel::Transaction& tx, const ActionsQuestion& question, Instant now);
Answered ask(readmodel::Transaction& tx, const HealthQuestion& question, Instant now);
Answered ask(readmodel::Transaction& tx, const ExplainQuestion& question, Instant now);

// In a transaction of its own.
template <typename Question>
Answered ask(readmodel::Session& session, const Question& question, Instant now) {
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  return ask(tx, question, now);
}

}  // namespace tidemark::views
