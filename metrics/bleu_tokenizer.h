#pragma once

#include "base/enum_names.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// How BLEU divides a segment into words.
enum class BleuTokenizer {
  k13a,   ///< as NIST's mteval-v13a.pl, the usual one for published scores
  kIntl,  ///< as mteval-v14.pl: any punctuation and symbol of Unicode is set apart
  kZh,    ///< for Chinese: its characters one by one, the rest as in 13a
  kChar,  ///< every character is a word
  kNone,  ///< at white space only: the text is tokenised already
  kSpm,   ///< into the pieces of a SentencePiece model
};

/// Names on the command line and in signatures.
template <>
inline constexpr auto kEnumNames<BleuTokenizer> = enum_names<BleuTokenizer>({{BleuTokenizer::k13a, "13a"},
                                                                             {BleuTokenizer::kIntl, "intl"},
                                                                             {BleuTokenizer::kZh, "zh"},
                                                                             {BleuTokenizer::kChar, "char"},
                                                                             {BleuTokenizer::kNone, "none"},
                                                                             {BleuTokenizer::kSpm, "spm"}});

/// Replaces `words` by the words of `segment` (UTF-8, without white space at its end): views into `segment` or into
/// `buffer`, which is overwritten. Not for `spm`, which needs a model.
void split_for_bleu(BleuTokenizer tokenizer, std::string_view segment, std::string& buffer,
                    std::vector<std::string_view>& words);

/// What signatures call the tokenizer of a SentencePiece model: the file's name without its last extension, or the name
/// that sacreBLEU gives to those that it downloads ("flores200").
std::string piece_tokenizer_name(const std::filesystem::path& model);

}  // namespace dragoman
