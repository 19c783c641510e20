#include "property/random_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "property/source_model.hpp"
#include "support/random_projects.hpp"

namespace tidemark::tests {
namespace {

using nlohmann::json;

constexpr int kWriters = 4;

// What the sources have before the first refresh.
bool comes_with_the_baseline(const SourceRow& row, Changes changes) {
  return changes == Changes::of_events && row.table != "event_log";
}

void move_days(json& columns, std::int64_t days) {
  static const std::set<std::string> kMoving{"created_at",
                                             "updated_at",
                                             "started_at",
                                             "ended_at",
                                             "applied_at",
                                             "expires_at",
                                             "released_at",
                                             "heartbeat_at",
                                             "planned_start_date",
                                             "planned_completion_date",
                                             "actual_completion_date"};
  for (auto& [name, value] : columns.items()) {
    if (kMoving.count(name) == 0 || !value.is_string()) continue;
    const auto text = value.get<std::string>();
    if (text >= "2030") continue;
    const auto moved = *parse_instant(text) + days * kDay;
    value = text.size() == 10 ? format_day(moved) : format_instant(moved);
  }
}

Instant start_of(const RandomProject& project) { return bucket_start(Grain::day, project.as_ofs.front()); }

class CaseMaker {
 public:
  CaseMaker(std::uint64_t seed, Changes changes)
      : seed_(seed), changes_(changes), chance_(seed * 2 + 1), model_(chance_, changes) {
    // Short ones leave fewer rows, and more of them at their end.
    if (!chance_.hits(15)) retention_ = {14, 9, 5};
    add_histories();
  }

  Steps make() {
    const auto batches = chance_.between(1, 6);
    std::vector<std::size_t> cuts{arriving_.size()};
    for (std::int64_t n = 1; n < batches; ++n)
      cuts.push_back(static_cast<std::size_t>(chance_.below(static_cast<std::int64_t>(arriving_.size()) + 1)));
    std::sort(cuts.begin(), cuts.end());
    cuts.front() = std::max(cuts.front(), baseline_);
    for (const auto to : cuts) {
      write_up_to(to);
      change(3);
      refresh();
    }
    for (auto more = chance_.between(1, 4); more > 0; --more) {
      change(5);
      close_all(100);
      refresh();
    }
    return std::move(steps_);
  }

 private:
  // The projects' rows in a random interleaving; each project's own keep their order. The others lie in the first one's
  // span, so that one as-of means something to all of them.
  void add_histories() {
    std::vector<std::vector<SourceRow>> histories;
    for (auto n = chance_.one_of({1, 1, 2, 2, 3}); n > 0; --n) {
      auto seed = static_cast<std::uint64_t>(chance_.below(1'000'000'000));
      // Its 150 tasks take the time of a dozen cases.
      while (seed % (2 * kProjectShapes) == static_cast<int>(ProjectShape::many_reasons) && !chance_.hits(5)) ++seed;
      auto project = random_project(seed, static_cast<int>(chance_.between(1, 7)));
      if (histories.empty()) start_ = start_of(project);
      const auto days = (start_ - start_of(project)) / kDay;
      for (auto& row : project.rows) move_days(row.columns, days);
      add_history(project.rows);
      histories.push_back(std::move(project.rows));
    }
    std::vector<std::size_t> next(histories.size(), 0);
    std::vector<SourceRow> later;
    for (bool left = true; left;) {
      left = false;
      const auto h = static_cast<std::size_t>(chance_.below(static_cast<std::int64_t>(histories.size())));
      for (auto count = chance_.below(20); count > 0 && next[h] < histories[h].size(); --count) {
        auto& row = histories[h][next[h]++];
        (comes_with_the_baseline(row, changes_) ? arriving_ : later).push_back(std::move(row));
      }
      for (std::size_t i = 0; i < histories.size(); ++i) left = left || next[i] < histories[i].size();
    }
    baseline_ = arriving_.size();
    arriving_.insert(arriving_.end(), later.begin(), later.end());
  }

  // Events get a name by which they can be changed; a few come years late.
  void add_history(std::vector<SourceRow>& rows) {
    for (auto& row : rows) {
      if (row.table != "event_log") continue;
      row.columns["correlation_id"] = fmt::format("{}/{:05}", seed_, events_++);
      const auto created = *parse_instant(row.columns.at("created_at").get<std::string>());
      if (chance_.hits(1)) row.columns["created_at"] = format_instant(created - chance_.below(1000 * kDay));
    }
  }

  void emit(Steps steps, int writer) {
    for (auto& step : steps) {
      if (auto* write = std::get_if<Write>(&step)) write->writer = writer;
      if (auto* remove = std::get_if<Remove>(&step)) remove->writer = writer;
      open_.insert(writer);
      steps_.push_back(std::move(step));
    }
  }

  // Rows by writers in turn, some of which stay open.
  void write_up_to(std::size_t to) {
    while (written_ < to) {
      const auto writer = static_cast<int>(chance_.below(kWriters));
      const auto chunk = std::min(to - written_, static_cast<std::size_t>(chance_.between(1, 60)));
      for (std::size_t i = 0; i < chunk; ++i, ++written_)
        if (model_.arrive(arriving_[written_])) emit({Write{0, arriving_[written_]}}, writer);
      if (written_ >= baseline_) close(writer, 60);
    }
    if (steps_before_refresh()) close_all(100);
  }

  // Nothing that only a first computation may see may still be open then.
  bool steps_before_refresh() const { return changes_ != Changes::any && !refreshed_; }

  void change(std::int64_t most) {
    if (changes_ != Changes::any && !refreshed_) return;
    for (auto n = chance_.below(most + 1); n > 0; --n) {
      const auto writer = static_cast<int>(chance_.below(kWriters));
      emit(model_.change(as_of_), writer);
      close(writer, 70);
    }
    close_all(40);
  }

  void close(int writer, int percent) {
    if (!chance_.hits(percent) || open_.erase(writer) == 0) return;
    if (chance_.hits(4) && !steps_before_refresh())
      steps_.push_back(Rollback{writer});
    else
      steps_.push_back(Commit{writer});
  }
  void close_all(int percent) {
    for (int writer = 0; writer < kWriters; ++writer) close(writer, percent);
  }

  Instant next_as_of() {
    const auto newest = std::max(model_.newest(), start_);  // nothing may have come yet
    if (!refreshed_) return newest - (chance_.hits(20) ? chance_.below(20 * kDay) : Micros{0});
    const auto now = std::max(as_of_, newest);
    switch (chance_.below(20)) {
      case 0:
      case 1: return as_of_;
      case 2: return as_of_ - chance_.below(40 * kDay);
      case 3: return as_of_ - chance_.below(kHour);
      case 4:
      case 5: return next_border(now, Grain::hour);
      case 6:
      case 7: return next_border(now, Grain::day);
      case 8: return next_border(now, Grain::week);
      case 9: return next_border(now, Grain::month);
      case 10: return now + retention_.drilldown * kDay + chance_.below(2 * kDay);
      case 11: return now + retention_.trend * kDay + chance_.below(2 * kDay);
      case 12: return now + 7 * kDay + chance_.below(kDay);
      case 13:
      case 14: return as_of_ + chance_.below(kMinute);
      case 15: return as_of_ + chance_.below(kHour);
      case 16: return as_of_ + chance_.below(3 * kDay);
      default: return now;
    }
  }
  Instant next_border(Instant t, Grain grain) {
    return bucket_end(grain, bucket_start(grain, t)) + Micros{chance_.between(-1, 1)};
  }

  std::optional<Crash> crash() {
    if (!chance_.hits(25)) return std::nullopt;
    const auto way = static_cast<CrashWay>(chance_.below(6));
    if (way == CrashWay::at_any_time) return Crash{way, "", static_cast<int>(chance_.below(40'000))};
    const auto table =
        chance_.one_of<std::string>({"metrics_trend_point", "metrics_trend_point", "metrics_breakdown_point",
                                     "metrics_drilldown", "metrics_dirty", "metrics_dirty", "metrics_job_checkpoint",
                                     "metrics_data_version", "metrics_quarantine", "metrics_source_cursor"});
    return Crash{way, table, static_cast<int>(chance_.hits(60) ? chance_.between(1, 4) : chance_.between(1, 400))};
  }

  void refresh() {
    as_of_ = next_as_of();
    refreshed_ = true;
    steps_.push_back(Refresh{as_of_, retention_, crash(), chance_.hits(25)});
    if (chance_.hits(8)) steps_.push_back(Refresh{as_of_, retention_, std::nullopt, false});
  }

  std::uint64_t seed_;
  Changes changes_;
  Chance chance_;
  SourceModel model_;
  std::vector<SourceRow> arriving_;
  std::size_t baseline_ = 0;  // the first of `arriving_` are there from the start
  std::size_t written_ = 0;   // of them
  int events_ = 0;
  Steps steps_;
  std::set<int> open_;
  Instant start_;  // a day in the histories
  Instant as_of_;
  bool refreshed_ = false;
  RetentionDays retention_;
};

}  // namespace

Steps random_case(std::uint64_t seed, Changes changes) { return CaseMaker(seed, changes).make(); }

}  // namespace tidemark::tests
