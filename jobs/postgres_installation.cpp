// Where PostgreSQL's programs are on this machine.
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <sstream>

#include "jobs/embedded_postgres.hpp"

namespace tidemark::jobs {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDebianFolder = "/usr/lib/postgresql";  // N/bin below it

bool has_programs(const fs::path& folder) {
  for (const char* program : {"initdb", "pg_ctl", "postgres"})
    if (::access((folder / program).c_str(), X_OK) != 0) return false;
  return true;
}

int leading_number(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Of a folder that does not carry it in its name: "postgres (PostgreSQL) 15.8".
int ask_major(const fs::path& folder) {
  const std::string answer = run({{(folder / "postgres").string(), "--version"}, {}, "/", {}, {}, {}}).output;
  const auto version = answer.rfind(") ");
  return version == std::string::npos ? 0 : leading_number(std::string_view{answer}.substr(version + 2));
}

std::vector<PostgresInstallation> installations() {
  std::vector<PostgresInstallation> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(kDebianFolder, ignored))
    if (has_programs(entry.path() / "bin"))
      found.push_back({leading_number(entry.path().filename().string()), entry.path() / "bin"});
  std::istringstream path{std::getenv("PATH") == nullptr ? "" : std::getenv("PATH")};
  for (std::string folder; std::getline(path, folder, ':');)
    if (!folder.empty() && has_programs(folder)) found.push_back({ask_major(folder), folder});
  return found;
}

}  // namespace

std::optional<PostgresInstallation> find_postgres(std::optional<int> major) {
  std::optional<PostgresInstallation> best;
  for (const auto& candidate : installations()) {
    if (major ? candidate.major != *major : candidate.major < kOldestMajor) continue;
    if (!best || candidate.major > best->major) best = candidate;
  }
  return best;
}

}  // namespace tidemark::jobs
