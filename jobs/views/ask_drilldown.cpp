#include <fmt/format.h>

#include <algorithm>

#include "contracts/error.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/drilldown_view.hpp"
#include "jobs/views/parameters.hpp"

namespace tidemark::views {
namespace {

using readmodel::DrilldownFilters;
using readmodel::DrilldownSort;
using readmodel::SortOrder;

constexpr std::int64_t kMaxLimit = 500;

// The filters that are compared with a text as it is.
constexpr std::pair<std::string_view, std::optional<std::string> DrilldownFilters::*> kTextFilters[]{
    {"phase", &DrilldownFilters::phase},           {"milestone", &DrilldownFilters::milestone},
    {"assignee", &DrilldownFilters::assignee},     {"state", &DrilldownFilters::state},
    {"task_class", &DrilldownFilters::task_class}, {"entity_type", &DrilldownFilters::entity_type}};

void set_filter(DrilldownFilters& filters, const std::string& name, const std::string& value) {
  if (name == "from") {
    filters.from = require_instant("filter from", value);
    return;
  }
  if (name == "to") {
    filters.before = end_of_range("filter to", value);
    return;
  }
  std::vector<std::string_view> allowed;
  for (const auto& [key, field] : kTextFilters) {
    if (key == name) {
      filters.*field = value;
      return;
    }
    allowed.push_back(key);
  }
  allowed.insert(allowed.end(), {"from", "to"});
  refuse_value("filter", name, "the drilldown filters", allowed);
}

DrilldownFilters read_filters(const Json& filters) {
  DrilldownFilters result;
  for (const auto& [name, value] : filters.items()) set_filter(result, name, value.get<std::string>());
  return result;
}

DrilldownSort require_sort(std::string_view name) {
  if (name == "value") return DrilldownSort::value;
  if (name == "timestamp") return DrilldownSort::timestamp;
  if (name == "task_id") return DrilldownSort::task_id;
  refuse_value("sort_by", name, "the sort keys", {"value", "timestamp", "task_id"});
}

SortOrder require_order(std::string_view name) {
  if (name == "asc") return SortOrder::ascending;
  if (name == "desc") return SortOrder::descending;
  refuse_value("sort_order", name, "the orders", {"asc", "desc"});
}

const Metric& require_drilldown(std::string_view key) {
  const Metric& metric = require_metric(key);
  if (metric.drilldown) return metric;
  std::vector<std::string_view> allowed;
  for (const auto& other : all_metrics())
    if (other.drilldown) allowed.push_back(other.key);
  refuse_value("metric", key, "those that have a drilldown", allowed);
}

}  // namespace

Answered ask(readmodel::Transaction& tx, const DrilldownQuestion& question, Instant now) {
  const Metric& metric = require_drilldown(question.metric);
  if (question.limit < 1)
    throw Error(ErrorKind::usage, fmt::format("--limit {} is below 1; allowed: 1 to 500", question.limit));
  if (question.offset < 0) throw Error(ErrorKind::usage, fmt::format("--offset {} is below 0", question.offset));
  DrilldownAnswer answer;
  answer.metric = &metric;
  answer.limit = std::min(question.limit, kMaxLimit);
  answer.offset = question.offset;
  answer.filters = require_filters(question.filters);

  readmodel::DrilldownQuery query;
  query.metric_key = metric.key;
  query.filters = read_filters(answer.filters);
  query.sort_by = require_sort(question.sort_by);
  query.order = require_order(question.sort_order);
  query.limit = answer.limit;
  query.offset = answer.offset;

  const auto subject = find_subject(tx, question.project, &metric, now);
  query.project_id = answer.project_id = subject.project.id;
  answer.page = readmodel::read_drilldown(tx, query);
  Answered answered{subject.project.name, &metric, drilldown_view(answer)};
  subject.add_meta(answered.answer);
  return answered;
}

}  // namespace tidemark::views
