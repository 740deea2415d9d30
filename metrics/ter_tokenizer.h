#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// How TER divides a segment into words: as Tercom's normaliser, in sacreBLEU's reading of it.
struct TerOptions {
  bool normalized = false;      ///< undo markup and set punctuation apart; otherwise words end at white space only
  bool no_punct = false;        ///< drop . , ? : ; ! " ( ) wherever they stand
  bool asian_support = false;   ///< extend both to Chinese and Japanese: single ideographs, full-width punctuation
  bool case_sensitive = false;  ///< otherwise words are compared in lower case
};

/// Replaces `words` by the words of `segment` (UTF-8): views into `segment` or into `buffer`, which is overwritten.
void split_for_ter(const TerOptions& options, std::string_view segment, std::string& buffer,
                   std::vector<std::string_view>& words);

}  // namespace dragoman
