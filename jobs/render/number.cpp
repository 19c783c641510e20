#include "jobs/render/number.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace tidemark::render {
namespace {

std::string with_separators(std::string digits) {
  const auto end = std::min(digits.find('.'), digits.size());
  const std::size_t start = digits.front() == '-' ? 1 : 0;
  for (std::size_t at = end; at > start + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace

std::string count_text(std::int64_t count) { return with_separators(std::to_string(count)); }

std::string decimal_text(double value) {
  if (value == std::round(value)) return with_separators(fmt::format("{:.0f}", value));
  if (std::fabs(value) < 1) return fmt::format("{:.2f}", value);
  return with_separators(fmt::format("{:.1f}", value));
}

std::string minutes_text(double minutes) {
  const double size = std::fabs(minutes);
  if (minutes == 0) return "0 min";
  if (size < 1) return fmt::format("{:.0f} s", minutes * 60);
  if (size < 60) return fmt::format("{:.0f} min", minutes);
  if (size < 48 * 60) return fmt::format("{:.1f} h", minutes / 60);
  return with_separators(fmt::format("{:.1f} d", minutes / 1440));
}

std::string hours_text(double hours) { return minutes_text(hours * 60); }

std::string ratio_text(double ratio) { return percent_text(ratio * 100); }

std::string percent_text(double percent) { return fmt::format("{:.1f} %", percent); }

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < kUnits.size()) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string age_text(Micros age) {
  const double minutes = to_minutes(age);
  if (std::fabs(minutes) < 1) return "just now";
  return minutes > 0 ? minutes_text(minutes) + " ago" : "in " + minutes_text(-minutes);
}

std::string value_text(double value, std::string_view unit) {
  if (unit == "minutes") return minutes_text(value);
  if (unit == "hours") return hours_text(value);
  if (unit == "ratio") return ratio_text(value);
  if (unit == "pct") return percent_text(value);
  if (unit == "score") return fmt::format("{:.1f}", value);
  return decimal_text(value);
}

}  // namespace tidemark::render
