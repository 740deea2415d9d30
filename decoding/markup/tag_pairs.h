#pragma once

#include "decoding/markup/markup_scanner.h"

#include <span>
#include <vector>

namespace dragoman {

/// What a start or end tag is of.
struct TagPartner {
  enum class Kind {
    kNone,    ///< no tag, or one that belongs to no element: it stands for itself
    kToken,   ///< an element, whose other tag is `token`
    kBeyond,  ///< an element that begins before the text, or ends behind it
  };
  Kind kind = Kind::kNone;
  std::size_t token = 0;
};

/// For each of `tokens`. Elements nest: of two that overlap, the one that was opened later stands for nothing.
std::vector<TagPartner> partners_of(std::span<const MarkupToken> tokens);

}  // namespace dragoman
