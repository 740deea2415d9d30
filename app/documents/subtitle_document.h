#pragma once

#include "app/documents/document.h"
#include "tokenizer/text_range.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Subtitles (SubRip): numbers, times, positions and tags stay. The lines of a subtitle are one text, but that where a
/// line begins with a dash somebody else speaks. A translation of several lines gets as many as it needs.
class SubtitleDocument : public Document {
 public:
  explicit SubtitleDocument(std::string bytes);

 protected:
  std::string translated(std::span<const std::string> translations) const override;

 private:
  struct Speech {
    TextRange range;  // from the first line that is translated to the last, without what stays
    bool has_several_lines;
    std::string_view line_end;
  };
  void add_speech(std::span<const TextRange> lines);

  std::string bytes_;
  std::vector<Speech> speeches_;  // of the texts
};

}  // namespace dragoman
