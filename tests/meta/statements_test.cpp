// SQL files: each is used, and says what it does. Spec: style, "SQL". That each prepares is tests/integration's.
#include <regex>
#include <sstream>

#include "support/catch.hpp"
#include "support/source_tree.hpp"

using namespace tidemark::tests;

namespace {

std::string all_sources() {
  std::string text;
  for (const char* folder : {"migrations", "readmodel", "jobs"})
    for (const char* extension : {".cpp", ".hpp"})
      for (const auto& file : files_below(source_root() / folder, extension)) text += text_of(file);
  return text;
}

std::vector<std::filesystem::path> statement_files() {
  auto files = files_below(source_root() / "readmodel/statements", ".sql");
  const auto migrations = files_below(source_root() / "migrations/statements", ".sql");
  files.insert(files.end(), migrations.begin(), migrations.end());
  return files;
}

// The statement without its comments.
std::string code_of(const std::filesystem::path& file) {
  std::string code;
  std::istringstream lines{text_of(file)};
  for (std::string line; std::getline(lines, line);) code += line.substr(0, line.find("--")) + '\n';
  return code;
}

}  // namespace

TEST_CASE("every statement is used") {
  const std::string sources = all_sources();
  for (const auto& file : statement_files()) {
    const std::string name = file.stem().string();
    INFO(file);
    CHECK(std::regex_search(sources, std::regex{"::" + name + "\\b"}));
  }
}

TEST_CASE("every statement begins with what it does") {
  for (const auto& file : statement_files()) {
    INFO(file);
    CHECK(text_of(file).rfind("-- ", 0) == 0);
  }
}

TEST_CASE("no statement selects everything, and none that writes reads the clock") {
  const std::regex kSelectAll{R"(\bselect\s+\*)", std::regex::icase};
  const std::regex kWrites{R"(\b(insert\s+into|update\s+\w+\s+set|delete\s+from)\b)", std::regex::icase};
  const std::regex kClock{R"(\b(now|clock_timestamp|statement_timestamp)\s*\(|\bcurrent_timestamp\b)",
                          std::regex::icase};
  for (const auto& file : statement_files()) {
    const std::string code = code_of(file);
    INFO(file);
    CHECK_FALSE(std::regex_search(code, kSelectAll));
    CHECK_FALSE((std::regex_search(code, kWrites) && std::regex_search(code, kClock)));
  }
}
