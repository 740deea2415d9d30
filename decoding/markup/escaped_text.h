#pragma once

#include "decoding/markup/marked_text.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Writes the text of a block's translation, from its beginning to its end, as markup has it: '&', '<' and '>' become
/// references. A character that the source has as a reference comes out as it was written: its first as the first in
/// the source and so on.
class EscapedText {
 public:
  explicit EscapedText(const MarkedBlock& block);

  std::string operator()(std::string_view text);

 private:
  struct Forms {
    std::vector<std::string> written;  // in the source, in order
    std::size_t used = 0;
  };
  std::string form_of(std::string_view character);

  Markup markup_;
  char before_ = ' ';  // the last byte that was written
  std::map<std::string, Forms, std::less<>> forms_;
};

}  // namespace dragoman
