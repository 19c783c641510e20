// Grains and the half-open UTC buckets they cut time into. Spec: product, "Vocabulary"; delivery metrics, section 2.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "contracts/time.hpp"

namespace tidemark {

enum class Grain { hour, day, week, month };

inline constexpr std::array<Grain, 4> kGrains{Grain::hour, Grain::day, Grain::week, Grain::month};

std::string_view to_string(Grain grain);
std::optional<Grain> parse_grain(std::string_view text);

// The start of the bucket `[start, start + grain)` that holds `t`. Weeks start on Monday (ISO 8601).
Instant bucket_start(Grain grain, Instant t);

// The exclusive end of the bucket that starts at `start`. Requires: `start` is a bucket start of this grain.
Instant bucket_end(Grain grain, Instant start);

// The exclusive end of the ISO week that holds the bucket starting at `start`.
Instant iso_week_end(Instant start);

}  // namespace tidemark
