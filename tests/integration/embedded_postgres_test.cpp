// The private PostgreSQL: start, share, crash, refuse. Spec: running it, "Embedded PostgreSQL".
#include "jobs/embedded_postgres.hpp"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <future>

#include "contracts/error.hpp"
#include "support/catch.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using jobs::EmbeddedPostgres;
namespace fs = std::filesystem;

namespace {

// A home of its own, with characters that a shell or a configuration file would stumble over.
class Home {
 public:
  Home() {
    std::string made = "/tmp/tidemark-home-XXXXXX";
    REQUIRE(::mkdtemp(made.data()) != nullptr);
    top_ = made;
    fs::permissions(top_, fs::perms{0755});
  }
  ~Home() {
    try {
      cluster().stop();
    } catch (const Error&) {  // a test may have broken it on purpose
    }
    fs::remove_all(top_);
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  fs::path path() const { return top_ / "it's $HOME"; }
  EmbeddedPostgres cluster() const { return EmbeddedPostgres{path()}; }

 private:
  fs::path top_;
};

readmodel::ConnectionSettings to(const std::string& url) {
  readmodel::ConnectionSettings settings;
  settings.url = url;
  return settings;
}

int server_process(const Home& home) {
  int number = 0;
  std::ifstream{home.path() / "data/postmaster.pid"} >> number;
  REQUIRE(number > 1);
  return number;
}

}  // namespace

TEST_CASE("the embedded cluster starts once, is shared, and is Unicode in byte order") {
  const Home home;
  std::vector<std::future<std::string>> starts;
  for (int i = 0; i < 4; ++i) starts.push_back(std::async(std::launch::async, [&] { return home.cluster().start(); }));
  const std::string url = starts.front().get();
  for (std::size_t i = 1; i < starts.size(); ++i) CHECK(starts[i].get() == url);

  readmodel::Session session{to(url)};
  CHECK(tests::sql_value(session, "SELECT current_database()") == "tidemark");
  CHECK(tests::sql_value(session, "SHOW server_encoding") == "UTF8");
  CHECK(tests::sql_value(session, "SELECT datcollate FROM pg_database WHERE datname = current_database()") ==
        "C.UTF-8");
  CHECK(tests::sql_value(session, "SHOW listen_addresses").empty());
}

TEST_CASE("the embedded cluster comes back after a stop and after a kill") {
  const Home home;
  {
    readmodel::Session session{to(home.cluster().start())};
    tests::run_sql(session, "CREATE TABLE kept AS SELECT 1 AS value");
  }
  home.cluster().stop();
  home.cluster().stop();  // nothing to do
  {
    readmodel::Session session{to(home.cluster().start())};
    CHECK(tests::sql_value(session, "SELECT value FROM kept") == "1");
    REQUIRE(::kill(server_process(home), SIGKILL) == 0);
  }
  readmodel::Session session{to(home.cluster().start())};
  CHECK(tests::sql_value(session, "SELECT value FROM kept") == "1");
}

TEST_CASE("a process number that is another program's by now does not keep the cluster down") {
  const Home home;
  home.cluster().start();
  home.cluster().stop();
  std::ofstream{home.path() / "data/postmaster.pid"} << ::getpid() << "\n" << (home.path() / "data").string() << "\n";
  readmodel::Session session{to(home.cluster().start())};
  CHECK(tests::sql_value(session, "SELECT 1") == "1");
}

TEST_CASE("a home that is too long for a socket's path works") {
  const Home home;
  const fs::path deep = home.path() / std::string(100, 'x');
  EmbeddedPostgres cluster{deep};
  readmodel::Session session{to(cluster.start())};
  CHECK(tests::sql_value(session, "SELECT 1") == "1");
  const fs::path socket_folder =
      tests::sql_value(session, "SELECT trim(both '\"' from current_setting('unix_socket_directories'))");
  cluster.stop();
  fs::remove_all(socket_folder);
}

TEST_CASE("a cluster of another major version is refused with the way on") {
  const Home home;
  fs::create_directories(home.path() / "data");
  std::ofstream{home.path() / "data/PG_VERSION"} << "9\n";
  CHECK_THROWS_WITH(home.cluster().start(),
                    tests::contains_text("was made by PostgreSQL 9") && tests::contains_text("pg_upgrade"));
}

TEST_CASE("a home that cannot be one is refused in one line") {
  CHECK_THROWS_WITH(EmbeddedPostgres{""}, tests::contains_text("--home"));
  CHECK_THROWS_WITH(EmbeddedPostgres{"/dev/null/home"}.start(), tests::contains_text("/dev/null/home"));
  CHECK_THROWS_WITH(EmbeddedPostgres{"/proc/home"}.start(), tests::contains_text("TIDEMARK_HOME"));
}
