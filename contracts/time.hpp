// Instants, durations and their text. Units: microseconds since 1970-01-01T00:00:00Z, UTC everywhere.
// Spec: contract v1.0, "timestamp is RFC 3339 UTC with Z everywhere".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

// A duration. Units: microseconds, an exact integer.
using Micros = std::chrono::microseconds;

// A point in time, UTC. Invariant: whole microseconds, as PostgreSQL stores timestamptz.
using Instant = std::chrono::time_point<std::chrono::system_clock, Micros>;

// A calendar day, UTC.
using Day = std::chrono::sys_days;

inline constexpr Micros kMinute = std::chrono::minutes{1};
inline constexpr Micros kHour = std::chrono::hours{1};
inline constexpr Micros kDay = std::chrono::hours{24};
inline constexpr Micros kWeek = 7 * kDay;

// `YYYY-MM-DDTHH:MM:SSZ`, with `.ffffff` (trailing zeros cut) only where the instant has a fraction of a second.
std::string format_instant(Instant t);

// `YYYY-MM-DD` of the instant's UTC day.
std::string format_day(Instant t);

// Reads RFC 3339 (`2016-05-15T00:00:00Z`, any offset, up to 6 fraction digits), the same with a space for the `T`,
// PostgreSQL's ISO output (`2016-05-15 00:00:00+00`), or a bare date (its first instant).
// nullopt: not such a text, or not a day or time that exists, or outside the years 1 to 9999.
std::optional<Instant> parse_instant(std::string_view text);

// A duration in minutes, hours or days, as the charts show it.
double to_minutes(Micros d);
double to_hours(Micros d);
double to_days(Micros d);

}  // namespace tidemark
