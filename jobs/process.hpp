// Runs a program of the machine without a shell, with other rights where asked, and waits for it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tidemark::jobs {

// A user of the machine, by number.
struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
};

struct Process {
  std::vector<std::string> arguments;              // the first one is the program's path
  std::map<std::string, std::string> environment;  // the whole of it: nothing is inherited
  std::filesystem::path folder = "/";              // where it runs
  std::string input;                               // its standard input. Units: 64 KiB at most
  std::filesystem::path log;                       // its output is appended there; empty: it is returned
  std::optional<Account> account;                  // whose rights it has; unset: ours. Requires: root where set
};

struct ProcessResult {
  int status = 0;      // the exit status; 128 + n after signal n; kNotStarted
  std::string output;  // empty where it went to a log
};

// The status where the program could not even be started: no such file, no right to enter the folder.
inline constexpr int kNotStarted = 127;

// Errors: throws std::system_error where the machine gives no process or pipe, or the log cannot be opened.
ProcessResult run(const Process& process);

}  // namespace tidemark::jobs
