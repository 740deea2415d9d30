#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A part of a file of XML as it is written again: bytes as they are, or a paragraph or a stretch of text of
/// TranslatedXml.
struct XmlChunk {
  std::string_view bytes;
  int paragraph = -1;
  int stretch = -1;
};
using XmlFragment = std::vector<XmlChunk>;

/// A part of a paragraph.
struct InlineItem {
  enum class Kind {
    kText,
    kOpen,   ///< the beginning of what surrounds text: a link, say
    kClose,  ///< its end
    kPoint,  ///< what stands in the text and has none, as a picture, or none that is translated
    kBreak   ///< what ends one text and begins another: a line break, a tab
  };
  enum class Field { none, begin, instruction, separate, end };

  Kind kind;
  XmlFragment written;        ///< as it stands there, or so that it can stand alone
  std::string text = {};      ///< kText: as XML has it, in one line
  int format = -1;            ///< kText: what its letters look like; -1 if that is said by what surrounds them
  Field field = Field::none;  ///< kPoint: of a field of Word, which instruction it is in `text`
};

}  // namespace dragoman
