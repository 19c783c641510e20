#include "readmodel/sources/row_reader.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tidemark::readmodel {
namespace {

constexpr std::size_t kShownBytes = 80;
constexpr std::size_t kDateLength = 10;  // YYYY-MM-DD

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view shown(std::string_view text) {
  if (text.size() <= kShownBytes) return text;
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

void RowReader::set_problem(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
}

void RowReader::refuse(int column, std::string_view expected) {
  if (!readable()) return;
  const auto name = field(column).name();
  problem_ = null(column) ? fmt::format("{} is NULL, not {}", name, expected)
                          : fmt::format("{} '{}' is not {}", name, shown(view(column)), expected);
}

std::string_view RowReader::view(int column) const {
  const auto value = field(column);
  return {value.c_str(), value.size()};
}

std::optional<std::string> RowReader::optional_text(int column) const {
  if (null(column)) return std::nullopt;
  return text(column);
}

Uuid RowReader::uuid(int column) {
  const auto value = parse_source_uuid(view(column));
  if (!value) refuse(column, "a UUID");
  return value.value_or(Uuid{});
}

std::optional<Uuid> RowReader::optional_uuid(int column) {
  if (null(column)) return std::nullopt;
  return uuid(column);
}

std::int64_t RowReader::integer(int column) {
  const auto value = parse_number<std::int64_t>(view(column));
  if (!value) refuse(column, "an integer of 64 bits");
  return value.value_or(0);
}

std::optional<int> RowReader::optional_int(int column) {
  if (null(column)) return std::nullopt;
  const auto value = parse_number<int>(view(column));
  if (!value) refuse(column, "an integer of 32 bits");
  return value;
}

std::optional<double> RowReader::optional_number(int column) {
  if (null(column)) return std::nullopt;
  const auto value = parse_number<double>(view(column));
  if (!value) refuse(column, "a number in the range of a double");
  return value;
}

Instant RowReader::instant(int column) {
  const auto value = parse_instant(view(column));
  if (!value) refuse(column, "a time of the years 1 to 9999");
  return value.value_or(Instant{});
}

std::optional<Instant> RowReader::optional_instant(int column) {
  if (null(column)) return std::nullopt;
  return instant(column);
}

std::optional<Instant> RowReader::optional_date(int column, DateAs meaning) {
  if (null(column)) return std::nullopt;
  const auto text = view(column);
  auto value = parse_instant(text);
  if (!value) value = parse_instant(std::string{text} + 'Z');  // a timestamp without zone
  if (!value) refuse(column, "a date of the years 1 to 9999");
  if (value && text.size() == kDateLength && meaning == DateAs::last_instant) return *value + kDay - Micros{1};
  return value;
}

}  // namespace tidemark::readmodel
