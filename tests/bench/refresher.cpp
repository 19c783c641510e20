#include <algorithm>

#include "bench/bench.hpp"

namespace tidemark::bench {

Refresher::Refresher(const Database& db) : options_{{db.connection(), 2}, db.as_of, {}, {}, {}} {
  readmodel::Session session(db.connection());
  const auto projects = jobs::refreshed_projects(session);
  for (int p = 0; p < db.shape.projects; ++p)
    by_number_.push_back(*std::find_if(projects.begin(), projects.end(), [&](const auto& project) {
      return project.source_id == id_of("project", p, 0);
    }));
}

jobs::RefreshReport Refresher::operator()(Instant as_of, const std::set<int>& changed) const {
  auto options = options_;
  options.as_of = as_of;
  for (const int p : changed) options.projects.push_back(by_number_[static_cast<std::size_t>(p)]);
  return jobs::refresh(options);
}

}  // namespace tidemark::bench
