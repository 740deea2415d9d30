#pragma once

#include "decoding/markup/markup_scanner.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A file of XML as its tags and what stands between them, all bytes of it. Nothing is looked up or replaced:
/// references stay as they are written.
struct XmlTokens {
  std::vector<MarkupToken> tokens;
  std::vector<std::size_t> closing;  ///< of each start tag, the index of its end tag; of others, their own

  /// The bytes from token `begin` to before token `end`.
  std::string_view bytes(std::size_t begin, std::size_t end) const;
};

/// Throws std::invalid_argument, naming the file, if `bytes`, which must outlive the result, are not UTF-8, have a
/// document type (which could define entities), elements that are not nested, or more than 200 in one another.
XmlTokens xml_tokens(std::string_view bytes, std::string_view name);

/// The value of an attribute of a tag, with characters in place of references; empty if it has none.
std::string xml_attribute(std::string_view tag, std::string_view name);

}  // namespace dragoman
