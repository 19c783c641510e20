// The program as a person or a script calls it: exit codes, one line of complaint, precedence of the settings.
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "contracts/schema.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

using namespace tidemark;
namespace fs = std::filesystem;

namespace {

struct Outcome {
  int code = 0;
  std::string output;  // both streams
};

// A folder with a tidemark.toml, in which the program runs.
class Folder {
 public:
  explicit Folder(const std::string& configuration = {}) {
    std::string made = "/tmp/tidemark-cli-XXXXXX";
    REQUIRE(::mkdtemp(made.data()) != nullptr);
    path_ = made;
    if (!configuration.empty()) std::ofstream{path_ / "tidemark.toml"} << configuration;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // `line` as in a shell, with variables before {} and {} for the program.
  Outcome shell(std::string line) const {
    line.replace(line.find("{}"), 2, "'" TIDEMARK_BINARY "'");
    const std::string command = "cd " + path_.string() + " && (" + line + ") 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    Outcome outcome;
    std::array<char, 4096> buffer{};
    for (std::size_t count = 1; count > 0;) {
      count = std::fread(buffer.data(), 1, buffer.size(), pipe);
      outcome.output.append(buffer.data(), count);
    }
    outcome.code = WEXITSTATUS(::pclose(pipe));
    return outcome;
  }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("flag, variable, file and default win in this order") {
  const Folder folder{"workers = 5\nlog_level = \"error\"\n"};
  CHECK_THAT(folder.shell("{} config show").output,
             tests::contains_text("workers = 5") && tests::contains_text("tidemark.toml:1"));
  CHECK_THAT(folder.shell("TIDEMARK_WORKERS=6 {} config show").output,
             tests::contains_text("workers = 6") && tests::contains_text("# TIDEMARK_WORKERS"));
  CHECK_THAT(folder.shell("TIDEMARK_WORKERS=6 {} --workers 7 config show").output, tests::contains_text("workers = 7"));
  CHECK_THAT(folder.shell("TIDEMARK_WORKERS=6 {} config show --workers 7").output,
             tests::contains_text("workers = 7") && tests::contains_text("# --workers"));
  CHECK_THAT(folder.shell("{} config show").output,
             tests::contains_text("schema = \"public\"") && tests::contains_text("# default"));
}

TEST_CASE("an unknown key is named with the nearest known one") {
  const Folder folder{"worker = 5\nclok = 2016-05-15T00:00:00Z\n"};
  const Outcome outcome = folder.shell("{} config check");
  CHECK(outcome.code == 2);
  CHECK_THAT(outcome.output,
             tests::contains_text("tidemark.toml:1: there is no setting `worker`; did you mean `workers`?"));
  CHECK_THAT(outcome.output,
             tests::contains_text("tidemark.toml:2: there is no setting `clok`; did you mean `clock`?"));
}

TEST_CASE("a complaint is one line and the exit code says its kind") {
  struct Case {
    const char* line;
    int code;
    const char* says;
  };
  const auto [line, code, says] = GENERATE(values<Case>({
      {"{}", 2, "a command is missing"},
      {"{} vershun", 2, "did you mean `version`?"},
      {"{} version --nothing", 2, "--nothing"},
      {"{} version --workers many", 2, "whole number from 1 to 64"},
      {"TIDEMARK_CLOCK=noon {} version", 2, "TIDEMARK_CLOCK"},
      {"{} version --config missing.toml", 2, "missing.toml"},
      {"{} version > /dev/full", 1, "cannot write the result"},
      {"{} status --database-url 'host=/nonexistent user=u password=sesame'", 3, "cannot connect"},
      {"{} status --database-url 'postgresql://u:sesame@127.0.0.1:1/x'", 3, "cannot connect"},
  }));
  const Folder folder;
  INFO(line);
  const Outcome outcome = folder.shell(line);
  CHECK(outcome.code == code);
  CHECK_THAT(outcome.output, tests::contains_text(says));
  CHECK_THAT(outcome.output, !tests::contains_text("sesame"));
  CHECK(std::count(outcome.output.begin(), outcome.output.end(), '\n') == 1);
}

TEST_CASE("the catalogue and its schemas are printed without a database") {
  const Folder folder;
  CHECK_THAT(folder.shell("{} catalogue list").output, tests::contains_text("lead_time"));
  const auto answer = folder.shell("{} catalogue list --json");
  CHECK(answer.code == 0);
  CHECK(schema_violations("responses/catalogue", nlohmann::json::parse(answer.output)).empty());
  CHECK_THAT(folder.shell("{} catalogue show blocked").output, tests::contains_text("15.0 % warning"));
  CHECK(folder.shell("{} catalogue schema responses/trends").output == find_schema("responses/trends")->text);
  CHECK(nlohmann::json::parse(folder.shell("{} catalogue schema openapi").output)["openapi"] == "3.1.0");
  const auto unknown = folder.shell("{} catalogue schema responses/trend");
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.output, tests::contains_text("did you mean 'responses/trends'?"));
  CHECK(folder.shell("{} catalogue show leed_time").code == 2);
}

TEST_CASE("a password is shown as stars, however it is written") {
  const auto url = GENERATE(as<std::string>{}, "postgresql://u:se@same@h/db", "host=h password=sesame dbname=d",
                            "host=h password = 'ses ame' dbname=d", "postgresql://h/db?user=u&password=sesame");
  const Outcome outcome = Folder{}.shell("{} config show --database-url \"" + url + "\"");
  INFO(outcome.output);
  CHECK_THAT(outcome.output,
             tests::contains_text("***") && !tests::contains_text("same") && !tests::contains_text("ses a"));
}

TEST_CASE("url names the database and psql runs on it") {
  const tests::TestDatabase database;
  const Folder folder;
  const std::string given = "TIDEMARK_DATABASE_URL=\"" + database.url() + "\" ";
  CHECK(folder.shell(given + "{} url").output == database.url() + "\n");
  const Outcome outcome = folder.shell(given + "{} psql -Atc 'SELECT 6 * 7'");
  CHECK(outcome.output == "42\n");
  CHECK(folder.shell(given + "{} psql -c 'SELECT nothing' -v ON_ERROR_STOP=1").code != 0);
}

TEST_CASE("a reader that has had enough is no failure") {
  const Outcome outcome = Folder{}.shell("({} config show; echo code $? >&2) | true");
  CHECK(outcome.output == "code 0\n");
}
