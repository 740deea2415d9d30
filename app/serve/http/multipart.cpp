#include "app/serve/http/multipart.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr std::size_t kMostParts = 1000;

bool starts_alike(std::string_view text, std::string_view beginning) {
  return text.size() >= beginning.size() &&
         std::ranges::equal(text.substr(0, beginning.size()), beginning,
                            [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The value of `; name=value` or `; name="value"`, if it is there.
std::optional<std::string> parameter_of(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    std::string_view rest = trimmed(header.substr(at + 1));
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const bool is_it =
        starts_alike(trimmed(rest.substr(0, equals)), name) && trimmed(rest.substr(0, equals)).size() == name.size();
    rest = trimmed(rest.substr(equals + 1));
    std::string value;
    std::size_t end = 0;
    if (rest.starts_with('"')) {
      for (end = 1; end < rest.size() && rest[end] != '"'; ++end) {
        if (rest[end] == '\\' && end + 1 < rest.size()) ++end;
        value += rest[end];
      }
    } else {
      end = std::min(rest.find(';'), rest.size());
      value = trimmed(rest.substr(0, end));
    }
    if (is_it) return value;
    header = rest.substr(std::min(end, rest.size()));
    at = header.find(';');
  }
  return std::nullopt;
}

// Where the boundary stands by itself, rather than being the beginning of a longer line.
std::size_t find_delimiter(std::string_view body, std::string_view delimiter) {
  for (std::size_t at = body.find(delimiter); at != std::string_view::npos; at = body.find(delimiter, at + 1)) {
    std::string_view rest = body.substr(at + delimiter.size());
    if (rest.starts_with("--")) return at;
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rest.starts_with("\r\n")) return at;
  }
  return std::string_view::npos;
}

FormPart part_of(std::string_view text) {
  const std::size_t blank = text.starts_with("\r\n") ? 0 : text.find("\r\n\r\n");
  if (blank == std::string_view::npos) throw std::invalid_argument("a part of the form has no end of its header");
  FormPart part;
  std::string_view header = text.substr(0, blank);
  part.data = text.substr(blank == 0 && text.starts_with("\r\n") ? 2 : blank + 4);
  while (!header.empty()) {
    const std::string_view line = header.substr(0, header.find("\r\n"));
    header.remove_prefix(std::min(line.size() + 2, header.size()));
    if (!starts_alike(line, "content-disposition:")) continue;
    part.name = parameter_of(line, "name").value_or("");
    part.file_name = parameter_of(line, "filename").value_or("");
  }
  return part;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  if (!starts_alike(content_type, "multipart/form-data")) return std::nullopt;
  std::optional<std::string> boundary = parameter_of(content_type, "boundary");
  // At most 70 characters, RFC 2046, 5.1.1.
  if (!boundary || boundary->empty() || boundary->size() > 70) return std::nullopt;
  return boundary;
}

std::vector<FormPart> parse_multipart(std::string_view body, std::string_view boundary) {
  const std::string between = "\r\n--" + std::string(boundary);
  const std::string_view opening = std::string_view(between).substr(2);
  std::size_t end = body.starts_with(opening) ? 0 : find_delimiter(body, between);
  if (end == std::string_view::npos) throw std::invalid_argument("the form does not begin with its boundary");
  body.remove_prefix(end + (body.starts_with(opening) ? opening.size() : between.size()));
  std::vector<FormPart> parts;
  while (!body.starts_with("--")) {
    // A part without a header or without data begins with the line break that it ends with.
    const std::size_t line_end = body.find("\r\n");
    if (line_end == std::string_view::npos) throw std::invalid_argument("the form does not end with its boundary");
    body.remove_prefix(line_end);
    end = find_delimiter(body, between);
    if (end == std::string_view::npos) throw std::invalid_argument("the form does not end with its boundary");
    if (parts.size() == kMostParts) throw std::invalid_argument("the form has too many parts");
    parts.push_back(part_of(body.substr(std::min<std::size_t>(2, end), end - std::min<std::size_t>(2, end))));
    body.remove_prefix(end + between.size());
  }
  return parts;
}

}  // namespace dragoman
