#include "app/serve/http/url.h"

#include "base/hex.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace dragoman {

std::string_view field_of(const HttpFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

std::string decode_url(std::string_view text, UrlPart part) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && part == UrlPart::form) {
      decoded += ' ';
      continue;
    }
    if (const auto byte = text[i] == '%' ? byte_of_hex(text.substr(i + 1, 2)) : std::nullopt) {
      decoded += static_cast<char>(*byte);
      i += 2;
      continue;
    }
    decoded += text[i];
  }
  return decoded;
}

HttpFields parse_form(std::string_view text) {
  HttpFields fields;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
    if (field.empty()) continue;
    const std::size_t equals = field.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    fields.emplace_back(decode_url(field.substr(0, equals), UrlPart::form), decode_url(value, UrlPart::form));
  }
  return fields;
}

}  // namespace dragoman
