// Random projects for the oracle and the property tests: rows of all delivery sources with everything that makes
// operational data hard. The rows are values in the order in which they would arrive; write_rows() writes them, all at
// once or step by step. Spec: delivery metrics, sections 1 to 4; quality, "oracle" and "property".
#pragma once

#include <cstdint>
#include <vector>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "support/source_rows.hpp"

namespace tidemark::tests {

struct RandomProject {
  Uuid id;
  // In order of arrival, the project's own row first. A later row with the id of an earlier one corrects it. Events
  // come late, twice, out of order and before their task.
  std::vector<SourceRow> rows;
  // Ascending instants worth computing at: amid a bucket, on the borders of a day, a week and a month, at the very
  // instant of an event and just before it, at the end, and long after it.
  std::vector<Instant> as_ofs;
};

// What a project is like besides random.
enum class ProjectShape {
  empty,            // no fact at all
  one_task,         //
  no_attributes,    // no phases, milestones, rules; no task has a class or tags
  many_reasons,     // more than 50 reasons for being blocked in one day
  on_the_hour,      // all instants are whole quarters of a day: borders, and many at the same instant
  end_of_2020,      // ISO week 53 and a turn of the year
  leap_day,         // around 2024-02-29
  more_than_a_year  // most days are past their retention
};
inline constexpr int kProjectShapes = 8;

// The same seed and size give the same rows on every platform. Any 16 seeds in a row bring every shape, half of them
// being of none. Requires: tasks >= 1.
RandomProject random_project(std::uint64_t seed, int tasks);

}  // namespace tidemark::tests
