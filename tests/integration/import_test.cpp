// `tidemark import` on the real log and on small ones: what becomes of the rows, and that neither order nor repetition
// changes anything.
#include <stdlib.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "contracts/error.hpp"
#include "jobs/import/importer.hpp"
#include "jobs/import/log_lines.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::jobs;
using tidemark::tests::contains_text;
using tidemark::tests::sql_value;
using tidemark::tests::TestDatabase;
namespace fs = std::filesystem;

namespace {

const fs::path kSampleData = TIDEMARK_SOURCE_DIR "/docs/sample-data";
const fs::path kSampleLog = kSampleData / "incident_event_log.csv.gz";

using Lines = std::vector<std::string>;

// A small log of its own: a header with created_at left out, so that the first snapshot says when a task began.
constexpr const char* kSmallMapping = R"([log]
name = "small"
null = ["?"]
time_format = "%d/%m/%Y %H:%M"
[columns]
task = "task"
at = "at"
sequence = "seq"
state = "state"
project = "project"
assignee = "who"
[states]
"New" = "ready"
"Work" = "in_progress"
"Fixed" = "implemented"
"Closed" = "integrated"
[gate]
type = "check"
submitted = ["implemented"]
approved = ["integrated"]
rejected = ["in_progress"]
)";
constexpr const char* kSmallHeader = "task,at,seq,state,project,who";

// A folder for a mapping, logs and rejects, and a migrated database.
class Import {
 public:
  Import() {
    std::string made = "/tmp/tidemark-import-XXXXXX";
    REQUIRE(::mkdtemp(made.data()) != nullptr);
    folder_ = made;
    mapping_ = kSampleData / "service-desk.toml";
  }
  ~Import() { fs::remove_all(folder_); }
  Import(const Import&) = delete;
  Import& operator=(const Import&) = delete;

  void map(const std::string& text) {
    mapping_ = folder_ / "mapping.toml";
    std::ofstream{mapping_} << text;
  }

  ImportReport run(const fs::path& log) {
    return import_work_log(database_.connection(), {mapping_, log, rejects()}, [](auto, auto, auto) {});
  }

  ImportReport run(const std::string& header, const Lines& lines) {
    const fs::path log = folder_ / "log.csv";
    std::ofstream file{log, std::ios::binary};
    file << header << '\n';
    for (const auto& line : lines) file << line << '\n';
    file.close();
    return run(log);
  }

  fs::path folder() const { return folder_; }
  fs::path rejects() const { return folder_ / "rejects.csv"; }
  readmodel::Session& session() { return session_; }
  std::string value(const std::string& sql) { return sql_value(session_, sql); }

  // Everything that an import writes except event_log.id, which is the server's.
  std::string dump() {
    std::string text;
    for (const char* table :
         {"project", "task", "gate_rule", "gate_decision", "gate_candidate_link", "integration_attempt", "lease"})
      text += value("SELECT '" + std::string{table} +
                    "' || coalesce(string_agg(t::text, E'\\n' ORDER BY id), '') FROM " + table + " t");
    return text + value(
                      "SELECT string_agg(concat_ws('|', project_id, entity_type, entity_id, event_type, payload, "
                      "caused_by, correlation_id, created_at), E'\\n' ORDER BY correlation_id) FROM event_log");
  }

  // Which version of each row is there.
  std::string versions() {
    std::string text;
    for (const char* table : {"project", "task", "event_log", "gate_rule", "gate_decision", "gate_candidate_link",
                              "integration_attempt", "lease"})
      text +=
          value("SELECT count(*) || ' ' || md5(string_agg(concat_ws(',', xmin, xmax, ctid), ';' ORDER BY ctid)) FROM " +
                std::string{table}) +
          '\n';
    return text;
  }

 private:
  fs::path folder_;
  fs::path mapping_;
  TestDatabase database_;
  readmodel::Session session_{database_.connection()};
};

std::int64_t accounted(const ImportReport& report) {
  return report.transitions + report.repeats + report.already_there + report.rejected();
}

// The first `count` rows of the sample, its header apart.
Lines sample_rows(std::size_t count, std::string& header) {
  LogLines lines(kSampleLog);
  REQUIRE(lines.next(header));
  Lines rows;
  for (std::string line; rows.size() < count && lines.next(line);) rows.push_back(line);
  return rows;
}

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the real log: every row is accounted for, and a second import writes nothing") {
  Import import;
  const ImportReport first = import.run(kSampleLog);
  CHECK(first.rows == 141'712);
  CHECK(first.transitions == 88'950);
  CHECK(first.repeats == 52'757);
  CHECK(first.rejected() == 5);
  CHECK(accounted(first) == first.rows);
  CHECK(first.tasks == 24'918);
  CHECK(first.written.events == 141'707);

  CHECK(import.value("SELECT count(*) FROM task WHERE state = 'integrated'") == "24918");
  CHECK(import.value("SELECT count(*) FROM project") == std::to_string(first.projects));
  CHECK(import.value("SELECT count(*) FROM gate_decision WHERE outcome = 'rejected'") == "320");
  CHECK(import.value("SELECT count(*) FROM integration_attempt WHERE result = 'success'") == "24930");
  // Each transition of the timeline, counted by plain SQL from the events.
  CHECK(
      import.value("SELECT count(*) FROM (SELECT (payload->>'to_state', payload->>'reason') IS DISTINCT FROM "
                   "lag((payload->>'to_state', payload->>'reason')) OVER (PARTITION BY entity_id ORDER BY created_at, "
                   "(payload->>'sequence')::bigint) AS moved FROM event_log) steps WHERE moved") == "88950");
  // A lease never comes before its task's first active state.
  CHECK(import.value("SELECT count(*) FROM lease WHERE NOT EXISTS (SELECT FROM event_log WHERE entity_id = task_id AND "
                     "payload->>'to_state' = 'in_progress' AND event_log.created_at <= lease.created_at)") == "0");
  CHECK(import.value("SELECT count(DISTINCT reason) FROM (SELECT payload->>'reason' AS reason FROM event_log WHERE "
                     "payload->>'to_state' = 'blocked') blocks") == "4");

  const std::string versions = import.versions();
  const ImportReport second = import.run(kSampleLog);
  CHECK(second.already_there == 141'707);
  CHECK(accounted(second) == second.rows);
  CHECK(second.written.total() == 0);
  CHECK(import.versions() == versions);
}

TEST_CASE("the order of lines and of parts changes nothing") {
  std::string header;
  Lines rows = sample_rows(8'000, header);
  Import whole;
  whole.run(header, rows);
  const std::string expected = whole.dump();

  std::mt19937 random(7);
  Lines parts[2];  // the rows of one incident are in both
  for (const auto& row : rows) parts[random() % 2].push_back(row);
  std::shuffle(rows.begin(), rows.end(), random);
  Import shuffled;
  shuffled.run(header, rows);
  CHECK(shuffled.dump() == expected);
  for (const int first : {0, 1}) {
    Import split;
    const auto one = split.run(header, parts[first]);
    const auto other = split.run(header, parts[1 - first]);
    CHECK(one.written.events + other.written.events >= 8'000 - one.rejected() - other.rejected());
    CHECK(split.dump() == expected);
  }
}

TEST_CASE("parts that overlap, in time order or against it, leave what the whole leaves") {
  std::string header;
  const Lines rows = sample_rows(3'000, header);
  Import whole;
  whole.run(header, rows);
  const Lines early(rows.begin(), rows.begin() + 2'000);
  const Lines late(rows.begin() + 1'000, rows.end());
  Import parts;
  parts.run(header, late);
  const auto report = parts.run(header, early);
  CHECK(report.already_there == 1'000);
  CHECK(parts.dump() == whole.dump());
}

TEST_CASE("a task goes to the project that its newest snapshot names, with all of its rows") {
  Import import;
  import.map(kSmallMapping);
  import.run(kSmallHeader, {"T1,1/3/2016 10:00,1,Work,First,ann", "T1,1/3/2016 11:00,2,Fixed,First,ann"});
  CHECK(import.value("SELECT string_agg(name, ',') FROM project") == "First");
  const auto report = import.run(kSmallHeader, {"T1,1/3/2016 12:00,3,Closed,Second,ann"});
  CHECK(report.written.deleted == 1);  // the project that it left empty
  CHECK(import.value("SELECT string_agg(name, ',') FROM project") == "Second");
  for (const char* table : {"event_log", "lease", "gate_decision", "gate_candidate_link"})
    CHECK(import.value("SELECT bool_and(project_id = (SELECT id FROM project)) FROM " + std::string{table}) == "t");
  CHECK(import.value("SELECT created_at FROM project") == "2016-03-01 10:00:00+00");
  // An older row that names the first project again moves nothing.
  import.run(kSmallHeader, {"T1,1/3/2016 09:00,0,New,First,?"});
  CHECK(import.value("SELECT string_agg(name, ',') FROM project") == "Second");
  CHECK(import.value("SELECT created_at FROM task") == "2016-03-01 09:00:00+00");
  CHECK(import.value("SELECT created_at FROM gate_rule") == "2016-03-01 09:00:00+00");
}

TEST_CASE("what a part of a log made believe is taken back when the rest arrives") {
  Import import;
  import.map(kSmallMapping);
  import.run(kSmallHeader, {"T1,1/3/2016 10:00,1,Fixed,P,ann", "T1,1/3/2016 12:00,3,Fixed,P,bob"});
  CHECK(import.value("SELECT count(*) FROM gate_candidate_link") == "1");
  import.run(kSmallHeader, {"T1,1/3/2016 11:00,2,Work,P,bob", "T1,1/3/2016 09:00,0,Fixed,P,ann"});
  // Handed in at 9 and not at 10, rejected at 11, handed in again at 12.
  CHECK(import.value(
            "SELECT string_agg(to_char(created_at, 'HH24'), ',' ORDER BY created_at) FROM gate_candidate_link") ==
        "09,12");
  CHECK(import.value("SELECT string_agg(outcome || ' ' || actor_id, ',') FROM gate_decision") == "rejected ann");
  CHECK(import.value("SELECT state FROM task") == "implemented");
}

TEST_CASE("bad rows go to the rejects with line, kind and reason, and the rest is imported") {
  Import import;
  import.map(kSmallMapping);
  const auto report = import.run(kSmallHeader, {"T1,1/3/2016 10:00,1,New,P,ann",          // 2
                                                "T1,1/3/2016 10:00,1,New,P",              // 3
                                                "T1,31/2/2016 10:00,1,New,P,ann",         // 4
                                                "T1,1/3/2016 10:00,one,New,P,ann",        // 5
                                                "T1,1/3/2016 10:00,1,-100,P,ann",         // 6
                                                "?,1/3/2016 10:00,1,New,P,ann",           // 7
                                                "T1,1/3/2016 10:00,1,New,\"P,ann",        // 8
                                                "T1,1/3/2016 10:00,1,New,P,gr\xFC\xDF",   // 9
                                                "T2,1/3/2016 10:00,1,Work,\"P, Q\",ann",  // 10
                                                "T1,1/3/2016 10:00,1,New,P,ann"});        // 11: again
  CHECK(report.rows == 10);
  CHECK(accounted(report) == 10);
  CHECK(report.transitions == 2);
  CHECK(report.already_there == 1);
  CHECK(report.rejects.size() == 7);
  CHECK(import.value("SELECT count(*) FROM event_log") == "2");
  const std::string rejects = text_of(import.rejects());
  CHECK_THAT(rejects, contains_text("3,column_count,\"5 fields where the log has 6 columns\""));
  CHECK_THAT(rejects, contains_text("4,bad_time,\"\"\"31/2/2016 10:00\"\" of at is not a date"));
  CHECK_THAT(rejects, contains_text("5,bad_number,\"\"\"one\"\" of seq"));
  CHECK_THAT(
      rejects,
      contains_text("6,unknown_state,\"the state \"\"-100\"\" is not in [states] of the mapping, which has Closed"));
  CHECK_THAT(rejects, contains_text("7,missing_value,\"\"\"task\"\" is empty"));
  CHECK_THAT(rejects, contains_text("8,quoting,"));
  CHECK_THAT(rejects, contains_text("9,encoding,"));
  CHECK_THAT(rejects, contains_text("\"T1,1/3/2016 10:00,one,New,P,ann\"\n"));  // the row, to be mended
}

TEST_CASE("an import that cannot be done says why and leaves nothing behind") {
  Import import;
  import.map(kSmallMapping);
  CHECK_THROWS_WITH(import.run("task,at,seq,status,project,who", {"T1,1/3/2016 10:00,1,New,P,ann"}),
                    contains_text("the log has no column \"state\""));
  CHECK_THROWS_WITH(import.run(import.folder() / "nowhere.csv"), contains_text("cannot open the log"));
  CHECK_THROWS_WITH(import.run(import.folder()), contains_text("is a folder"));
  CHECK_THROWS_WITH(import.run("", {}), contains_text("no readable first line"));

  // A download that broke off.
  const std::string stored = text_of(kSampleLog);
  const fs::path cut = import.folder() / "cut.csv.gz";
  std::ofstream{cut, std::ios::binary} << stored.substr(0, stored.size() / 2);
  import.map(text_of(kSampleData / "service-desk.toml"));
  CHECK_THROWS_WITH(import.run(cut), contains_text("cut.csv.gz to its end"));
  CHECK(import.value("SELECT count(*) FROM event_log") == "0");
  CHECK(import.value("SELECT count(*) FROM project") == "0");
}

TEST_CASE("the rejects never overwrite the log that they come from") {
  Import import;
  const auto log = import.folder() / "log.csv";
  std::ofstream{log} << "anything\n";
  const ImportOptions options{kSampleData / "service-desk.toml", log, import.folder() / "." / "log.csv"};
  CHECK_THROWS_AS(import_work_log(std::nullopt, options, [](auto, auto, auto) {}), Error);
  CHECK(fs::file_size(log) == 9);
}

TEST_CASE("without a database the rows are counted and nothing else") {
  const auto report = import_work_log(std::nullopt, {kSampleData / "service-desk.toml", kSampleLog, "/dev/null"},
                                      [](auto, auto, auto) {});
  CHECK(report.dry_run);
  CHECK(accounted(report) == 141'712);
  CHECK(report.written.total() == 0);
}

TEST_CASE("rows of others are left alone") {
  Import import;
  import.map(kSmallMapping);
  import.run(kSmallHeader, {"T1,1/3/2016 10:00,1,Work,P,ann"});
  tests::run_sql(
      import.session(),
      "INSERT INTO lease SELECT gen_random_uuid(), project_id, id, 'eve', 'active', created_at, created_at, "
      "created_at, NULL FROM task; "
      "INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, correlation_id, created_at) "
      "SELECT project_id, 'task', id, 'task.state_changed', '{\"to_state\": \"backlog\"}', gen_random_uuid()::text, "
      "created_at FROM task");
  import.run(kSmallHeader, {"T1,1/3/2016 09:00,0,Work,P,bob"});
  CHECK(import.value("SELECT string_agg(agent_id, ',' ORDER BY agent_id) FROM lease") == "ann,bob,eve");
  CHECK(import.value("SELECT count(*) FROM event_log") == "3");
  CHECK(import.value("SELECT count(*) FROM gate_decision") == "0");
}
