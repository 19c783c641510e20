#include "jobs/render/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "jobs/render/number.hpp"
#include "jobs/render/text.hpp"

namespace tidemark::render {
namespace {

constexpr std::array kUp{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array kRight{" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

struct Extent {
  double low;
  double high;
};

std::optional<Extent> extent_of(const Series& series) {
  std::optional<Extent> extent;
  for (const auto& value : series) {
    if (!value) continue;
    if (!extent) extent = Extent{*value, *value};
    extent->low = std::min(extent->low, *value);
    extent->high = std::max(extent->high, *value);
  }
  return extent;
}

// How many of `steps` a value fills; what is above the bottom of the scale shows at least one.
int steps_of(double value, Extent scale, int steps) {
  const double span = scale.high - scale.low;
  if (span <= 0 || value <= scale.low) return 0;
  return std::clamp(static_cast<int>(std::lround((value - scale.low) / span * steps)), 1, steps);
}

// What a column shows in the line that is `line` lines above the zero line.
const char* cell_of(const std::optional<double>& value, Extent scale, int line, int height) {
  if (!value) return " ";
  const int filled = steps_of(*value, scale, height * 8) - line * 8;
  if (line == 0 && filled <= 0) return "▁";  // a true zero is there
  return kUp[static_cast<std::size_t>(std::clamp(filled, 0, 8))];
}

}  // namespace

std::string sparkline(const Series& series) {
  const auto extent = extent_of(series);
  std::string out;
  for (const auto& value : series) {
    if (!value)
      out += ' ';
    else if (extent->low == extent->high)
      out += kUp[4];
    else
      out += kUp[static_cast<std::size_t>(1 + steps_of(*value, *extent, 7))];
  }
  return out;
}

std::string bar(double fraction, int width) {
  const double clamped = std::clamp(fraction, 0.0, 1.0);
  int eighths = static_cast<int>(std::lround(clamped * width * 8));
  if (eighths == 0 && clamped > 0) eighths = 1;
  std::string out = repeat("█", eighths / 8);
  if (eighths % 8 != 0) out += kRight[static_cast<std::size_t>(eighths % 8)];
  return fit(out, width);
}

std::string ColumnChart::text(const Terminal& terminal) const {
  const auto extent = extent_of(series);
  if (!extent) return "";
  const Extent scale{std::min(0.0, extent->low), std::max(extent->high, extent->low == 0 ? 1.0 : extent->low)};
  const auto top = value_text(scale.high, unit);
  const auto middle = value_text((scale.low + scale.high) / 2, unit);
  const auto bottom = value_text(scale.low, unit);
  const int margin = std::max({display_width(top), display_width(middle), display_width(bottom)});

  const int room = terminal.width - margin - 3;
  const int column = std::clamp(room / static_cast<int>(std::max<std::size_t>(series.size(), 1)), 1, 4);
  const auto shown = std::min(series.size(), static_cast<std::size_t>(room / column));
  std::string out;
  for (int line = height - 1; line >= 0; --line) {
    const auto& label = line == height - 1 ? top : line == height / 2 - 1 ? middle : line == 0 ? bottom : std::string{};
    std::string cells;
    for (auto value = series.end() - static_cast<std::ptrdiff_t>(shown); value != series.end(); ++value) {
      cells += repeat(cell_of(*value, scale, line, height), std::max(1, column - 1));
      if (column > 1) cells += ' ';
    }
    out += terminal.paint(Style::faint, fit(label, margin, Align::right) + (label.empty() ? " │" : " ┤"));
    out += terminal.paint(Style::accent, cells.substr(0, cells.find_last_not_of(' ') + 1)) + '\n';
  }
  const int drawn = static_cast<int>(shown) * column;
  const auto last =
      fit(last_label, std::max(display_width(last_label), drawn - display_width(first_label)), Align::right);
  const auto labels = shown == series.size() && drawn > display_width(first_label) + display_width(last_label)
                          ? first_label + last
                          : fit(last_label, std::max(drawn, display_width(last_label)), Align::right);
  return out + terminal.paint(Style::faint, std::string(static_cast<std::size_t>(margin + 2), ' ') + labels) + '\n';
}

}  // namespace tidemark::render
