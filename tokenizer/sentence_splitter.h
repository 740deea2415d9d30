#pragma once

#include "tokenizer/abbreviations.h"
#include "tokenizer/text_range.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Finds the sentences of a line: where ICU's rules (Unicode Standard Annex #29) see an end, unless it is that of an
/// abbreviation, an initial, an ordinal or the number of a list, or a small letter goes on behind it. Rather two
/// sentences in one than one in two. Immutable and safe to use from several threads.
class SentenceSplitter {
 public:
  /// language: as language_code() returns it; empty: unknown, and the abbreviations of all languages count.
  explicit SentenceSplitter(const std::string& language = {});
  ~SentenceSplitter();
  SentenceSplitter(const SentenceSplitter&) = delete;
  SentenceSplitter& operator=(const SentenceSplitter&) = delete;

  /// The sentences of `text` (UTF-8) in order. Nothing but white space lies between them; the first begins with the
  /// text and the last ends with it, and each has a letter or a number. A text without a second sentence is one range,
  /// as is one of more than 2 GiB.
  std::vector<TextRange> split(std::string_view text) const;

 private:
  class Text;
  struct Rules;
  bool ends_sentence(const Text& text, std::size_t begin, std::size_t first, std::size_t end, std::size_t next) const;
  bool is_abbreviated(const Text& text, std::size_t begin, std::size_t first, std::size_t stop, std::size_t next) const;

  std::unique_ptr<const Rules> rules_;
  Abbreviations abbreviations_;
};

}  // namespace dragoman
