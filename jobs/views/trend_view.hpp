// The answer to GET /v1/metrics/trends. Spec: contract v1.0.
#pragma once

#include <string>
#include <vector>

#include "contracts/catalogue.hpp"
#include "jobs/views/answer.hpp"
#include "jobs/views/series_fill.hpp"

namespace tidemark::views {

struct TrendAnswer {
  const Metric* metric = nullptr;
  Uuid project_id;
  Grain grain = Grain::day;
  std::string start_date;  // as asked for
  std::string end_date;
  std::vector<SeriesPoint> points;  // by time, then dimensions; a missing value is shown as null
};

Json trend_view(const TrendAnswer& answer);

}  // namespace tidemark::views
