// The private PostgreSQL that runs where no database is named: one cluster in the home folder, reached by a unix socket
// only. Spec: running it, "Embedded PostgreSQL".
//
//   HOME/data          the cluster; owned by the user postgres where root started it, since PostgreSQL refuses root
//   HOME/socket        its socket; in a private folder under /tmp where HOME cannot be a socket's path
//   HOME/postgres.log  its log, and what initdb said
//   HOME/lock          held while a process starts or stops the cluster, so that many may want it at once
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "jobs/process.hpp"

namespace tidemark::jobs {

// The oldest PostgreSQL that Tidemark works with.
inline constexpr int kOldestMajor = 15;

// What a crash of the machine may cost.
enum class Durability {
  full,       // nothing
  throwaway,  // everything: for the clusters of tests
};

// An installed PostgreSQL server.
struct PostgresInstallation {
  int major = 0;
  std::filesystem::path programs;  // the folder with initdb, pg_ctl, postgres and psql
};

// The newest one from 15 on, in /usr/lib/postgresql/N/bin or on the PATH; the one of version `major` where that is
// given.
std::optional<PostgresInstallation> find_postgres(std::optional<int> major = std::nullopt);

// Thread safety: none; any number of processes may use one home.
class EmbeddedPostgres {
 public:
  // Errors: tidemark::Error of kind failed where no home is given.
  explicit EmbeddedPostgres(const std::filesystem::path& home, Durability durability = Durability::full);

  // Makes the cluster where there is none, starts it where it does not run, and returns the libpq connection string of
  // its database `tidemark`. It stays running when this process ends.
  // Errors: tidemark::Error in one line with the remedy; of kind unreachable where no fitting server is installed or it
  // does not start, of kind failed where the home cannot be used (not writable, read-only, full, somebody else's).
  std::string start();

  // Stops the cluster in the orderly way and returns when it is down. Nothing happens where it does not run.
  // Errors: as start().
  void stop();

 private:
  void prepare_home();
  void prepare_socket_folder();
  void initialise(const PostgresInstallation& postgres);
  void write_settings() const;
  bool accepts_connections() const;
  bool wait_for_running_server() const;
  void launch(const PostgresInstallation& postgres) const;
  PostgresInstallation installation() const;
  int run_program(const PostgresInstallation& postgres, std::vector<std::string> arguments,
                  const std::filesystem::path& data, std::string input = {}) const;
  [[noreturn]] void fail_with_log(const std::string& what, std::uintmax_t log_start) const;

  std::filesystem::path home_;
  std::filesystem::path data_;
  std::filesystem::path log_;
  std::filesystem::path socket_folder_;
  std::string url_;
  Durability durability_;
  std::optional<Account> account_;  // the user postgres where we are root
};

}  // namespace tidemark::jobs
