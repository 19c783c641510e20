#include "jobs/project_pool.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace tidemark::jobs {
namespace {

// What fails for one project for want of a server, a privilege, a table or a column fails for all of them.
bool fails_everywhere(const Error& error) {
  const auto& code = error.sqlstate();
  return error.kind() == ErrorKind::unreachable || code == "42501" || code == "42P01" || code == "42703" ||
         code == "53100";
}

}  // namespace

std::vector<ProjectFailure> for_each_project(const ProjectPool& pool,
                                             const std::vector<readmodel::ProjectHeader>& projects,
                                             const std::function<void(readmodel::Session&, std::size_t)>& work) {
  std::vector<std::optional<ProjectFailure>> failures(projects.size());
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr stopped_by;
  const auto stop = [&](std::exception_ptr failure) {
    const std::lock_guard lock(mutex);
    if (!stopped_by) stopped_by = std::move(failure);
    next = projects.size();
  };

  const auto run_worker = [&] {
    std::optional<readmodel::Session> session;
    for (std::size_t i = next++; i < projects.size(); i = next++) {
      try {
        if (!session) session.emplace(pool.connection);
        work(*session, i);
      } catch (const Error& error) {
        if (fails_everywhere(error)) {
          stop(std::current_exception());
        } else {
          failures[i] = ProjectFailure{projects[i], error.what(), error.kind()};
        }
      } catch (...) {
        stop(std::current_exception());
      }
    }
  };
  const auto count = std::min<std::size_t>(static_cast<std::size_t>(std::max(1, pool.workers)), projects.size());
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < count; ++i) workers.emplace_back(run_worker);
  }
  if (stopped_by) std::rethrow_exception(stopped_by);
  std::vector<ProjectFailure> result;
  for (auto& failure : failures)
    if (failure) result.push_back(std::move(*failure));
  return result;
}

}  // namespace tidemark::jobs
