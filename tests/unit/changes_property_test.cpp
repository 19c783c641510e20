// Random histories, changed step by step: what a run recomputes of a part, put into the rows of the run before, gives
// the rows of a computation from scratch. The same claim as that of tests/property, without a database and therefore
// for many more cases; changes are told as capture tells them. TIDEMARK_SEED and TIDEMARK_CASES choose the cases. Spec:
// jobs, "Incremental refresh", rules 3 and 4.
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "compute/changes.hpp"
#include "contracts/catalogue.hpp"
#include "support/catch.hpp"
#include "support/changing_history.hpp"
#include "support/environment.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

const RetentionPolicy kPolicy = policy_of({40, 25, 12});

// The part of the sources that a refresh reads, as readmodel/sources/delivery_reader reads it.
class Part {
 public:
  Part(const ProjectSources& all, ProjectMemory& memory, const Timelines& timelines,
       const std::vector<SourceChange>& changes)
      : all_(all), before_(memory.settled.before) {
    for (const auto& [id, timeline] : timelines)
      if (timeline.live) own_.insert(id);
    for (const auto& change : changes)
      if (change.task_id && !(timelines.contains(*change.task_id) && !timelines.at(*change.task_id).live))
        own_.insert(*change.task_id);
    read();
    sources.settled = memory.settled;
    memory.tasks.clear();
    for (const auto& [id, timeline] : timelines)
      if (timeline.live || is_named(changes, id) || is_referred(id)) memory.tasks.push_back(timeline);
  }

  ProjectSources sources;

 private:
  static bool is_named(const std::vector<SourceChange>& changes, const Uuid& task) {
    return std::any_of(changes.begin(), changes.end(), [&](auto& c) { return c.task_id == task; });
  }
  bool is_referred(const Uuid& id) const {
    return std::binary_search(sources.referred.begin(), sources.referred.end(), id);
  }

  template <typename Rows, typename Wanted>
  static void copy(const Rows& from, Rows& to, Wanted&& wanted) {
    std::copy_if(from.begin(), from.end(), std::back_inserter(to), wanted);
  }

  void read() {
    const auto own = [&](const Uuid& task) { return own_.contains(task); };
    sources.project_id = all_.project_id;
    sources.milestones = all_.milestones;
    copy(all_.tasks, sources.tasks, [&](auto& t) { return own(t.id); });
    copy(all_.decisions, sources.decisions,
         [&](auto& d) { return d.task_id ? own(*d.task_id) : d.created_at >= before_; });
    copy(all_.links, sources.links, [&](auto& l) { return own(l.candidate_task_id); });
    copy(all_.attempts, sources.attempts, [&](auto& a) { return own(a.task_id); });
    copy(all_.artifacts, sources.artifacts, [&](auto& a) { return a.created_at >= before_; });
    copy(all_.edges, sources.edges, [&](auto& e) { return own(e.to_task_id); });
    copy(all_.change_sets, sources.change_sets, [&](auto& c) { return c.applied_at >= before_; });
    std::set<Uuid> outside;
    for (const auto& edge : sources.edges) outside.insert(edge.from_task_id);
    for (const auto& link : sources.links) outside.insert(link.gate_task_id);
    const auto around = [&](const Uuid& task) { return outside.contains(task) && !own(task); };
    for (const auto& task : all_.tasks)
      if (around(task.id)) {
        sources.tasks.push_back(task);
        sources.referred.push_back(task.id);
      }
    std::sort(sources.referred.begin(), sources.referred.end());
    copy(all_.events, sources.events, [&](auto& e) { return own(*e.task_id) || around(*e.task_id); });
    copy(all_.leases, sources.leases, [&](auto& l) { return own(l.task_id) || around(l.task_id); });
  }

  const ProjectSources& all_;
  Instant before_;
  std::set<Uuid> own_;
};

// Rows by id, each as text, as the tables hold them.
class Tables {
 public:
  void replace(const ProjectRows& rows, const std::optional<Extent>& extent, const Floors& floors) {
    std::erase_if(
        rows_, [&](const auto& row) { return row.second.stands(floors) && (!extent || row.second.lies_in(*extent)); });
    for (const auto& row : rows.trend) add(row.id, {'t', row.metric_key, row.grain, row.bucket, {}, text_of(row)});
    for (const auto& row : rows.breakdown)
      add(row.id, {'b', row.metric_key, row.grain.value(), row.bucket, {}, text_of(row)});
    for (const auto& row : rows.drilldown)
      add(row.id, {'d', row.metric_key, Grain::day, row.bucket, row.entity_id, row.payload});
  }
  // As compaction leaves them.
  void drop_below(const Floors& floors) {
    std::erase_if(rows_, [&](const auto& row) { return !row.second.stands(floors); });
  }
  std::map<Uuid, std::string> texts() const {
    std::map<Uuid, std::string> texts;
    for (const auto& [id, row] : rows_) texts.emplace(id, row.text());
    return texts;
  }

 private:
  struct Row {
    char table;
    std::string metric;
    Grain grain;
    std::optional<Instant> bucket;
    std::optional<Uuid> entity;
    std::string value;

    std::string text() const {
      return std::string{table} + ' ' + metric + ' ' + std::string{to_string(grain)} + ' ' +
             (bucket ? format_instant(*bucket) : "now") + ' ' + value;
    }
    bool stands(const Floors& floors) const {
      const auto kind = table == 't' ? kept_rows(grain) : table == 'b' ? KeptRows::breakdown : KeptRows::drilldown;
      return !bucket || floors_of(floors, metric).keeps(kind, *bucket);
    }
    // As the statements live_*.sql find them.
    bool lies_in(const Extent& extent) const {
      if (table == 'd') return !bucket || std::binary_search(extent.entities.begin(), extent.entities.end(), *entity);
      const bool level = find_metric(metric)->kind == MetricKind::level;
      return *bucket >= bucket_start(grain, level ? extent.levels_after : extent.after);
    }
  };
  template <typename PointRow>
  static std::string text_of(const PointRow& row) {
    return (row.value.numeric ? std::to_string(*row.value.numeric) : "-") + ' ' + row.value.json;
  }
  void add(const Uuid& id, Row row) { rows_[id] = std::move(row); }

  std::map<Uuid, Row> rows_;
};

struct Tally {
  std::int64_t runs = 0;
  std::int64_t whole = 0;
  std::int64_t rows = 0;
};

// Floors as compaction moves them: each metric's on its own, some weeks left where they are, some of those left before
// gone now.
void move_forward(Floors& floors, Instant as_of, Chance& chance) {
  for (auto& [metric, of_metric] : floors) {
    if (chance.hits(20)) continue;
    auto moved = floors_at(kPolicy, as_of);
    for (const auto rows : kKeptRows) moved.of(rows) = std::max(moved.of(rows), of_metric.of(rows));
    moved.left_weeks = of_metric.left_weeks;
    for (Instant week = of_metric.of(KeptRows::trend_day); week < moved.of(KeptRows::trend_day); week += kWeek)
      moved.left_weeks.push_back(week);
    std::erase_if(moved.left_weeks, [&](Instant) { return chance.hits(60); });
    of_metric = std::move(moved);
  }
}

// Empty: every run gave the rows of a computation from scratch; else what differs after which run.
std::string difference(std::uint64_t seed, Tally& tally) {
  ChangingHistory history(seed);
  Chance chance(seed + 1);
  Tables tables;
  Timelines timelines;
  std::optional<ProjectMemory> memory;
  Instant as_of = kHistoryBegin;
  Floors floors;
  std::size_t late = 0;  // the first of the history's changes, which were not found by the run before
  for (int run = 0; run < 12; ++run) {
    as_of +=
        chance.below(chance.one_of({Micros{2}, 2 * kHour, 3 * kDay, 15 * kDay})) - (chance.hits(4) ? kDay : Micros{0});
    for (auto n = chance.below(run == 0 ? 120 : 25); n > 0; --n) history.step(as_of);
    // Sources are read later than changes are looked for: some of what a run reads is only found by the next one.
    std::vector<SourceChange> found;
    std::swap(found, history.changes);
    if (chance.hits(30))
      for (std::size_t i = late; i < found.size();) {
        if (chance.hits(50)) {
          ++i;
          continue;
        }
        history.changes.push_back(found[i]);
        found.erase(found.begin() + static_cast<std::ptrdiff_t>(i));
      }
    late = history.changes.size();
    if (run == 0)
      for (const auto& metric : all_metrics()) floors.emplace(metric.key, floors_at(kPolicy, as_of));
    if (chance.hits(20)) {
      move_forward(floors, as_of, chance);
      tables.drop_below(floors);
    }
    const compute::ComputeOptions options{as_of, as_of + kHistorySpan, floors};
    std::optional<compute::ComputedProject> computed;
    if (memory) {
      const Part part(history.sources, *memory, timelines, found);
      computed = compute::compute_changes(part.sources, {*memory, found}, options).computed;
      if (computed)
        for (const auto& task : memory->tasks) timelines.erase(task.task_id);
    }
    ++tally.runs;
    if (!computed) {
      ++tally.whole;
      computed = compute::compute_whole(history.sources, options);
      timelines.clear();
    }
    tables.replace(computed->rows, computed->extent, floors);
    for (const auto& task : computed->memory.tasks) timelines[task.task_id] = task;
    memory = parse_memory(memory_text(computed->memory));
    if (late > 0) continue;
    Tables scratch;
    scratch.replace(compute::compute_project(history.sources, options), std::nullopt, floors);
    const auto stored = tables.texts();
    const auto expected = scratch.texts();
    tally.rows += static_cast<std::int64_t>(expected.size());
    if (stored == expected) continue;
    for (const auto& [id, text] : expected)
      if (const auto at = stored.find(id); at == stored.end() || at->second != text)
        return "run " + std::to_string(run) + " as of " + format_instant(as_of) + "\n  expected " + text +
               "\n  stored   " + (at == stored.end() ? "nothing" : at->second);
    for (const auto& [id, text] : stored)
      if (!expected.contains(id)) return "run " + std::to_string(run) + ": left over " + text;
  }
  return {};
}

}  // namespace

TEST_CASE("a part recomputed, put into the rows before, gives the rows of a computation from scratch") {
  const auto first = number_of_environment("TIDEMARK_SEED", 1);
  const auto count = number_of_environment("TIDEMARK_CASES", std::getenv("TIDEMARK_SEED") == nullptr ? 100 : 1);
  Tally tally;
  for (auto seed = first; seed < first + count; ++seed) {
    INFO("TIDEMARK_SEED=" << seed);
    REQUIRE(difference(seed, tally) == "");
  }
  CHECK(tally.whole < tally.runs);
  if (std::getenv("TIDEMARK_CASES") != nullptr)
    std::cout << count << " cases, " << tally.runs << " runs, " << tally.whole << " of them whole, " << tally.rows
              << " rows compared\n";
}
