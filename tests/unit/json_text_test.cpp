#include "contracts/json_text.hpp"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/catch.hpp"

using namespace tidemark;

TEST_CASE("numbers are the shortest plain decimals that read back as themselves") {
  CHECK(number_text(0) == "0");
  CHECK(number_text(-0.0) == "0");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(-2.5) == "-2.5");
  CHECK(number_text(1500) == "1500");
  CHECK(number_text(1.0 / 3) == "0.3333333333333333");
  CHECK(number_text(1e21) == "1000000000000000000000");
  CHECK(number_text(1e-7) == "0.0000001");
  for (const double extreme :
       {std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min(), 2.2250738585072011e-308}) {
    const std::string text = number_text(extreme);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    CHECK(back == extreme);
  }
  CHECK_THROWS_AS(number_text(std::numeric_limits<double>::infinity()), std::invalid_argument);
  CHECK_THROWS_AS(number_text(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
}

TEST_CASE("strings are escaped as jsonb prints them") {
  CHECK(string_text("a\"b\\c/d") == R"("a\"b\\c/d")");
  CHECK(string_text("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(string_text("\x01\x1f\x7f") == "\"\\u0001\\u001f\x7f\"");
  CHECK(string_text("z\u00e4\u20ac\U0001F30A") == "\"z\u00e4\u20ac\U0001F30A\"");
  CHECK(string_text(std::string_view{"a\0b", 3}) == "\"a\uFFFDb\"");
}

TEST_CASE("an object's keys stand by length, then by bytes") {
  JsonObject object;
  object.add("bb", 1).add("aaa", "x").add("z", 2.5).add("ab", std::optional<double>{}).add_flag("B", true);
  CHECK(object.text() == R"({"B": true, "z": 2.5, "bb": 1, "aaa": "x"})");
  CHECK(JsonObject{}.text() == "{}");
  CHECK(JsonObject{}.empty());
}

TEST_CASE("arrays and nested values in stored form") {
  CHECK(array_text({}) == "[]");
  CHECK(string_array_text({"b", "a\""}) == R"(["b", "a\""])");
  const auto value = nlohmann::json::parse(R"({"list":[1,2.50,-0.0,null,{"y":1,"x":[]}],"k":"v"})");
  CHECK(stored_form(value) == R"({"k": "v", "list": [1, 2.5, 0, null, {"x": [], "y": 1}]})");
}

TEST_CASE("rounding is half away from zero on the decimal that is shown") {
  CHECK(round_decimal(2.675, 2) == 2.68);
  CHECK(round_decimal(0.625, 2) == 0.63);
  CHECK(round_decimal(-2.675, 2) == -2.68);
  CHECK(round_decimal(1.005, 2) == 1.01);
  CHECK(round_decimal(0.004999, 2) == 0);
  CHECK(round_decimal(9.995, 2) == 10);
  CHECK(round_decimal(99.95, 1) == 100);
  CHECK(round_decimal(0.5, 0) == 1);
  CHECK(round_decimal(2.4, 0) == 2);
  CHECK(round_decimal(1234567, 2) == 1234567);
  CHECK(number_text(round_decimal(-0.001, 2)) == "0");
}
