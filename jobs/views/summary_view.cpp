#include "jobs/views/summary_view.hpp"

#include "contracts/error.hpp"

namespace tidemark::views {

Json summary_view(const Uuid& project_id, Instant timestamp, std::string_view payload) {
  Json answer = answer_head(project_id);
  answer["timestamp"] = format_instant(timestamp);
  Json metrics = Json::object();
  if (!payload.empty()) {
    metrics = Json::parse(payload, nullptr, false);
    if (!metrics.is_object())
      throw Error(ErrorKind::contract, "the snapshot of " + format_instant(timestamp) + " of project " +
                                           to_string(project_id) + " holds no JSON object; `tidemark run snapshot` " +
                                           "takes it again");
  }
  answer["metrics"] = std::move(metrics);
  return answer;
}

}  // namespace tidemark::views
