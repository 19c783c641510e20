// Charts of block characters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/render/terminal.hpp"

namespace tidemark::render {

// A series in time; nullopt: no value there.
using Series = std::vector<std::optional<double>>;

// One character per value, from the series' minimum to its maximum (a flat one in the middle); a gap is a space.
std::string sparkline(const Series& series);

// A bar of `fraction` (clamped to 0..1) of `width` columns in steps of an eighth, padded to `width`. A fraction above 0
// is never invisible.
std::string bar(double fraction, int width);

struct ColumnChart {
  Series series;
  std::string unit;         // of the values, as in the catalogue
  std::string first_label;  // under the first column
  std::string last_label;   // under the last one
  int height = 8;           // lines

  // Columns over a zero line with the scale at the left. Where the series is longer than the screen is wide, the
  // newest values that fit. Empty where no value is defined.
  std::string text(const Terminal& terminal) const;
};

}  // namespace tidemark::render
