// The folder of the embedded PostgreSQL as the file system sees it: who may use it, whose it is, who works in it.
#pragma once

#include <filesystem>
#include <optional>

#include "jobs/process.hpp"

namespace tidemark::jobs {

// Throws tidemark::Error of kind failed for the system's error number `error`.
[[noreturn]] void fail_on_home(const std::filesystem::path& home, int error);

// Held by one process at a time, given back by the system even when that process is killed.
class HomeLock {
 public:
  // Waits for it. Errors: fail_on_home().
  explicit HomeLock(const std::filesystem::path& home);
  ~HomeLock();
  HomeLock(const HomeLock&) = delete;
  HomeLock& operator=(const HomeLock&) = delete;

 private:
  int file_;
};

// Makes `account` the owner of a file or folder; nothing where it is unset. Errors: fail_on_home().
void give_to(const std::filesystem::path& path, const std::optional<Account>& account);

// Whether any process of the cluster in `data` lives: all of them, a killed server's children too, work in that folder.
bool has_processes(const std::filesystem::path& data);

}  // namespace tidemark::jobs
