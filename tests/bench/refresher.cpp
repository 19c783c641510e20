#include "bench/bench.hpp"

namespace tidemark::bench {

jobs::RefreshReport Refresher::operator()(Instant as_of) {
  if (!session_) session_.emplace(connection_);
  jobs::find_changes(*session_);
  return jobs::refresh({{connection_, 2}, as_of, jobs::plan_refresh(*session_, as_of).due, {}, {}});
}

}  // namespace tidemark::bench
