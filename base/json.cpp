#include "base/json.h"

namespace dragoman {
namespace {

constexpr int kDeepest = 64;

// Brackets within strings do not nest.
bool is_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

template <typename Json>
std::optional<Json> parsed(std::string_view text) {
  if (is_deep(text)) return std::nullopt;
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

}  // namespace

std::optional<nlohmann::ordered_json> parse_json(std::string_view text) {
  return parsed<nlohmann::ordered_json>(text);
}

std::optional<nlohmann::json> parse_sorted_json(std::string_view text) {
  return parsed<nlohmann::json>(text);
}

}  // namespace dragoman
