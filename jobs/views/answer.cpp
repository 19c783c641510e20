#include "jobs/views/answer.hpp"

#include <cmath>

#include "contracts/json_text.hpp"
#include "contracts/rows.hpp"

namespace tidemark::views {

Json answer_head(const Uuid& project_id) {
  return {{"version", std::string{kContractVersion}}, {"project_id", to_string(project_id)}};
}

Json meta_json(const Meta& meta) {
  Json json{{"as_of", format_instant(meta.as_of)}};
  if (meta.updated) json["computed_at"] = format_instant(*meta.updated);
  json["data_version"] = meta.data_version;
  json["definition_version"] = meta.definition_version;
  json["lag_seconds"] = std::chrono::floor<std::chrono::seconds>(meta.lag).count();
  json["complete"] = meta.complete;
  return json;
}

bool is_partial(std::string_view value_json) {
  const auto json = Json::parse(value_json, nullptr, false);
  return json.is_object() && json.contains("partial") && json.at("partial") == true;
}

Json rounded(double value, int places) {
  const double result = round_decimal(value, places);
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  if (result == std::trunc(result) && std::fabs(result) < kExactIntegers) return static_cast<std::int64_t>(result);
  return result;
}

Json rounded(double value, std::string_view unit) { return rounded(value, unit == "ratio" ? 4 : 2); }

void add_rounded(Json& object, const std::string& key, std::optional<double> value, std::string_view unit) {
  if (value) object[key] = rounded(*value, unit);
}

}  // namespace tidemark::views
