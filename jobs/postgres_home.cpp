#include "jobs/postgres_home.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "contracts/error.hpp"

namespace tidemark::jobs {

namespace fs = std::filesystem;

void fail_on_home(const fs::path& home, int error) {
  const std::string remedy =
      error == ENOSPC || error == EDQUOT
          ? "free space on that disk"
          : "name a folder of yours with --home or TIDEMARK_HOME, or a server with --database-url";
  throw Error(ErrorKind::failed, fmt::format("cannot use {} as the home of the embedded PostgreSQL: {}; {}",
                                             home.string(), std::strerror(error), remedy));
}

HomeLock::HomeLock(const fs::path& home) : file_(::open((home / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) fail_on_home(home, errno);
  while (::flock(file_, LOCK_EX) != 0)
    if (errno != EINTR) fail_on_home(home, errno);
}

HomeLock::~HomeLock() { ::close(file_); }

void give_to(const fs::path& path, const std::optional<Account>& account) {
  if (account && ::chown(path.c_str(), account->uid, account->gid) != 0) fail_on_home(path, errno);
}

bool has_processes(const fs::path& data) {
  const fs::path folder = fs::weakly_canonical(data);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    if (fs::read_symlink(entry.path() / "cwd", ignored) != folder) continue;
    std::string name;
    if (std::getline(std::ifstream(entry.path() / "comm"), name) && name == "postgres") return true;
  }
  return false;
}

}  // namespace tidemark::jobs
