// What must hold between the members of one JSON object, said one claim at a time; those that do not hold are
// collected. An absent number is claimed to be absent. Tolerance: rounding in the last digits of a double.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::conformance {

using Json = nlohmann::json;
using Problems = std::vector<std::string>;

// The member; null where it is absent or `object` is no object.
const Json& member(const Json& object, std::string_view name);
// The member as a number; nullopt where it is absent or no number.
std::optional<double> number(const Json& object, std::string_view name);
// The sum of an object's numbers, or of a member of each item of an array; 0 where there are none.
double sum_of(const Json& object);
double sum_of(const Json& items, std::string_view name);

// Whole numbers must be equal, others within rounding (1e-9 of the larger).
bool agree(std::optional<double> a, std::optional<double> b);
std::string text_of(std::optional<double> value);

class Claims {
 public:
  explicit Claims(const Json& object) : object_(object) {}

  std::optional<double> at(std::string_view name) const { return number(object_, name); }

  // `name` is what the problem calls the found number.
  Claims& equal(std::string_view name, std::optional<double> found, std::optional<double> expected);
  // The member of that name.
  Claims& equal(std::string_view name, std::optional<double> expected) { return equal(name, at(name), expected); }
  // Those of the members that are there do not fall from one to the next.
  Claims& ascending(std::initializer_list<std::string_view> names);
  // `found` lies within the bounds, which may be absent.
  Claims& within(std::string_view name, std::optional<double> found, std::optional<double> lower,
                 std::optional<double> upper);
  Claims& text(std::string_view name, std::string_view expected);
  // confidence_interval, where there is one, is around `centre`.
  Claims& interval_around(std::optional<double> centre);

  Claims& say(std::string problem) {
    problems_.push_back(std::move(problem));
    return *this;
  }

  Problems take() { return std::move(problems_); }

 private:
  const Json& object_;
  Problems problems_;
};

}  // namespace tidemark::conformance
