// Where the columns that a mapping names stand in a log.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "jobs/import/mapping.hpp"

namespace tidemark::jobs {

struct ColumnPlaces {
  std::size_t count = 0;  // columns of the log
  std::size_t task = 0;
  std::size_t at = 0;
  std::size_t state = 0;
  std::optional<std::size_t> sequence;
  std::optional<std::size_t> created_at;
  std::optional<std::size_t> created_by;
  std::optional<std::size_t> project;
  std::optional<std::size_t> task_class;
  std::optional<std::size_t> priority;
  std::optional<std::size_t> assignee;
  std::optional<std::size_t> resolver;
  std::vector<std::size_t> title;
  std::vector<std::size_t> tags;
};

// `first_row`: the header, or the first row of a log without one.
// Errors: tidemark::Error of kind usage for a column that the log lacks or has twice, with the columns that it has.
ColumnPlaces find_columns(const Mapping& mapping, const std::vector<std::string_view>& first_row);

}  // namespace tidemark::jobs
