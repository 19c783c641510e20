#include "jobs/embedded_postgres.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <thread>

#include "contracts/error.hpp"
#include "contracts/uuid.hpp"
#include "jobs/postgres_home.hpp"

namespace tidemark::jobs {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr const char* kDatabase = "tidemark";
constexpr const char* kSuperuser = "tidemark";
constexpr std::size_t kMaxSocketFolder = 107 - std::char_traits<char>::length("/.s.PGSQL.5432");
constexpr std::uintmax_t kFullDisk = 1 << 20;        // bytes free: PostgreSQL asks for more
constexpr std::chrono::seconds kOrphanPatience{10};  // the children of a killed server notice within a second
constexpr std::chrono::milliseconds kLookAgain{20};
constexpr const char* kStartSeconds = "3600";  // recovery after a crash takes as long as it takes

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorKind::failed, message); }

std::optional<Account> server_account() {
  if (::geteuid() != 0) return std::nullopt;
  const passwd* user = ::getpwnam("postgres");
  if (user == nullptr)
    throw Error(
        ErrorKind::unreachable,
        "PostgreSQL does not run as root and there is no user postgres; `apt-get install postgresql` makes one, "
        "or name an existing server with --database-url");
  return Account{user->pw_uid, user->pw_gid};
}

// As a value of a connection string or of postgresql.conf.
std::string quoted(const std::string& text, std::string_view quote_as) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += quote_as;
    else if (c == '\\')
      out += "\\\\";
    else
      out += c;
  }
  return out += '\'';
}

// Of a comma-separated setting.
std::string list_item(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string{c};
  return out += '"';
}

std::string read_from(const fs::path& file, std::uintmax_t start) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(start));
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::uintmax_t size_of(const fs::path& file) {
  std::error_code missing;
  const auto size = fs::file_size(file, missing);
  return missing ? 0 : size;
}

}  // namespace

EmbeddedPostgres::EmbeddedPostgres(const fs::path& home, Durability durability) : durability_(durability) {
  if (home.empty())
    fail(
        "there is no home for the embedded PostgreSQL, because HOME is not set; name a folder with --home or "
        "TIDEMARK_HOME, or a server with --database-url");
  home_ = fs::weakly_canonical(home);
  data_ = home_ / "data";
  log_ = home_ / "postgres.log";
  socket_folder_ = home_ / "socket";
  // In a connection string a comma parts several hosts.
  if (socket_folder_.native().size() > kMaxSocketFolder || socket_folder_.native().find(',') != std::string::npos)
    socket_folder_ = "/tmp/tidemark-" + sha256_hex(home_.string(), 16);
  url_ =
      fmt::format("host={} port=5432 dbname={} user={}", quoted(socket_folder_.string(), "\\'"), kDatabase, kSuperuser);
}

std::string EmbeddedPostgres::start() {
  account_ = server_account();
  prepare_home();
  const HomeLock lock{home_};
  prepare_socket_folder();
  if (accepts_connections()) return url_;
  const PostgresInstallation postgres = installation();
  if (!fs::exists(data_)) initialise(postgres);
  if (!wait_for_running_server()) launch(postgres);
  return url_;
}

void EmbeddedPostgres::stop() {
  if (!fs::exists(data_)) return;
  account_ = server_account();
  const HomeLock lock{home_};
  if (!has_processes(data_)) return;
  const std::string mode =
      durability_ == Durability::full ? "fast" : "immediate";  // what is thrown away needs no order
  const auto log_start = size_of(log_);
  if (run_program(installation(), {"pg_ctl", "stop", "-s", "-w", "-m", mode, "-t", "600"}, data_) != 0)
    fail_with_log("cannot stop the embedded PostgreSQL", log_start);
}

void EmbeddedPostgres::prepare_home() {
  std::error_code error;
  const bool made = fs::create_directories(home_, error);
  if (error) fail_on_home(home_, error.value());
  if (made) fs::permissions(home_, account_ ? fs::perms{0755} : fs::perms{0700}, error);
  if (::access(home_.c_str(), W_OK | X_OK) != 0) fail_on_home(home_, errno);
  if (!account_) return;
  if (run({{"/bin/true"}, {}, home_, {}, {}, account_}).status == kNotStarted)
    fail(
        fmt::format("the user postgres, who runs the embedded PostgreSQL for root, cannot enter {}; name a folder with "
                    "--home or TIDEMARK_HOME whose parents everybody may enter, such as /var/lib/tidemark",
                    home_.string()));
}

void EmbeddedPostgres::prepare_socket_folder() {
  if (::mkdir(socket_folder_.c_str(), 0700) == 0) give_to(socket_folder_, account_);
  struct stat found {};
  if (::lstat(socket_folder_.c_str(), &found) != 0) fail_on_home(socket_folder_, errno);
  // Whoever owns the folder can put a server of their own there.
  if (!S_ISDIR(found.st_mode) || found.st_uid != (account_ ? account_->uid : ::geteuid()))
    fail(
        fmt::format("{}, the folder of the embedded PostgreSQL's socket, belongs to somebody else; remove it, or name "
                    "another home with --home or TIDEMARK_HOME",
                    socket_folder_.string()));
}

PostgresInstallation EmbeddedPostgres::installation() const {
  std::ifstream version_file(data_ / "PG_VERSION");
  int major = 0;
  if (version_file >> major) {
    if (const auto fitting = find_postgres(major)) return *fitting;
    const auto newest = find_postgres();
    throw Error(
        ErrorKind::unreachable,
        fmt::format(
            "{} was made by PostgreSQL {}, {}; {}upgrade it with pg_upgrade, or move the folder away to begin anew",
            data_.string(), major,
            newest ? fmt::format("and PostgreSQL {} is installed", newest->major) : "which is not installed",
            major < kOldestMajor ? "" : fmt::format("install postgresql-{}, or ", major)));
  }
  if (const auto newest = find_postgres()) return *newest;
  throw Error(
      ErrorKind::unreachable,
      "no PostgreSQL server from 15 on is installed; `apt-get install postgresql`, or name an existing server with "
      "--database-url");
}

// A cluster that is there is whole: it is made beside and takes its name when its database is in it.
void EmbeddedPostgres::initialise(const PostgresInstallation& postgres) {
  const fs::path unfinished = home_ / "data.new";
  std::error_code error;
  fs::remove_all(unfinished, error);
  if (!error) fs::create_directory(unfinished, error);
  if (error) fail_on_home(home_, error.value());
  give_to(unfinished, account_);
  const auto log_start = size_of(log_);
  std::vector<std::string> initdb{"initdb", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust",
                                  fmt::format("--username={}", kSuperuser)};
  if (durability_ == Durability::throwaway) initdb.emplace_back("--no-sync");
  const std::string create = fmt::format("CREATE DATABASE {}\n", kDatabase);
  if (run_program(postgres, initdb, unfinished) != 0 ||
      run_program(postgres, {"postgres", "--single", "-D", ".", "postgres"}, unfinished, create) != 0) {
    fs::remove_all(unfinished, error);
    fail_with_log("cannot make the cluster of the embedded PostgreSQL", log_start);
  }
  std::ofstream(unfinished / "postgresql.conf", std::ios::app)
      << "\ninclude 'tidemark.conf'  # rewritten at each start\n";
  fs::rename(unfinished, data_, error);
  if (error) fail_on_home(home_, error.value());
}

void EmbeddedPostgres::write_settings() const {
  const fs::path file = data_ / "tidemark.conf";
  std::ofstream out(file, std::ios::trunc);
  out << "listen_addresses = ''\n"
      << "port = 5432\n"
      << "unix_socket_directories = " << quoted(list_item(socket_folder_.string()), "''") << '\n'
      << "unix_socket_permissions = 0700\n"
      << "log_destination = 'stderr'\n"
      << "logging_collector = off\n"
      << "log_timezone = 'UTC'\n"
      << "lc_messages = 'C.UTF-8'\n"
      << "shared_buffers = 256MB\n"
      << "max_wal_size = 4GB\n"
      << "effective_io_concurrency = 128\n"  // a refresh reads rows that lie scattered
      << "jit = off\n";
  const bool durable = durability_ == Durability::full;
  for (const char* name : {"fsync", "full_page_writes", "synchronous_commit"})
    out << name << (durable ? " = on\n" : " = off\n");
  if (!durable) out << "autovacuum = off\nwal_level = minimal\nmax_wal_senders = 0\n";
  out.close();
  if (!out) fail_on_home(home_, errno);
  give_to(file, account_);
}

bool EmbeddedPostgres::accepts_connections() const { return ::PQping(url_.c_str()) == PQPING_OK; }

// Waits for a server that another program started or that is still recovering, and for a killed one's children to end.
// False: there is none, and what it may have left behind is cleared.
bool EmbeddedPostgres::wait_for_running_server() const {
  const auto give_up = steady_clock::now() + kOrphanPatience;
  while (has_processes(data_)) {
    const PGPing answer = ::PQping(url_.c_str());
    if (answer == PQPING_OK) return true;
    if (answer != PQPING_REJECT && steady_clock::now() > give_up)
      throw Error(
          ErrorKind::unreachable,
          fmt::format("processes of an earlier PostgreSQL in {} neither answer nor end; look at {}, and end them",
                      data_.string(), log_.string()));
    std::this_thread::sleep_for(kLookAgain);
  }
  // The process number in a file that outlived its server may by now be another program's, or a zombie's.
  std::error_code ignored;
  fs::remove(data_ / "postmaster.pid", ignored);
  fs::remove(socket_folder_ / ".s.PGSQL.5432.lock", ignored);
  return false;
}

void EmbeddedPostgres::launch(const PostgresInstallation& postgres) const {
  write_settings();
  const auto log_start = size_of(log_);
  if (run_program(postgres, {"pg_ctl", "start", "-s", "-w", "-t", kStartSeconds}, data_) != 0 || !accepts_connections())
    fail_with_log("the embedded PostgreSQL does not start", log_start);
}

int EmbeddedPostgres::run_program(const PostgresInstallation& postgres, std::vector<std::string> arguments,
                                  const fs::path& data, std::string input) const {
  arguments.front() = (postgres.programs / arguments.front()).string();
  // The data folder goes by the environment: pg_ctl would pass it through a shell.
  const std::map<std::string, std::string> environment{
      {"PGDATA", data.string()}, {"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}};
  try {
    return run({std::move(arguments), environment, data, std::move(input), log_, account_}).status;
  } catch (const std::system_error& e) {
    fail_on_home(home_, e.code().value());
  }
}

void EmbeddedPostgres::fail_with_log(const std::string& what, std::uintmax_t log_start) const {
  const std::string text = read_from(log_, log_start);
  std::error_code ignored;
  if (fs::space(home_, ignored).available < kFullDisk || text.find("No space left on device") != std::string::npos ||
      text.find(": wrote only ") != std::string::npos)
    fail(fmt::format("{}: the disk of {} is full; free space there", what, home_.string()));
  static const std::regex kTelling{"(?:FATAL|PANIC|error|ERROR): +([^\n]+)"};
  std::smatch first;  // what follows from it comes after it
  const std::string reason = std::regex_search(text, first, kTelling) ? first[1].str() : "it gave no reason";
  throw Error(ErrorKind::unreachable, fmt::format("{}: {}; the whole story is in {}", what, reason, log_.string()));
}

}  // namespace tidemark::jobs
