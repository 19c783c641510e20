// The one file that knows the validator, valijson. It speaks draft 7, so the schemas keep to the keywords that mean the
// same there and in 2020-12 (tests/meta/schemas_test.cpp holds them to it).
#include "contracts/schema.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "contracts/schema_bundle.hpp"

namespace tidemark {
namespace {

using nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

// Schemas by name, each parsed at its first use. A parsed schema is not changed again.
class Schemas {
 public:
  const valijson::Schema& find(std::string_view name) {
    const std::lock_guard lock(mutex_);
    if (const auto known = parsed_.find(name); known != parsed_.end()) return *known->second;
    return *parsed_.emplace(std::string{name}, parse(name)).first->second;
  }

 private:
  std::unique_ptr<valijson::Schema> parse(std::string_view name) {
    const std::string file = "contracts/schemas/" + std::string{name} + ".schema.json";
    if (find_schema(name) == nullptr) throw std::logic_error(file + ": there is no such schema");
    if (bundle_.is_null()) bundle_ = json{{"components", {{"schemas", bundled_schemas()}}}};
    bundle_["$ref"] = "#" + bundled_pointer(name);
    auto schema = std::make_unique<valijson::Schema>();
    try {
      valijson::SchemaParser{valijson::SchemaParser::kDraft7}.populateSchema(Adapter{bundle_}, *schema);
    } catch (const std::runtime_error& problem) {
      throw std::logic_error(file + ": cannot be read: " + problem.what());
    }
    return schema;
  }

  std::mutex mutex_;
  json bundle_;
  std::map<std::string, std::unique_ptr<valijson::Schema>, std::less<>> parsed_;
};

// valijson's path: "<root>", "[data]", "[0]".
std::string pointer_of(const std::vector<std::string>& context) {
  json::json_pointer pointer;
  for (std::size_t i = 1; i < context.size(); ++i) pointer /= context[i].substr(1, context[i].size() - 2);
  return pointer.to_string();
}

// Each level above a problem is reported as well, and says less.
bool above(const SchemaViolation& a, const SchemaViolation& b) {
  return a.at.size() < b.at.size() && b.at.starts_with(a.at) && b.at[a.at.size()] == '/';
}

// 1.0 is an integer in JSON Schema, but not to valijson.
void make_whole_numbers_integers(json& node) {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  if (node.is_structured())
    for (auto& child : node) make_whole_numbers_integers(child);
  if (!node.is_number_float()) return;
  const auto value = node.get<double>();
  if (std::fabs(value) < kExactIntegers && value == std::trunc(value)) node = static_cast<std::int64_t>(value);
}

std::vector<SchemaViolation> deepest(valijson::ValidationResults& results) {
  std::vector<SchemaViolation> all;
  for (valijson::ValidationResults::Error error; results.popError(error);)
    all.push_back({pointer_of(error.context), error.description});
  std::vector<SchemaViolation> kept;
  for (const auto& violation : all)
    if (std::none_of(all.begin(), all.end(), [&](const auto& other) { return above(violation, other); }))
      kept.push_back(violation);
  return kept;
}

}  // namespace

std::vector<SchemaViolation> schema_violations(std::string_view schema, const json& document) {
  static Schemas schemas;
  thread_local valijson::Validator validator;  // remembers compiled patterns, and is not for two threads
  const auto& root = schemas.find(schema);
  if (validator.validate(root, Adapter{document}, nullptr)) return {};

  json retried = document;
  make_whole_numbers_integers(retried);
  valijson::ValidationResults results;
  if (validator.validate(root, Adapter{retried}, &results)) return {};
  return deepest(results);
}

}  // namespace tidemark
