// Values of source columns that are more than a column's type: tags, sequence numbers, named outcomes.
// Spec: storage, "Source tables".
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contracts/delivery_sources.hpp"
#include "readmodel/sources/row_reader.hpp"

namespace tidemark::readmodel {

// The texts of a JSON array; anything in it that is no string is no tag.
std::vector<std::string> read_tags(std::string_view json);

// payload.sequence as JSON text: digits alone are an integer, everything else counts as 0.
std::int64_t read_sequence(std::string_view json);

// One of the names known; another one is a problem of the row.
template <typename Enum, std::size_t N>
Enum read_name(RowReader& row, int column, const std::array<std::pair<std::string_view, Enum>, N>& known) {
  const auto text = row.view(column);
  std::string names;
  for (const auto& [name, value] : known) {
    if (name == text) return value;
    names += (names.empty() ? "" : ", ") + std::string{name};
  }
  row.set_problem(fmt::format("'{}' is none of {}", text, names));
  return known.front().second;
}

inline constexpr std::array<std::pair<std::string_view, GateOutcome>, 3> kOutcomes{
    {{"approved", GateOutcome::approved},
     {"rejected", GateOutcome::rejected},
     {"approved_with_risk", GateOutcome::approved_with_risk}}};

inline constexpr std::array<std::pair<std::string_view, AttemptResult>, 4> kResults{
    {{"success", AttemptResult::success},
     {"conflict", AttemptResult::conflict},
     {"failed_checks", AttemptResult::failed_checks},
     {"aborted", AttemptResult::aborted}}};

inline constexpr std::array<std::pair<std::string_view, CheckStatus>, 3> kCheckStatuses{
    {{"pending", CheckStatus::pending}, {"passed", CheckStatus::passed}, {"failed", CheckStatus::failed}}};

}  // namespace tidemark::readmodel
