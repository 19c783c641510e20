#include "readmodel/gap_tracking.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace tidemark::readmodel {
namespace {

constexpr std::int64_t kLargestId = std::numeric_limits<std::int64_t>::max();

// `b` begins within `a` or right behind it.
bool touches(const IdRange& a, const IdRange& b) { return a.last == kLargestId || b.first <= a.last + 1; }

std::uint64_t width(const IdRange& range) {
  return static_cast<std::uint64_t>(range.last) - static_cast<std::uint64_t>(range.first) + 1;
}

// A prepared transaction from before a restart shows like this. Which virtual transaction it was is not known any more.
bool was_prepared_before_restart(const std::string& holder) { return holder.rfind("-1/", 0) == 0; }

// Who of those awaited is still there. What was prepared before a restart counts for everybody: it may be any of them,
// also where the server's start is the same, since a server that loses one process restarts all but itself. For a wait
// of after that restart it changes nothing, since the transaction was there when the wait began.
std::vector<std::string> still_holding(const Wait& wait, const Observation& seen) {
  std::vector<std::string> left;
  std::copy_if(seen.holders.begin(), seen.holders.end(), std::back_inserter(left), [&](const std::string& holder) {
    return was_prepared_before_restart(holder) ||
           (wait.server_start == seen.server_start &&
            std::binary_search(wait.holders.begin(), wait.holders.end(), holder));
  });
  return left;
}

bool is_unchanged(const Wait& wait, const Observation& seen) {
  return wait.server_start == seen.server_start && still_holding(wait, seen) == wait.holders;
}

// nullopt: all have gone.
std::optional<Wait> renew(const Wait& wait, const Observation& seen) {
  auto left = still_holding(wait, seen);
  if (left.empty()) return std::nullopt;
  return Wait{std::move(left), seen.server_start, wait.since};
}

IdRanges new_ids(const Cursor& cursor, const Observation& seen) {
  if (seen.newest_id <= cursor.watermark) return {};
  return {{cursor.watermark + 1, seen.newest_id}};
}

// Gaps that wait for the same become one.
void add_gap(std::vector<Gap>& gaps, Gap gap) {
  const auto same = std::find_if(gaps.begin(), gaps.end(), [&](const Gap& other) {
    return other.wait.holders == gap.wait.holders && other.wait.server_start == gap.wait.server_start;
  });
  if (same == gaps.end()) {
    gaps.push_back(std::move(gap));
    return;
  }
  same->ids = unite(same->ids, gap.ids);
  same->wait.since = std::min(same->wait.since, gap.wait.since);
}

void join_neighbours(IdRanges& ids) {
  IdRanges joined;
  for (std::size_t i = 0; i < ids.size(); i += 2)
    joined.push_back({ids[i].first, ids[std::min(i + 1, ids.size() - 1)].last});
  ids = std::move(joined);
}

void limit_ranges(std::vector<Gap>& gaps) {
  const auto ranges = [&] {
    std::size_t count = 0;
    for (const auto& gap : gaps) count += gap.ids.size();
    return count;
  };
  while (ranges() > kMaxGapRanges) {
    auto& largest = *std::max_element(gaps.begin(), gaps.end(),
                                      [](const Gap& a, const Gap& b) { return a.ids.size() < b.ids.size(); });
    if (largest.ids.size() == 1) return;  // as many gaps: one for each transaction that is open, at most
    join_neighbours(largest.ids);
  }
}

}  // namespace

void append_id(IdRanges& ids, std::int64_t id) {
  if (!ids.empty() && touches(ids.back(), {id, id}))
    ids.back().last = id;
  else
    ids.push_back({id, id});
}

IdRanges unite(const IdRanges& a, const IdRanges& b) {
  IdRanges all;
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all),
             [](const IdRange& left, const IdRange& right) { return left.first < right.first; });
  IdRanges united;
  for (const auto& range : all) {
    if (!united.empty() && touches(united.back(), range))
      united.back().last = std::max(united.back().last, range.last);
    else
      united.push_back(range);
  }
  return united;
}

IdRanges subtract(const IdRanges& ids, const IdRanges& taken) {
  IdRanges rest;
  auto next = taken.begin();
  for (const auto& range : ids) {
    while (next != taken.end() && next->last < range.first) ++next;
    std::optional<std::int64_t> first = range.first;  // of what is not decided yet
    for (auto hit = next; first && hit != taken.end() && hit->first <= range.last; ++hit) {
      if (hit->first > *first) rest.push_back({*first, hit->first - 1});
      first = hit->last < range.last ? std::optional{hit->last + 1} : std::nullopt;
    }
    if (first) rest.push_back({*first, range.last});
  }
  return rest;
}

IdRanges ids_above(const IdRanges& ids, std::int64_t id) {
  return subtract(ids, {{std::numeric_limits<std::int64_t>::min(), id}});
}

std::uint64_t count_ids(const IdRanges& ids) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t count = 0;
  for (const auto& range : ids) count = width(range) > kMost - count ? kMost : count + width(range);
  return count;
}

std::vector<IdRanges> split_ids(const IdRanges& ids, std::uint64_t size) {
  std::vector<IdRanges> parts;
  std::uint64_t room = 0;
  for (const auto& range : ids) {
    if (parts.empty() || width(range) > room) {
      parts.emplace_back();
      room = size;
    }
    parts.back().push_back(range);
    room -= std::min(room, width(range));
  }
  return parts;
}

Cursor first_cursor(const Observation& seen, Instant now) {
  Cursor cursor;
  cursor.watermark = cursor.baseline = seen.newest_id;
  if (!seen.holders.empty()) cursor.baseline_wait = Wait{seen.holders, seen.server_start, now};
  return cursor;
}

bool is_idle(const Cursor& cursor, const Observation& seen) {
  const auto unchanged = [&](const Gap& gap) { return is_unchanged(gap.wait, seen); };
  return seen.newest_id <= cursor.watermark && (!cursor.baseline_wait || is_unchanged(*cursor.baseline_wait, seen)) &&
         std::all_of(cursor.gaps.begin(), cursor.gaps.end(), unchanged);
}

IdRanges ids_to_read(const Cursor& cursor, const Observation& seen) {
  IdRanges ids = new_ids(cursor, seen);
  for (const auto& gap : cursor.gaps)
    if (!is_unchanged(gap.wait, seen)) ids = unite(ids, gap.ids);
  return ids;
}

Cursor advance(const Cursor& cursor, const Observation& seen, const IdRanges& found, Instant now) {
  Cursor next;
  next.watermark = std::max(cursor.watermark, seen.newest_id);
  next.baseline = cursor.baseline;
  if (cursor.baseline_wait) next.baseline_wait = renew(*cursor.baseline_wait, seen);
  for (const auto& gap : cursor.gaps) {
    if (is_unchanged(gap.wait, seen)) {
      add_gap(next.gaps, gap);
      continue;
    }
    auto wait = renew(gap.wait, seen);
    auto missing = subtract(gap.ids, found);
    if (wait && !missing.empty()) add_gap(next.gaps, {std::move(missing), std::move(*wait)});
  }
  auto missing = subtract(new_ids(cursor, seen), found);
  if (!seen.holders.empty() && !missing.empty())
    add_gap(next.gaps, {std::move(missing), {seen.holders, seen.server_start, now}});
  limit_ranges(next.gaps);
  std::sort(next.gaps.begin(), next.gaps.end(),
            [](const Gap& a, const Gap& b) { return a.ids.front().first < b.ids.front().first; });
  return next;
}

}  // namespace tidemark::readmodel
