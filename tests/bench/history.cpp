#include "bench/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace tidemark::bench {
namespace {

constexpr int kFullLengthDays = 30;  // shorter histories have proportionally shorter lives

// Work is done from nine to two o'clock: the day's 24 hours are squeezed into 5, which keeps their order.
Instant at_work(const Shape& shape, Instant t) {
  if (shape.days <= 1) return t;
  const auto day = std::chrono::floor<std::chrono::days>(t);
  return day + 9 * kHour + (t - day) * 5 / 24;
}

// Draws one task's life, number after number of its hash.
class TaskLife {
 public:
  TaskLife(const Shape& shape, int project, std::uint32_t task, Instant created)
      : shape_(shape), seed_(hash_of(static_cast<std::uint64_t>(project), task, 1)), task_(task), at_(created) {
    life_.created = at_work(shape, created);
  }

  Life live(std::vector<Move>& moves) {
    if (chance(30)) step(moves, Act::ready, 120);
    life_.claimed = step(moves, Act::claimed, 96);
    if (chance(25)) step(moves, Act::in_progress, 8);
    if (chance(15)) {
      step(moves, Act::blocked, 48);
      step(moves, Act::in_progress, 72);
    }
    life_.implemented = step(moves, Act::implemented, 96);
    if (chance(30)) life_.submitted = step(moves, Act::awaiting_review, 24);
    if (chance(8)) {
      life_.rejected = step(moves, Act::in_progress, 48);
      step(moves, Act::implemented, 48);
    }
    if (chance(5)) {
      step(moves, Act::abandoned, 96);
      return known();
    }
    life_.integrated = life_.approved = step(moves, Act::integrated, 48);
    if (chance(3)) {
      step(moves, Act::in_progress, 240);
      step(moves, Act::integrated, 48);
    }
    return known();
  }

 private:
  std::uint64_t next() { return hash_of(seed_, ++draws_, 2); }
  bool chance(std::uint64_t percent) { return next() % 100 < percent; }

  // From minutes to the given hours later, mostly soon.
  Instant step(std::vector<Move>& moves, Act act, std::int64_t hours) {
    const auto part = static_cast<std::int64_t>(next() % 1000);
    const auto seconds = 300 + hours * 3600 * part / 1000 * part / 1000;
    at_ += std::chrono::seconds{seconds * std::min(shape_.days, kFullLengthDays) / kFullLengthDays} +
           Micros{static_cast<int>(next() % 1'000'000)};
    const auto at = at_work(shape_, at_);
    if (at <= kAsOf) moves.push_back({at, task_, act});
    return at;
  }

  Life known() const {
    Life life = life_;
    for (Instant* t :
         {&life.claimed, &life.implemented, &life.submitted, &life.rejected, &life.approved, &life.integrated})
      if (*t > kAsOf) *t = kUnset;
    return life;
  }

  const Shape& shape_;
  std::uint64_t seed_;
  std::uint64_t draws_ = 0;
  std::uint32_t task_;
  Instant at_;
  Life life_;
};

}  // namespace

std::uint64_t hash_of(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::uint64_t x = a * 0x9E3779B97F4A7C15ULL + b * 0xC2B2AE3D27D4EB4FULL + c * 0x165667B19E3779F9ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;  // splitmix64
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

ProjectHistory project_history(const Shape& shape, int project) {
  ProjectHistory history;
  const auto tasks = shape.tasks();
  const auto wanted = static_cast<std::size_t>(shape.events_per_project);
  const Micros every = shape.days * kDay / tasks;
  history.moves.reserve(wanted + 64);
  for (int task = 0; task < tasks; ++task) {
    const auto offset = Micros{
        static_cast<std::int64_t>(hash_of(static_cast<std::uint64_t>(project), static_cast<std::uint64_t>(task), 3) %
                                  static_cast<std::uint64_t>(every.count()))};
    const Instant created = kAsOf - shape.days * kDay + task * every + offset;
    history.tasks.push_back(TaskLife(shape, project, static_cast<std::uint32_t>(task), created).live(history.moves));
  }
  for (std::uint64_t n = 0; history.moves.size() < wanted; ++n) {
    const auto task = hash_of(static_cast<std::uint64_t>(project), n, 4) % static_cast<std::uint64_t>(tasks);
    history.moves.push_back(
        {std::min(kAsOf, history.tasks[task].created + kHour), static_cast<std::uint32_t>(task), Act::comment});
  }
  std::sort(history.moves.begin(), history.moves.end(),
            [](const Move& a, const Move& b) { return std::tie(a.at, a.task, a.act) < std::tie(b.at, b.task, b.act); });
  history.moves.resize(wanted);
  return history;
}

std::string id_of(std::string_view kind, int project, std::int64_t number) {
  std::uint64_t kind_hash = 5;
  for (const char c : kind) kind_hash = hash_of(kind_hash, static_cast<std::uint64_t>(c), 6);
  const auto high = hash_of(kind_hash, static_cast<std::uint64_t>(project), static_cast<std::uint64_t>(number));
  const auto low = hash_of(high, static_cast<std::uint64_t>(number), 7);
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFF,
                     low >> 52, low & 0xFFFFFFFFFFFF);
}

std::string agent_of(const Shape& shape, int project, std::int64_t task) {
  constexpr std::int64_t kGenerations = 8;  // people come and go; three work at a time
  const auto seat = hash_of(static_cast<std::uint64_t>(project), static_cast<std::uint64_t>(task), 8) % 3;
  return fmt::format("agent-{}", task * kGenerations / shape.tasks() + static_cast<std::int64_t>(seat));
}

}  // namespace tidemark::bench
