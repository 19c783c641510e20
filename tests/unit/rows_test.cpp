#include "contracts/rows.hpp"

#include "support/catch.hpp"

using namespace tidemark;
using tests::at;

namespace {

Uuid project() { return *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9"); }

Uuid id_of(std::string_view key) { return uuid_v5(tidemark_namespace(), key); }

}  // namespace

TEST_CASE("a trend row's id is that of the specification's test vector") {
  ProjectRows rows;
  rows.trend.push_back({{}, "wip", Grain::day, at("2024-01-01"), {"phase", "A"}, {}});
  assign_ids(project(), rows);
  CHECK(to_string(rows.trend[0].id) == "52e942b6-ebf5-56a6-94cd-d4c1a006e10a");
}

TEST_CASE("a breakdown row's key holds null where grain and bucket are NULL") {
  ProjectRows rows;
  rows.breakdown.push_back({{}, "wip", std::nullopt, std::nullopt, "phase", "A \"1\"", {}});
  rows.breakdown.push_back({{}, "wip", Grain::week, at("2024-01-01"), "phase", "A", {}});
  assign_ids(project(), rows);
  CHECK(
      rows.breakdown[0].id ==
      id_of(R"(["metrics_breakdown_point","6ac46bcd-c75e-5446-9706-52a6c7155dc9","wip",null,null,"phase","A \"1\""])"));
  CHECK(
      rows.breakdown[1].id ==
      id_of(R"(["metrics_breakdown_point","6ac46bcd-c75e-5446-9706-52a6c7155dc9","wip","week","2024-01-01T00:00:00Z",)"
            R"("phase","A"])"));
}

TEST_CASE("a drilldown row's key holds null where its parts are NULL") {
  ProjectRows rows;
  rows.drilldown.push_back({{}, "wip", "task", project(), std::nullopt, std::nullopt, "{}"});
  rows.drilldown.push_back({{}, "rework", "task", std::nullopt, "r/1", at("2024-01-01"), "{}"});
  assign_ids(project(), rows);
  CHECK(rows.drilldown[0].id == id_of(R"(["metrics_drilldown","6ac46bcd-c75e-5446-9706-52a6c7155dc9","wip","task",)"
                                      R"("6ac46bcd-c75e-5446-9706-52a6c7155dc9",null,null])"));
  CHECK(rows.drilldown[1].id ==
        id_of(R"(["metrics_drilldown","6ac46bcd-c75e-5446-9706-52a6c7155dc9","rework","task",null,"r/1",)"
              R"("2024-01-01T00:00:00Z"])"));
}

TEST_CASE("a summary's id comes from its project, instant and scope") {
  CHECK(
      summary_id(project(), at("2016-05-15"), {"milestone", "M1"}) ==
      id_of(R"(["metrics_summary","6ac46bcd-c75e-5446-9706-52a6c7155dc9","2016-05-15T00:00:00Z",{"milestone":"M1"}])"));
  CHECK(summary_id(project(), at("2016-05-15"), {}) != summary_id(project(), at("2016-05-15"), {"milestone", "M1"}));
}
