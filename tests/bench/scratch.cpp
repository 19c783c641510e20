#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/bench.hpp"
#include "bench/pq.hpp"
#include "jobs/process.hpp"
#include "jobs/refresh.hpp"

namespace tidemark::bench {
namespace {

std::int64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stoll(line.substr(6)) * 1024;
  return 0;
}

}  // namespace

int child_main(const std::string& url, const std::string& as_of) {
  Database db;
  db.url = url;
  jobs::RefreshOptions options{{db.connection(), 2},    parse_instant(as_of).value(), {}, {}, {},
                               jobs::RefreshMode::whole};
  {
    readmodel::Session session(db.connection());
    jobs::find_changes(session);  // where later refreshes begin
    options.projects = jobs::refreshed_projects(session);
  }
  const auto report = jobs::refresh(options);
  for (const auto& failure : report.failures) fmt::print(stderr, "{}: {}\n", failure.project.name, failure.reason);
  fmt::print("{} {} {} {} {} {} {}\n", Seconds{report.elapsed}.count(), Seconds{report.reading}.count(),
             Seconds{report.computing}.count(), Seconds{report.writing}.count(), own_cpu().count(), report.written(),
             peak_memory_bytes());
  return report.failures.empty() ? 0 : 1;
}

Scratch compute_from_scratch(const Database& db) {
  empty_tables(db.url);
  const auto wal = wal_position(db.url);
  const auto cpu_before = server_cpu(db);
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  const auto child = jobs::run({{self, kChildCommand, db.url, format_instant(db.as_of)},
                                {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}},
                                "/",
                                {},
                                {},
                                {}});
  if (child.status != 0) throw std::runtime_error("the from-scratch compute failed: " + child.output);
  double elapsed = 0;
  double reading = 0;
  double computing = 0;
  double writing = 0;
  double cpu = 0;
  Scratch scratch;
  std::istringstream(child.output) >> elapsed >> reading >> computing >> writing >> cpu >> scratch.rows >>
      scratch.peak_memory_bytes;
  scratch.elapsed = Seconds{elapsed};
  scratch.reading = Seconds{reading};
  scratch.computing = Seconds{computing};
  scratch.writing = Seconds{writing};
  scratch.client_cpu = Seconds{cpu};
  scratch.server_cpu = server_cpu(db) - cpu_before;
  scratch.wal_bytes = wal_position(db.url) - wal;
  return scratch;
}

Scratch measure_scratch(Run& run, const Database& db) {
  const auto ours = compute_from_scratch(db);
  Seconds reading{0};
  Seconds writing{0};
  Seconds cpu{0};
  std::int64_t row_bytes = 0;
  {
    const RowsAside rows(db);
    row_bytes = rows.bytes();
    empty_tables(db.url);
    const auto cpu_before = server_cpu(db) + own_cpu();
    reading = timed([&] { read_sources(db.url, 2); });
    writing = timed([&] { rows.write_back(2); });
    cpu = server_cpu(db) + own_cpu() - cpu_before;
  }
  const auto name = fmt::format("from scratch, {} ({} projects x {} events, {} rows)", db.shape.name, db.shape.projects,
                                db.shape.events_per_project, ours.rows);
  run.figures.add({name, text(ours.elapsed),
                   fmt::format("floor {} (read {}, write {})", text(reading + writing), text(reading), text(writing)),
                   ratio_text(ours.elapsed, reading + writing), "at most 1.5 x"});
  run.figures.add({fmt::format("the same in CPU time, {}", db.shape.name),
                   fmt::format("{} (server {}, client {})", text(ours.server_cpu + ours.client_cpu),
                               text(ours.server_cpu), text(ours.client_cpu)),
                   fmt::format("floor {}", text(cpu)), ratio_text(ours.server_cpu + ours.client_cpu, cpu), ""});
  run.figures.add({fmt::format("where the time of its two workers goes, {}", db.shape.name),
                   fmt::format("reading {}, computing {}, writing {}", text(ours.reading), text(ours.computing),
                               text(ours.writing)),
                   "", fmt::format("{:.0f} k rows/s", static_cast<double>(ours.rows) / ours.elapsed.count() / 1000),
                   ""});
  run.figures.add({fmt::format("peak memory of that process, {}", db.shape.name),
                   bytes_text(static_cast<double>(ours.peak_memory_bytes)), "", "", "at most 128 MB"});
  run.figures.add(
      {fmt::format("WAL per row of it, {}", db.shape.name),
       bytes_text(static_cast<double>(ours.wal_bytes) / static_cast<double>(std::max<std::int64_t>(1, ours.rows))),
       fmt::format(
           "the row itself in COPY's binary format: {}",
           bytes_text(static_cast<double>(row_bytes) / static_cast<double>(std::max<std::int64_t>(1, ours.rows)))),
       "", ""});
  return ours;
}

}  // namespace tidemark::bench
