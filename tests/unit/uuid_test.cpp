#include "contracts/uuid.hpp"

#include "support/catch.hpp"

using namespace tidemark;

TEST_CASE("an id is read in either case and written in lower case") {
  const auto id = parse_uuid("6AC46BCD-c75e-5446-9706-52a6c7155dc9");
  REQUIRE(id.has_value());
  CHECK(to_string(*id) == "6ac46bcd-c75e-5446-9706-52a6c7155dc9");
}

TEST_CASE("what is no id is refused") {
  const auto text = GENERATE(as<std::string>{}, "", "6ac46bcd", "6ac46bcdc75e5446970652a6c7155dc9",
                             "{6ac46bcd-c75e-5446-9706-52a6c7155dc9}", "6ac46bcd-c75e-5446-9706-52a6c7155dcg",
                             "6ac46bcd-c75e-5446-970652a6c-7155dc9", "6ac46bcd-c75e-5446-9706-52a6c7155dc9 ");
  INFO(text);
  CHECK(parse_uuid(text) == std::nullopt);
}

TEST_CASE("name-based ids are those of RFC 4122") {
  const auto dns = parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  CHECK(to_string(uuid_v5(*dns, "www.example.org")) == "74738ff5-5367-5958-9aee-98fffdcd1876");
}

TEST_CASE("the id of the specification's test vector") {
  const std::string_view key =
      R"(["metrics_trend_point","6ac46bcd-c75e-5446-9706-52a6c7155dc9","wip","day","2024-01-01T00:00:00Z",{"phase":"A"}])";
  CHECK(to_string(uuid_v5(tidemark_namespace(), key)) == "52e942b6-ebf5-56a6-94cd-d4c1a006e10a");
}

TEST_CASE("ids are ordered by their bytes") {
  CHECK(*parse_uuid("00000000-0000-0000-0000-0000000000ff") < *parse_uuid("7f000000-0000-0000-0000-000000000000"));
  CHECK(*parse_uuid("7f000000-0000-0000-0000-000000000000") < *parse_uuid("80000000-0000-0000-0000-000000000000"));
}

TEST_CASE("SHA-256 in hex, whole or its beginning") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("", 8) == "e3b0c442");
}
