#include "contracts/rows.hpp"

#include "contracts/json_text.hpp"

namespace tidemark {
namespace {

// The RFC 8785 text of [table, project, key columns in order].
class KeyText {
 public:
  KeyText(std::string_view table, const Uuid& project) {
    text_ = "[\"";
    text_ += table;
    text_ += "\",\"";
    text_ += to_string(project);
    text_ += '"';
  }
  KeyText& raw(std::string_view json) {
    text_ += ',';
    text_ += json;
    return *this;
  }
  KeyText& string(std::string_view value) { return raw(string_text(value)); }
  KeyText& instant(const std::optional<Instant>& t) { return t ? string(format_instant(*t)) : raw("null"); }
  Uuid id() { return uuid_v5(tidemark_namespace(), text_ + ']'); }

 private:
  std::string text_;
};

}  // namespace

void assign_ids(const Uuid& project_id, ProjectRows& rows) {
  for (auto& row : rows.trend)
    row.id = KeyText("metrics_trend_point", project_id)
                 .string(row.metric_key)
                 .string(to_string(row.grain))
                 .instant(row.bucket)
                 .raw(row.dimensions.key_form())
                 .id();
  for (auto& row : rows.breakdown) {
    KeyText key("metrics_breakdown_point", project_id);
    key.string(row.metric_key);
    row.grain ? key.string(to_string(*row.grain)) : key.raw("null");
    row.id = key.instant(row.bucket).string(row.dimension_key).string(row.dimension_value).id();
  }
  for (auto& row : rows.drilldown) {
    KeyText key("metrics_drilldown", project_id);
    key.string(row.metric_key).string(row.entity_type);
    row.entity_id ? key.string(to_string(*row.entity_id)) : key.raw("null");
    row.reference_id ? key.string(*row.reference_id) : key.raw("null");
    row.id = key.instant(row.bucket).id();
  }
}

Uuid summary_id(const Uuid& project_id, Instant captured_at, const Dimensions& scope) {
  return KeyText("metrics_summary", project_id).instant(captured_at).raw(scope.key_form()).id();
}

}  // namespace tidemark
