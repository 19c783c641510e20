#include "years/row_counts.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include "jobs/process.hpp"
#include "support/sql.hpp"

namespace tidemark::tests {
namespace {

struct Kind {
  const char* name;
  const char* count;
};
constexpr std::array kKinds{Kind{"trend hour", "metrics_trend_point WHERE time_grain = 'hour'"},
                            Kind{"trend day", "metrics_trend_point WHERE time_grain = 'day'"},
                            Kind{"trend week", "metrics_trend_point WHERE time_grain = 'week'"},
                            Kind{"trend month", "metrics_trend_point WHERE time_grain = 'month'"},
                            Kind{"breakdown", "metrics_breakdown_point"},
                            Kind{"drilldown", "metrics_drilldown"},
                            Kind{"summary", "metrics_summary"},
                            Kind{"job runs", "metrics_job_run"},
                            Kind{"resolved quarantine", "metrics_quarantine WHERE resolved_at IS NOT NULL"}};

}  // namespace

RowCounts::RowCounts(const std::filesystem::path& csv) : file_(csv) {
  file_ << "day";
  for (const auto& kind : kKinds) file_ << ',' << kind.name;
  file_ << '\n';
}

void RowCounts::add(readmodel::Session& session, Instant as_of) {
  file_ << format_day(as_of);
  for (const auto& kind : kKinds) file_ << ',' << sql_value(session, std::string{"SELECT count(*) FROM "} + kind.count);
  file_ << std::endl;  // to be looked at while the years go on
}

bool plot_row_counts(const std::filesystem::path& csv, const std::filesystem::path& png) {
  constexpr const char* kGnuplot = "/usr/bin/gnuplot";
  if (!std::filesystem::exists(kGnuplot)) {
    fmt::print("no picture, since {} is not there (apt-get install gnuplot-nox): {}\n", kGnuplot, csv.string());
    return false;
  }
  const auto script = std::filesystem::path{TIDEMARK_SOURCE_DIR} / "tests/years/row_counts.gnuplot";
  const auto result = jobs::run({{kGnuplot, "-c", script.string(), csv.string(), png.string()},
                                 {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}, {"HOME", "/tmp"}},
                                 "/",
                                 {},
                                 {},
                                 {}});
  if (result.status != 0) throw std::runtime_error("gnuplot failed: " + result.output);
  return true;
}

}  // namespace tidemark::tests
