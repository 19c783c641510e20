#include <fmt/format.h>

#include <map>
#include <unordered_map>
#include <variant>

#include "bench/bench.hpp"
#include "compute/project.hpp"
#include "compute/timeline.hpp"
#include "contracts/catalogue.hpp"
#include "readmodel/sources/delivery_reader.hpp"

namespace tidemark::bench {
namespace {

constexpr double kReferenceSeconds = 0.03385;

// The transitions of every hour by state, from the tasks' timelines.
std::int64_t count_transitions(const ProjectSources& sources) {
  std::unordered_map<Uuid, std::vector<compute::Transition>> by_task;
  by_task.reserve(sources.tasks.size());
  for (const auto& event : sources.events) {
    auto parsed = compute::parse_transition(event);
    if (auto* transition = std::get_if<compute::Transition>(&parsed); transition != nullptr && event.task_id)
      by_task[*event.task_id].push_back(std::move(*transition));
  }
  std::map<std::pair<Instant, TaskState>, std::int64_t> counts;
  for (const auto& task : sources.tasks) {
    const auto found = by_task.find(task.id);
    if (found == by_task.end()) continue;
    const compute::Timeline timeline(task.created_at, std::move(found->second), std::nullopt);
    for (const auto& interval : timeline.intervals())
      if (interval.event != nullptr) ++counts[{bucket_start(Grain::hour, interval.start), interval.state}];
  }
  std::int64_t total = 0;
  for (const auto& [key, count] : counts) total += count;
  return total;
}

}  // namespace

void measure_one_project(Run& run, const Database& db) {
  jobs::RefreshOptions options{{db.connection(), 1}, db.as_of, {}, {}, {}, jobs::RefreshMode::whole};
  readmodel::Session session(db.connection());
  options.projects = jobs::refreshed_projects(session);
  jobs::RefreshReport report;
  const auto ours = repeated(run.repeat, [&] {
    forget(db.url);
    empty_tables(db.url);
    return timed([&] { report = jobs::refresh(options); });
  });
  std::vector<Seconds> reading;
  std::vector<Seconds> floor;
  {
    const RowsAside rows(db);
    floor = repeated(run.repeat, [&] {
      empty_tables(db.url);
      reading.push_back(timed([&] { read_sources(db.url, 1); }));
      return reading.back() + timed([&] { rows.write_back(1); });
    });
  }
  run.figures.add({fmt::format("one project, {} events of a day, {} rows, one connection", db.shape.events_per_project,
                               report.written()),
                   text(ours),
                   fmt::format("COPY of the same input and rows {} (reading {})", text(floor), text(reading)),
                   ratio_text(percentile(ours, 0.5), percentile(floor, 0.5)), "at most 1.5 x"});
  run.figures.add({"the same, where its time goes (the last run)",
                   fmt::format("reading {}, computing {}, writing {}", text(Seconds{report.reading}),
                               text(Seconds{report.computing}), text(Seconds{report.writing})),
                   "", "", ""});

  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  const auto sources = readmodel::read_project(tx, options.projects.front()).sources;
  std::int64_t transitions = 0;
  const auto counting = repeated(run.repeat, [&] { return timed([&] { transitions = count_transitions(sources); }); });
  const auto floors = floors_at(catalogue_policies(), db.as_of);
  const auto computing = repeated(run.repeat, [&] {
    return timed([&] { compute::compute_project(sources, {db.as_of, db.as_of, floors}); });
  });
  run.figures.add({fmt::format("counting its {} transitions by hour and state, in memory", transitions), text(counting),
                   "the reference's p50 33.85 ms, p95 37.77 ms",
                   ratio_text(percentile(counting, 0.5), Seconds{kReferenceSeconds}), "below 1 x"});
  run.figures.add({"computing its rows of all metrics, in memory", text(computing), "", "", ""});
}

}  // namespace tidemark::bench
