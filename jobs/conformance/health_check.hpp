// health_at_a_glance against the scores that it is the lowest of, bucket by bucket. Spec: delivery metrics, section 3.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "jobs/conformance/report.hpp"
#include "jobs/conformance/stored_point.hpp"

namespace tidemark::conformance {

class HealthCheck {
 public:
  void add(const Point& point);
  void finish(Report& report) const;

 private:
  struct Scores {
    std::map<std::string, double, std::less<>> components;  // by metric key
    std::optional<double> health;
    std::string limiting;
    std::string where;
  };
  std::map<std::pair<Grain, Instant>, Scores> buckets_;
};

}  // namespace tidemark::conformance
