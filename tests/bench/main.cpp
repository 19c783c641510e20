// tidemark_bench [--size S|M|L] [--only NAME] ...: measures Tidemark against what the same machine needs for the same
// data without it, in one run, and prints one table. Spec: quality, "Speed".
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <thread>

#include "bench/bench.hpp"
#include "bench/load.hpp"
#include "bench/pq.hpp"
#include "jobs/embedded_postgres.hpp"
#include "migrations/migrator.hpp"

using namespace tidemark;
using namespace tidemark::bench;
namespace fs = std::filesystem;

namespace {

constexpr Shape kTiny{"tiny", 4, 200, 60};
constexpr Shape kS{"S", 100, 1'000, 110};
constexpr Shape kM{"M", 100, 10'000, 731};
constexpr Shape kL{"L", 1'000, 10'000, 731};
constexpr Shape kDay{"day", 1, 10'000, 1, 280};
constexpr Shape kTinyDay{"day", 1, 200, 1, 280};
constexpr Shape kCompacted{"compaction", 1, 1'000, 104};

struct Options {
  std::string size = "S";
  std::string only;
  int seconds = 60;
  int oracle_seconds = 240;
  int runs = 20;
};

// A cluster of the benchmarks' own, with the settings of the embedded one, in a folder that goes away with it.
class Cluster {
 public:
  Cluster() : folder_(make_folder()), postgres_(folder_) { url_ = postgres_.start(); }
  ~Cluster() {
    try {
      postgres_.stop();
      fs::remove_all(folder_);
    } catch (const std::exception& e) {
      fmt::print(stderr, "{} stays: {}\n", folder_.string(), e.what());
    }
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  Database make(const Shape& shape) const {
    Connection(url_).run(fmt::format("CREATE DATABASE \"{}\" TEMPLATE template0", shape.name));
    Database db{url_ + fmt::format(" dbname={}", shape.name), shape, folder_};
    migrations::MigrationOptions options;
    options.url = db.url;
    migrations::Goal goal;
    goal.sources = migrations::SourceTables::make;
    migrations::apply(options, goal);
    const auto elapsed = timed([&] { load(db.url, shape); });
    fmt::print(stderr, "{}: {} events loaded in {}\n", shape.name, shape.projects * shape.events_per_project,
               text(elapsed));
    return db;
  }
  std::string postgres_version() const { return Connection(url_).value("SHOW server_version"); }

 private:
  static fs::path make_folder() {
    std::string folder = (fs::temp_directory_path() / "tidemark-bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make " + folder);
    fs::permissions(folder, fs::perms{0755});  // the user postgres must get in where we are root
    return folder;
  }
  fs::path folder_;
  jobs::EmbeddedPostgres postgres_;
  std::string url_;
};

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options), run_{figures_, Seconds{0}, Seconds{0}, {}} {
    run_.oracle_budget = Seconds{options.oracle_seconds};
    run_.freshness_length = Seconds{options.seconds};
    run_.repeat = {options.runs, Seconds{options.seconds}};
  }

  void run_all() {
    const bool tiny = options_.size == "tiny";
    if (wants("project")) measure_one_project(run_, cluster_.make(tiny ? kTinyDay : kDay));
    if (wants("compaction")) measure_compaction(run_, cluster_.make(kCompacted), compacted_points());
    if (options_.only == "project" || options_.only == "compaction") return;
    std::optional<Seconds> smaller;
    const auto shapes = sizes();
    for (const auto& shape : shapes) smaller = measure(shape, smaller, &shape == &shapes.back());
  }

  void print() const {
    std::string model = "unknown processor";
    std::ifstream cpus("/proc/cpuinfo");
    for (std::string line; std::getline(cpus, line);)
      if (line.rfind("model name", 0) == 0) model = line.substr(line.find(':') + 2);
    fmt::print("{} x {}, PostgreSQL {}, size {}, {} runs each at most\n\n", std::thread::hardware_concurrency(), model,
               cluster_.postgres_version(), options_.size, options_.runs);
    figures_.print();
  }

 private:
  bool wants(std::string_view name) const { return options_.only.empty() || options_.only == name; }

  std::int64_t compacted_points() const {
    if (options_.size == "tiny") return 20'000;
    return options_.size == "L" ? 20'000'000 : 2'000'000;
  }

  // The size asked for, and before it the next smaller one to compare with.
  std::vector<Shape> sizes() const {
    if (options_.size == "tiny") return {kTiny};
    if (options_.size == "S") return {kS};
    return options_.size == "M" ? std::vector{kS, kM} : std::vector{kM, kL};
  }

  // Returns the median refresh after new events, for the next larger size to be compared with.
  std::optional<Seconds> measure(const Shape& shape, std::optional<Seconds> smaller, bool largest) {
    if (!largest && !wants("changes") && !wants("oracle")) return std::nullopt;
    auto db = cluster_.make(shape);
    const auto scratch = wants("scratch") ? measure_scratch(run_, db) : compute_from_scratch(db);
    if (wants("oracle") && shape.projects <= kM.projects) measure_oracle(run_, db, scratch);
    std::optional<Seconds> refresh;
    if (wants("changes")) {
      refresh = measure_changes(run_, db);
      if (smaller)
        figures_.add({fmt::format("that refresh beside {} times the events", 10), text(*refresh), text(*smaller),
                      ratio_text(*refresh, *smaller), "at most 1.2 x"});
    }
    if (largest && wants("idle")) measure_idle(run_, db);
    if (largest && wants("freshness")) measure_freshness(run_, db);
    return refresh;
  }

  Options options_;
  Figures figures_;
  Run run_;
  Cluster cluster_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 4 && std::string_view{argv[1]} == kChildCommand) return child_main(argv[2], argv[3]);
    Options options;
    CLI::App app{"Measures Tidemark, each figure beside what the same machine needs without it"};
    app.add_option("--size", options.size, "S: 100,000 events, M: 1 million, L: 10 million")
        ->check(CLI::IsMember({"tiny", "S", "M", "L"}));
    app.add_option("--only", options.only, "one measurement")
        ->check(CLI::IsMember({"scratch", "oracle", "changes", "project", "idle", "freshness", "compaction"}));
    app.add_option("--seconds", options.seconds,
                   "how long events are written for freshness (the aim is for 600), and how long what is short is "
                   "repeated at most");
    app.add_option("--oracle-seconds", options.oracle_seconds, "when the oracle's SQL is given up");
    app.add_flag_function(
        "--verbose", [](std::int64_t) { spdlog::set_level(spdlog::level::debug); },
        "say why a project is computed whole");
    app.add_option("--runs", options.runs, "how often what is short is repeated");
    CLI11_PARSE(app, argc, argv);
    Bench bench(options);
    const auto elapsed = timed([&] { bench.run_all(); });
    bench.print();
    fmt::print("\nMeasured in {}.\n", text(elapsed));
    return 0;
  } catch (const std::exception& e) {
    fmt::print(stderr, "tidemark_bench: {}\n", e.what());
    return 1;
  }
}
