#include "contracts/time.hpp"

namespace tidemark {
namespace {

constexpr Instant kFirstInstant = Day{std::chrono::year{1} / 1 / 1};
constexpr Instant kEndOfInstants = Day{std::chrono::year{10000} / 1 / 1};

// Takes `count` digits from the front of `text`; nullopt where there are fewer.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// `.f` to `.ffffff`; 0 where there is none.
std::optional<Micros> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return Micros{0};
  std::int64_t micros = 0;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (++digits > 6) return std::nullopt;
    micros = micros * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) micros *= 10;
  return Micros{micros};
}

// `Z`, `+hh`, `+hh:mm` or `+hhmm`, to the end of the text.
std::optional<Micros> take_offset(std::string_view text) {
  if (text == "Z" || text == "z") return Micros{0};
  const bool negative = !text.empty() && text.front() == '-';
  if (!negative && (text.empty() || text.front() != '+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  take(text, ':');
  int minutes = 0;
  if (!text.empty()) {
    const auto parsed = take_digits(text, 2);
    if (!parsed || *parsed > 59 || !text.empty()) return std::nullopt;
    minutes = *parsed;
  }
  const Micros offset = std::chrono::hours{*hours} + std::chrono::minutes{minutes};
  return negative ? -offset : offset;
}

// Writes `value` with leading zeros; a row's instants are written several times, and printf takes most of that time.
void put_digits(std::string& text, std::int64_t value, int digits) {
  const auto start = text.size();
  text.resize(start + static_cast<std::size_t>(digits));
  for (auto at = text.size(); at > start; value /= 10) text[--at] = static_cast<char>('0' + value % 10);
}

// Requires: a year of 0 to 9999.
void put_date(std::string& text, std::chrono::year_month_day date) {
  put_digits(text, static_cast<int>(date.year()), 4);
  text += '-';
  put_digits(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  put_digits(text, static_cast<unsigned>(date.day()), 2);
}

}  // namespace

std::string format_day(Instant t) {
  std::string text;
  put_date(text, std::chrono::floor<std::chrono::days>(t));
  return text;
}

std::string format_instant(Instant t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::int64_t of_day = (t - day).count();
  const std::int64_t seconds = of_day / 1'000'000;
  std::string text;
  text.reserve(sizeof "YYYY-MM-DDTHH:MM:SS.ffffffZ");
  put_date(text, day);
  text += 'T';
  put_digits(text, seconds / 3600, 2);
  text += ':';
  put_digits(text, seconds / 60 % 60, 2);
  text += ':';
  put_digits(text, seconds % 60, 2);
  if (const std::int64_t fraction = of_day % 1'000'000; fraction != 0) {
    text += '.';
    put_digits(text, fraction, 6);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text += 'Z';
}

std::optional<Instant> parse_instant(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || *year == 0 || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  const Instant start = Day{date};
  if (text.empty()) return start;

  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  Micros fraction{0};
  if (take(text, ':')) {
    const auto parsed = take_digits(text, 2);
    if (!parsed || *parsed > 59) return std::nullopt;
    second = *parsed;
    const auto parsed_fraction = take_fraction(text);
    if (!parsed_fraction) return std::nullopt;
    fraction = *parsed_fraction;
  }
  const auto offset = take_offset(text);
  if (!offset) return std::nullopt;
  const Instant instant = start + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                          std::chrono::seconds{second} + fraction - *offset;
  // The offset may lead into the year before or after.
  if (instant < kFirstInstant || instant >= kEndOfInstants) return std::nullopt;
  return instant;
}

double to_minutes(Micros d) { return static_cast<double>(d.count()) / static_cast<double>(kMinute.count()); }
double to_hours(Micros d) { return static_cast<double>(d.count()) / static_cast<double>(kHour.count()); }
double to_days(Micros d) { return static_cast<double>(d.count()) / static_cast<double>(kDay.count()); }

}  // namespace tidemark
