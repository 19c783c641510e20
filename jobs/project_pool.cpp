#include "jobs/project_pool.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace tidemark::jobs {

std::vector<ProjectFailure> for_each_project(const ProjectPool& pool, const std::vector<readmodel::ProjectHeader>& projects,
                                             const std::function<void(readmodel::Session&, std::size_t)>& work) {
  std::vector<std::optional<ProjectFailure>> failures(projects.size());
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr unexpected;

  const auto run_worker = [&] {
    std::optional<readmodel::Session> session;
    for (std::size_t i = next++; i < projects.size(); i = next++) {
      try {
        // A lost connection takes one project with it; the next one gets a new connection.
        if (!session) session.emplace(pool.connection);
        work(*session, i);
      } catch (const Error& error) {
        spdlog::error("project {} ({}): {}", projects[i].name, to_string(projects[i].id), error.what());
        failures[i] = ProjectFailure{projects[i], error.what(), error.kind()};
        if (error.kind() == ErrorKind::unreachable) session.reset();
      } catch (...) {
        const std::lock_guard lock(mutex);
        unexpected = std::current_exception();
        next = projects.size();
      }
    }
  };
  const auto count = std::min<std::size_t>(static_cast<std::size_t>(std::max(1, pool.workers)), projects.size());
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < count; ++i) workers.emplace_back(run_worker);
  }
  if (unexpected) std::rethrow_exception(unexpected);
  std::vector<ProjectFailure> result;
  for (auto& failure : failures)
    if (failure) result.push_back(std::move(*failure));
  return result;
}

}  // namespace tidemark::jobs
