#pragma once

#include "base/utf8.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

// A segment (one line of a corpus, UTF-8) as the published reference implementations of the metrics see it, which is as
// Python 3 does: its white space, its lower case, its characters. Bytes that are not UTF-8 count as letters.

/// `text` without the white space at its end (`str.rstrip`), at both ends (`str.strip`).
std::string_view strip_trailing_space(std::string_view text);
std::string_view strip_space(std::string_view text);

/// Replaces `words` by the maximal runs without white space in `text` (`str.split`): views into `text`.
void split_words(std::string_view text, std::vector<std::string_view>& words);

/// `text` in lower case (`str.lower`): the full mappings of Unicode, independent of language, with the final sigma.
/// Throws std::invalid_argument if `text` is longer than 2 GiB.
std::string to_lowercase(std::string_view text);

/// The character that starts at `at`, and its length in bytes. A byte that is not UTF-8 is a character of its own,
/// above all code points.
struct Character {
  std::uint32_t code = 0;
  std::size_t length = 0;
};
Character character_at(std::string_view text, std::size_t at);

/// Replaces every `from` in `text`, from left to right, by `to`.
void replace_all(std::string& text, std::string_view from, std::string_view to);

/// Replaces &quot; &amp; &lt; &gt; by what they stand for, in this order: "&amp;lt;" becomes "<", "&amp;quot;" becomes
/// "&quot;".
void undo_entities(std::string& text);

}  // namespace dragoman
