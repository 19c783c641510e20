#include "contracts/dimensions.hpp"

#include "contracts/json_text.hpp"
#include "contracts/uuid.hpp"

namespace tidemark {
namespace {

constexpr std::size_t kMaxValueBytes = 200;
constexpr std::size_t kHashDigits = 8;

}  // namespace

std::string Dimensions::stored_form() const {
  if (all()) return "{}";
  return "{" + string_text(name) + ": " + string_text(value) + "}";
}

std::string Dimensions::key_form() const {
  if (all()) return "{}";
  return "{" + string_text(name) + ":" + string_text(value) + "}";
}

std::string clip_dimension_value(std::string_view value) {
  if (value.empty() || value.front() == '\0') return std::string{kUnassigned};
  if (value.size() <= kMaxValueBytes) return std::string{value};
  std::size_t end = kMaxValueBytes - 1 - kHashDigits;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return std::string{value.substr(0, end)} + '~' + sha256_hex(value, kHashDigits);
}

}  // namespace tidemark
