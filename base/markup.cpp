#include "base/markup.h"

#include "base/utf8.h"

#include <algorithm>
#include <fmt/format.h>

namespace dragoman {

namespace {

// C1 controls are two bytes in UTF-8: C2 80 to C2 9F.
bool is_c1_control(std::string_view text) {
  return text.size() >= 2 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) <= 0x9F;
}

void append_escaped(std::string& escaped, char c) {
  switch (c) {
    case '\n':
      escaped += "\\n";
      break;
    case '\r':
      escaped += "\\r";
      break;
    case '\t':
      escaped += "\\t";
      break;
    default:
      escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

std::string json_in_script(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        if (is_control) {
          escaped += "\uFFFD";
        } else {
          escaped += c;
        }
    }
  }
  return escaped;
}

std::string printable(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t valid = find_invalid_utf8(text).value_or(text.size());
    for (std::size_t i = 0; i < valid; ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (is_c1_control(text.substr(i))) {
        append_escaped(escaped, text[i]);
        append_escaped(escaped, text[++i]);
      } else if (byte < 0x20 || byte == 0x7F) {
        append_escaped(escaped, text[i]);
      } else {
        escaped += text[i];
      }
    }
    if (valid < text.size()) append_escaped(escaped, text[valid]);
    text.remove_prefix(std::min(text.size(), valid + 1));
  }
  return escaped;
}

}  // namespace dragoman
