#include "base/word_links.h"

#include <fmt/format.h>
#include <iterator>

namespace dragoman {

std::string format_pharaoh(std::span<const WordLink> links) {
  std::string text;
  for (const WordLink& link : links)
    fmt::format_to(std::back_inserter(text), "{}{}-{}", text.empty() ? "" : " ", link.source, link.target);
  return text;
}

}  // namespace dragoman
