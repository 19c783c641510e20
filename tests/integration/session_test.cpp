// What a person and a retry see of the server's refusals. Spec: style, "Names, files, errors".
#include "readmodel/session.hpp"

#include "support/catch.hpp"
#include "support/database.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Statement kMakeTable{"make_table", "CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL)"};
const Statement kInsert{"insert", "INSERT INTO counters VALUES ($1, 0)"};
const Statement kIncrease{"increase", "UPDATE counters SET n = n + 1 WHERE id = $1"};
const Statement kRead{"read", "SELECT n FROM counters WHERE id = $1"};
const Statement kMissing{"read_missing", "SELECT 1 FROM nowhere"};

void run(Session& session, const Statement& statement, const Params& params = {}) {
  Transaction tx(session, Isolation::read_committed);
  tx.exec(statement, params);
  tx.commit();
}

template <typename Body>
Error error_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("a serialization failure is retryable, and retry() runs the work again") {
  TestDatabase db{TestDatabase::Empty{}};
  Session one(db.connection());
  Session two(db.connection());
  run(one, kMakeTable);
  run(one, kInsert, {1});
  int attempts = 0;
  retry([&] {
    Transaction tx(one, Isolation::repeatable_read);
    tx.exec(kRead, {1});
    if (++attempts == 1) run(two, kIncrease, {1});  // somebody else writes the row that this snapshot has read
    tx.exec(kIncrease, {1});
    tx.commit();
  });
  CHECK(attempts == 2);
}

TEST_CASE("a unique violation is retryable, a missing table is not and names the remedy") {
  TestDatabase db{TestDatabase::Empty{}};
  Session session(db.connection());
  run(session, kMakeTable);
  run(session, kInsert, {1});
  const auto twice = error_of([&] { run(session, kInsert, {1}); });
  CHECK(twice.sqlstate() == "23505");
  CHECK(twice.retryable());
  const auto missing = error_of([&] { run(session, kMissing); });
  CHECK(missing.sqlstate() == "42P01");
  CHECK_FALSE(missing.retryable());
  CHECK(missing.kind() == ErrorKind::failed);
  CHECK_THAT(missing.what(), contains_text("tidemark migrate"));
}

TEST_CASE("a session that the server ends is a lost connection, in one line") {
  TestDatabase db{TestDatabase::Empty{}};
  Session victim(db.connection());
  Session killer(db.connection());
  const Statement pid{"pid", "SELECT pg_backend_pid()"};
  const Statement kill{"kill", "SELECT pg_terminate_backend($1::int)"};
  std::string backend;
  {
    Transaction tx(victim, Isolation::read_committed);
    backend = tx.exec(pid)[0][0].c_str();
    run(killer, kill, {backend});
    const auto error = error_of([&] { tx.exec(pid); });
    CHECK(error.kind() == ErrorKind::unreachable);
    CHECK_THAT(error.what(), !contains_text("\n"));
  }
}

TEST_CASE("a server that is not there is unreachable, with a remedy and without the password") {
  const auto error = error_of([] { Session session({"host=127.0.0.1 port=1 user=nobody password=hush dbname=x"}); });
  CHECK(error.kind() == ErrorKind::unreachable);
  CHECK_THAT(error.what(), !contains_text("hush"));
  CHECK_THAT(error.what(), contains_text("check"));
}

TEST_CASE("a misspelt schema does not find the tables of another Tidemark") {
  TestDatabase db;
  auto settings = db.connection();
  settings.schema = "tidemrak";
  const auto error = error_of([&] { Session session(settings); });
  CHECK(error.kind() == ErrorKind::failed);
  CHECK_THAT(error.what(), contains_text("tidemrak"));
}

TEST_CASE("a connection string that cannot be read is a usage error") {
  CHECK(error_of([] { Session session({"garbage"}); }).kind() == ErrorKind::usage);
  CHECK(error_of([] { Session session({"postgresql://[bad"}); }).kind() == ErrorKind::usage);
}
