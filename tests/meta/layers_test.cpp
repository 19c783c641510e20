// The folders are the architecture. Headers of a library that is not linked are still on the include path, so the
// linker alone does not keep the layers apart. Spec: style, "Our house".
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "support/catch.hpp"
#include "support/source_tree.hpp"

using namespace tidemark::tests;

namespace {

const std::map<std::string, std::set<std::string>> kMayInclude{
    {"contracts", {"contracts"}},
    {"compute", {"compute", "contracts"}},
    {"migrations", {"migrations", "contracts"}},
    {"readmodel", {"readmodel", "contracts"}},
    {"jobs", {"jobs", "compute", "migrations", "readmodel", "contracts"}},
};

// Libraries by the first part of what is included, and the folders that may.
const std::map<std::string, std::set<std::string>> kMayUse{
    {"pqxx", {"migrations", "readmodel"}},
    {"libpq-fe.h", {"jobs"}},
    {"CLI", {"jobs"}},
    {"spdlog", {"jobs"}},
    {"toml++", {"jobs"}},
    {"openssl", {"contracts"}},
    {"valijson", {"contracts"}},
    {"boost", {"readmodel", "jobs"}},
    {"zlib.h", {"jobs"}},
};

// What compute must not know: it has no clock, no files, no output, no chance.
const std::set<std::string> kNotInCompute{"iostream", "fstream", "cstdio", "filesystem", "random", "thread",
                                          "mutex",    "atomic",  "fmt",    "unistd.h",   "ctime",  "cstdlib"};

std::vector<std::filesystem::path> sources_of(const std::string& folder) {
  auto files = files_below(source_root() / folder, ".cpp");
  const auto headers = files_below(source_root() / folder, ".hpp");
  files.insert(files.end(), headers.begin(), headers.end());
  return files;
}

struct Include {
  bool quoted;
  std::string path;
  std::string top;  // up to the first slash
};

std::vector<Include> includes_of(const std::filesystem::path& file) {
  static const std::regex kInclude{R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"};
  std::vector<Include> includes;
  std::istringstream lines{text_of(file)};
  std::smatch match;
  for (std::string line; std::getline(lines, line);)
    if (std::regex_search(line, match, kInclude))
      includes.push_back({match[1] == "\"", match[2], match[2].str().substr(0, match[2].str().find('/'))});
  return includes;
}

}  // namespace

TEST_CASE("a folder includes only the folders below it") {
  for (const auto& [folder, allowed] : kMayInclude)
    for (const auto& file : sources_of(folder))
      for (const auto& include : includes_of(file)) {
        if (!include.quoted) continue;
        INFO(file << " includes " << include.path);
        CHECK(allowed.count(include.top) == 1);
      }
}

TEST_CASE("a library is used by the folders that are meant to use it") {
  for (const auto& [folder, below] : kMayInclude)
    for (const auto& file : sources_of(folder))
      for (const auto& include : includes_of(file)) {
        const auto users = kMayUse.find(include.top);
        if (include.quoted || users == kMayUse.end()) continue;
        INFO(file << " includes " << include.path);
        CHECK(users->second.count(folder) == 1);
      }
}

TEST_CASE("compute is pure") {
  for (const auto& file : sources_of("compute")) {
    for (const auto& include : includes_of(file)) {
      INFO(file << " includes " << include.path);
      CHECK(kNotInCompute.count(include.top) == 0);
    }
    INFO(file);
    CHECK_FALSE(std::regex_search(text_of(file), std::regex{R"(\b(system_clock|steady_clock)::now\b|\bgetenv\b)"}));
  }
}

TEST_CASE("no folder is a drawer for everything") {
  const std::set<std::string> drawers{"common", "util", "utils", "helpers", "misc"};
  for (const auto& [folder, below] : kMayInclude)
    for (const auto& file : sources_of(folder)) {
      INFO(file);
      CHECK(drawers.count(file.stem().string()) == 0);
      for (const auto& part : file.lexically_relative(source_root())) CHECK(drawers.count(part.string()) == 0);
    }
}

TEST_CASE("the top level holds what belongs there") {
  const std::set<std::string> expected{
      "CMakeLists.txt", "CMakePresets.json", "CHANGELOG.md", "LICENSE", "README.md", "dev",  ".ci",
      ".clang-format",  ".clang-tidy",       ".gitignore",   "compute", "contracts", "docs", "jobs",
      "migrations",     "readmodel",         "tests"};
  const std::set<std::string> unversioned{".git", ".cache", "tidemark.toml"};
  for (const auto& entry : std::filesystem::directory_iterator(source_root())) {
    const std::string name = entry.path().filename().string();
    if (unversioned.count(name) == 1 || name.rfind("build", 0) == 0) continue;
    INFO(name);
    CHECK(expected.count(name) == 1);
  }
  for (const auto& name : expected) {
    INFO(name);
    CHECK(std::filesystem::exists(source_root() / name));
  }
}
