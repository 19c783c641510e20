#include "contracts/bucket.hpp"

namespace tidemark {

using std::chrono::days;
using std::chrono::floor;

std::string_view to_string(Grain grain) {
  switch (grain) {
    case Grain::hour: return "hour";
    case Grain::day: return "day";
    case Grain::week: return "week";
    case Grain::month: return "month";
  }
  return "";
}

std::optional<Grain> parse_grain(std::string_view text) {
  for (const Grain grain : kGrains)
    if (to_string(grain) == text) return grain;
  return std::nullopt;
}

Instant bucket_start(Grain grain, Instant t) {
  const Day day = floor<days>(t);
  switch (grain) {
    case Grain::hour: return floor<std::chrono::hours>(t);
    case Grain::day: return day;
    case Grain::week: return day - (std::chrono::weekday{day} - std::chrono::Monday);
    case Grain::month: {
      const std::chrono::year_month_day date{day};
      return Day{date.year() / date.month() / 1};
    }
  }
  return t;
}

Instant bucket_end(Grain grain, Instant start) {
  switch (grain) {
    case Grain::hour: return start + kHour;
    case Grain::day: return start + kDay;
    case Grain::week: return start + kWeek;
    case Grain::month: {
      const std::chrono::year_month_day date{floor<days>(start)};
      return Day{(date.year() / date.month() + std::chrono::months{1}) / 1};
    }
  }
  return start;
}

Instant iso_week_end(Instant start) { return bucket_end(Grain::week, bucket_start(Grain::week, start)); }

}  // namespace tidemark
