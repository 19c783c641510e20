#include "contracts/dimensions.hpp"

#include "contracts/uuid.hpp"
#include "support/catch.hpp"

using namespace tidemark;

TEST_CASE("a dimension has a stored form and a key form") {
  const Dimensions phase{"phase", "A \"1\""};
  CHECK(phase.stored_form() == R"({"phase": "A \"1\""})");
  CHECK(phase.key_form() == R"({"phase":"A \"1\""})");
  CHECK(Dimensions{}.stored_form() == "{}");
  CHECK(Dimensions{}.key_form() == "{}");
}

TEST_CASE("dimensions are ordered: none at all first, then names and values bytewise") {
  CHECK(Dimensions{} < Dimensions{"milestone", "a"});
  CHECK(Dimensions{"milestone", "z"} < Dimensions{"phase", "a"});
  CHECK(Dimensions{"phase", "Z"} < Dimensions{"phase", "a"});
  CHECK(Dimensions{"phase", "z"} < Dimensions{"phase", "\u00e4"});
}

TEST_CASE("a value that is no value is unassigned") {
  CHECK(clip_dimension_value("") == "unassigned");
  CHECK(clip_dimension_value(std::string_view{"\0", 1}) == "unassigned");
  CHECK(clip_dimension_value("x") == "x");
}

TEST_CASE("a long value is cut at a character and tells itself apart by its hash") {
  const std::string fits(200, 'x');
  CHECK(clip_dimension_value(fits) == fits);

  const std::string longer(201, 'x');
  CHECK(clip_dimension_value(longer) == std::string(191, 'x') + "~" + sha256_hex(longer, 8));
  CHECK(clip_dimension_value(longer).size() == 200);

  // The cut at byte 191 would fall inside a character of two, three or four bytes.
  for (const std::string wide : {"\u00e4", "\u20ac", "\U0001F30A"}) {
    for (std::size_t shift = 0; shift < wide.size(); ++shift) {
      std::string value(shift, 'x');
      while (value.size() <= 200) value += wide;
      const std::string clipped = clip_dimension_value(value);
      const std::size_t kept = clipped.size() - 9;
      INFO(wide << " after " << shift);
      CHECK(clipped.size() <= 200);
      CHECK(kept > 191 - wide.size());
      CHECK((kept - shift) % wide.size() == 0);
      CHECK(clipped.substr(0, kept) == value.substr(0, kept));
    }
  }
}
