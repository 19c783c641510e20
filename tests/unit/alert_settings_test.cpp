// [alerts.<metric key>] of tidemark.toml. Spec: jobs, "Alerts, forecast, health" (thresholds are configurable).
#include "jobs/alert_settings.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "contracts/error.hpp"
#include "jobs/settings.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::jobs;
using namespace tidemark::tests;

namespace {

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() / ("tidemark-alerts-" + std::to_string(getpid()) + ".toml")) {
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  LoadedSettings load() const { return load_settings({}, path_.string()); }

 private:
  std::filesystem::path path_;
};

AlertThresholds in_force(const std::string& metric, const std::string& text) {
  return *thresholds_of(*find_metric(metric), ConfigFile{text}.load().settings.alerts);
}

void refused(const std::string& text, const std::string& because) {
  INFO(text);
  CHECK_THROWS_WITH(ConfigFile{text}.load(), contains_text(because));
}

}  // namespace

TEST_CASE("thresholds are the catalogue's until the file says otherwise, one by one") {
  const auto unset = in_force("lead_time", "");
  CHECK(unset.warning == 14400);
  const auto changed = in_force("lead_time", "[alerts.lead_time]\nwarning = 7200\nemergency = 40000.5\n");
  CHECK(changed.warning == 7200);
  CHECK(changed.critical == 20160);
  CHECK(changed.emergency == 40000.5);
  CHECK(changed.field == "p90_minutes");
  CHECK(in_force("blocked", "[alerts.lead_time]\nwarning = 7200\n").warning == 0.15);
  CHECK_FALSE(thresholds_of(*find_metric("wip"), {}));
}

TEST_CASE("where a threshold comes from is remembered") {
  const ConfigFile file("workers = 3\n\n[alerts.backlog]\nwarning = 5\n");
  const auto loaded = file.load();
  REQUIRE(loaded.origins.count("alerts.backlog.warning") == 1);
  CHECK_THAT(loaded.origins.at("alerts.backlog.warning"), contains_text(".toml:4"));
}

TEST_CASE("what cannot be a threshold is refused with what can") {
  refused("[alerts.led_time]\nwarning = 1\n",
          ":2: [alerts.led_time]: there is no such metric; the metrics with thresholds");
  refused("[alerts.wip]\nwarning = 1\n",
          "this metric has no thresholds; the metrics with thresholds are delivery_predict");
  refused("[alerts.backlog]\nwarn = 1\n", "there is no level `warn`; the levels are warning, critical and emergency");
  refused("[alerts.backlog]\nwarning = \"ten\"\n", "warning must be a number, in tasks");
  refused("[alerts.backlog]\nwarning = nan\n", "warning must be a number, in tasks");
  refused("[alerts.backlog]\nwarning = true\n", "warning must be a number, in tasks");
  refused("[alerts.backlog]\nwarning = 30\n",
          "warning 30, critical 20, emergency 40 must rise, for a value above them is bad");
  refused("[alerts.flow_efficiency_score]\ncritical = 40\n", "must fall, for a value below them is bad");
  refused("alerts = 3\n", "alerts must be tables such as [alerts.lead_time]");
  refused("alerts.backlog = 3\n", "alerts.backlog must be a table");
}
