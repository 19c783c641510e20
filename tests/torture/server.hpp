// A PostgreSQL of the test's own that may be restarted, robbed of a process, or killed. Commits are durable against all
// of that (not against the machine's end), and transactions can be prepared.
#pragma once

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "jobs/embedded_postgres.hpp"
#include "migrations/migrator.hpp"
#include "readmodel/session.hpp"
#include "support/catch.hpp"

namespace tidemark::tests {

class Server {
 public:
  Server() : folder_(make_folder()) {
    cluster().start();
    std::ofstream(folder_ / "data/postgresql.conf", std::ios::app)
        << "synchronous_commit = on\nmax_prepared_transactions = 100\nmax_connections = 600\n";
    restart();
    migrations::MigrationOptions options;
    options.url = url_;
    migrations::Goal everything;
    everything.sources = migrations::SourceTables::make;
    migrations::apply(options, everything);
  }
  ~Server() {
    try {
      cluster().stop();
      std::filesystem::remove_all(folder_);
    } catch (const std::exception& e) {  // the tests' verdict stands; the folder stays to be looked at
      WARN(e.what());
    }
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const std::string& url() const { return url_; }
  readmodel::ConnectionSettings connection() const {
    readmodel::ConnectionSettings settings;
    settings.url = url_;
    return settings;
  }

  // In order, ending every session.
  void restart() {
    jobs::EmbeddedPostgres{folder_, jobs::Durability::full}.stop();  // a throwaway one would be stopped at once
    url_ = cluster().start();
  }
  // kill -9 of the server itself.
  void kill() {
    REQUIRE(::kill(process(), SIGKILL) == 0);
    url_ = cluster().start();
  }
  // kill -9 of one session's process: the server ends all of them and makes its memory anew, in the same process.
  void kill_session(pid_t pid) { ::kill(pid, SIGKILL); }

 private:
  static std::filesystem::path make_folder() {
    std::string folder = "/tmp/tidemark-torture-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    std::filesystem::permissions(folder, std::filesystem::perms{0755});
    return folder;
  }
  jobs::EmbeddedPostgres cluster() const { return jobs::EmbeddedPostgres{folder_, jobs::Durability::throwaway}; }
  pid_t process() const {
    pid_t number = 0;
    std::ifstream{folder_ / "data/postmaster.pid"} >> number;
    REQUIRE(number > 1);
    return number;
  }

  std::filesystem::path folder_;
  std::string url_;
};

}  // namespace tidemark::tests
