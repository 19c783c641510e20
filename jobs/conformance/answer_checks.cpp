#include "jobs/conformance/answer_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "contracts/schema.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/breakdown_view.hpp"
#include "readmodel/queries/drilldown.hpp"

namespace tidemark::conformance {
namespace {

using readmodel::DrilldownQuery;
using readmodel::DrilldownSort;
using readmodel::SortOrder;

constexpr std::int64_t kPage = 500;

struct Sorting {
  DrilldownSort key;
  SortOrder order;
  const char* key_name;
  const char* order_name;
  const char* field;  // the member of an item that shows it
};

// The default first.
constexpr std::array<Sorting, 6> kSortings{{
    {DrilldownSort::value, SortOrder::descending, "value", "desc", "value"},
    {DrilldownSort::value, SortOrder::ascending, "value", "asc", "value"},
    {DrilldownSort::timestamp, SortOrder::descending, "timestamp", "desc", "timestamp"},
    {DrilldownSort::timestamp, SortOrder::ascending, "timestamp", "asc", "timestamp"},
    {DrilldownSort::task_id, SortOrder::descending, "task_id", "desc", "task_id"},
    {DrilldownSort::task_id, SortOrder::ascending, "task_id", "asc", "task_id"},
}};

class Asker {
 public:
  Asker(readmodel::Transaction& tx, const AnswerBasis& basis, Report& report)
      : tx_(tx), basis_(basis), report_(report), project_(to_string(basis.project_id)) {}

  void summary() {
    const views::SummaryQuestion question{project_, std::nullopt};
    const auto answer = ask(question, "responses/summary", "summary");
    if (!answer || !basis_.newest_summary) return;
    if (member(*answer, "metrics") != Json::parse(*basis_.newest_summary, nullptr, false))
      report_.add(Check::answer, "summary", "metrics are not those of the newest stored snapshot");
  }

  void alerts_and_health() {
    views::AlertsQuestion alerts;
    alerts.project = project_;
    alerts.state = "all";
    ask(alerts, "responses/alerts", "alerts");
    ask(views::ActionsQuestion{project_}, "responses/actions", "actions");
    ask(views::HealthQuestion{project_, std::nullopt}, "responses/health", "health");
  }

  void trends(const Metric& metric) {
    for (const auto grain : metric.grains) {
      if (metric.undivided) {
        trend(metric, grain, "", std::nullopt);
        trend(metric, grain, "", wide_start(grain));
      }
      if (grain == Grain::hour) continue;
      for (const auto dimension : metric.trend_dimensions) trend(metric, grain, dimension, std::nullopt);
    }
  }

  void breakdowns(const Metric& metric) {
    for (const auto& dimension : metric.breakdown_dimensions) {
      for (const auto& range : views::kBreakdownRanges) {
        const views::BreakdownQuestion question{project_, std::string{metric.key}, std::string{dimension.name},
                                                std::string{range.name}};
        const auto where = fmt::format("breakdown of {} by {} over {}", metric.key, dimension.name, range.name);
        if (const auto answer = ask(question, "responses/breakdown", where))
          add_all(where, breakdown_answer_problems(metric, dimension, *answer));
      }
    }
  }

  void drilldowns(const Metric& metric) {
    for (const auto& sorting : kSortings) drilldown(metric, sorting);
    pages(metric);
  }

 private:
  void add_all(const std::string& where, const Problems& problems) {
    for (const auto& problem : problems) report_.add(Check::answer, where, problem);
  }

  // nullopt: refused (more points than an answer may have), or reported as a violation.
  template <typename Question>
  std::optional<Json> ask(const Question& question, std::string_view schema, const std::string& where) {
    Json answer;
    try {
      answer = views::ask(tx_, question, basis_.as_of).answer;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::usage) return std::nullopt;
      if (error.kind() != ErrorKind::contract) throw;
      report_.count(Check::answer);
      report_.add(Check::answer, where, error.what());
      return std::nullopt;
    }
    report_.count(Check::answer);
    report_.count(Check::schema);
    for (const auto& violation : schema_violations(schema, answer))
      report_.add(Check::schema, where, fmt::format("{} {}: {}", schema, violation.at, violation.problem));
    const Json& meta = member(answer, "meta");
    if (member(meta, "as_of") != Json(format_instant(basis_.as_of)))
      report_.add(
          Check::answer, where,
          fmt::format("meta.as_of is {}, expected {}", member(meta, "as_of").dump(), format_instant(basis_.as_of)));
    return answer;
  }

  // All that may be kept: days and hours of a quarter, weeks and months of ten years.
  std::string wide_start(Grain grain) const {
    const int days = grain == Grain::hour || grain == Grain::day ? 95 : 3650;
    return format_day(basis_.as_of - days * kDay);
  }

  void trend(const Metric& metric, Grain grain, std::string_view dimension, std::optional<std::string> from) {
    views::TrendQuestion question;
    question.project = project_;
    question.metric = metric.key;
    question.grain = to_string(grain);
    question.dimensions = dimension;
    question.from = std::move(from);
    const auto where =
        fmt::format("trend of {} by {}{}{}", metric.key, question.grain, dimension.empty() ? "" : " and ", dimension);
    if (const auto answer = ask(question, "responses/trends", where))
      add_all(where, trend_answer_problems(metric, *answer));
  }

  void drilldown(const Metric& metric, const Sorting& sorting) {
    views::DrilldownQuestion question;
    question.project = project_;
    question.metric = metric.key;
    question.sort_by = sorting.key_name;
    question.sort_order = sorting.order_name;
    question.limit = kPage;
    const auto where = fmt::format("drilldown of {} by {} {}", metric.key, sorting.key_name, sorting.order_name);
    const auto answer = ask(question, "responses/drilldown", where);
    if (!answer) return;
    const auto stored = basis_.entity_values.find(metric.key);
    const auto values = stored == basis_.entity_values.end() ? std::vector<double>{} : stored->second;
    add_all(where, aggregation_problems(member(*answer, "aggregation"), values, metric.drilldown->unit));
    add_all(where, page_problems(*answer, sorting, values.size()));
  }

  static Problems page_problems(const Json& answer, const Sorting& sorting, std::size_t total) {
    const Json& items = member(answer, "items");
    const Json& pagination = member(answer, "pagination");
    Claims claims(pagination);
    claims.equal("total", static_cast<double>(total));
    claims.equal("the number of items", static_cast<double>(items.size()),
                 static_cast<double>(std::min<std::size_t>(total, kPage)));
    if (member(pagination, "has_more") != Json(total > items.size())) claims.say("has_more does not agree with total");
    for (std::size_t i = 1; i < items.size(); ++i) {
      const Json& a = member(items[i - 1], sorting.field);
      const Json& b = member(items[i], sorting.field);
      if (a.is_null() || b.is_null()) continue;
      if (sorting.order == SortOrder::ascending ? b < a : a < b)
        claims.say(fmt::format("item {} is out of order: {} after {}", i, b.dump(), a.dump()));
    }
    return claims.take();
  }

  // Whether the pages, laid side by side, hold every row once: all of them in the default order, two in each other one.
  void pages(const Metric& metric) {
    for (const auto& sorting : kSortings) {
      const bool all = &sorting == kSortings.data();
      DrilldownQuery query;
      query.project_id = basis_.project_id;
      query.metric_key = metric.key;
      query.sort_by = sorting.key;
      query.order = sorting.order;
      query.limit = kPage;
      std::set<std::tuple<std::optional<Uuid>, std::optional<std::string>, std::optional<Instant>>> seen;
      std::int64_t total = 0;
      std::int64_t rows = 0;
      do {
        const auto page = readmodel::read_drilldown(tx_, query);
        total = page.total;
        if (total <= kPage) return;  // one page, which drilldown() has seen
        for (const auto& item : page.items) seen.emplace(item.entity_id, item.reference_id, item.bucket);
        rows += std::ssize(page.items);
        query.offset += kPage;
      } while (query.offset < total && (all || query.offset < 2 * kPage));
      report_.count(Check::answer);
      const auto where = fmt::format("pages of {} by {} {}", metric.key, sorting.key_name, sorting.order_name);
      const auto expected = std::min(total, query.offset);
      if (rows != expected || std::ssize(seen) != rows)
        report_.add(Check::answer, where,
                    fmt::format("{} rows, {} of them different, expected {}", rows, seen.size(), expected));
    }
  }

  readmodel::Transaction& tx_;
  const AnswerBasis& basis_;
  Report& report_;
  std::string project_;
};

}  // namespace

void check_answers(readmodel::Transaction& tx, const AnswerBasis& basis, Report& report) {
  Asker asker(tx, basis, report);
  asker.summary();
  asker.alerts_and_health();
  for (const auto& metric : all_metrics()) {
    asker.trends(metric);
    asker.breakdowns(metric);
    if (metric.drilldown) asker.drilldowns(metric);
  }
}

}  // namespace tidemark::conformance
