#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

// A segment (one line of a corpus, UTF-8) as the published reference implementations of the metrics see it, which is as
// Python 3 does: its white space, its lower case. Bytes that are not UTF-8 count as letters.

/// `text` without the white space at its end (`str.rstrip`).
std::string_view strip_trailing_space(std::string_view text);

/// Replaces `words` by the maximal runs without white space in `text` (`str.split`): views into `text`.
void split_words(std::string_view text, std::vector<std::string_view>& words);

/// `text` in lower case (`str.lower`): the full mappings of Unicode, independent of language, with the final sigma.
/// Throws std::invalid_argument if `text` is longer than 2 GiB.
std::string to_lowercase(std::string_view text);

}  // namespace dragoman
