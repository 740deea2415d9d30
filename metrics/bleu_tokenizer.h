#pragma once

#include "base/enum_names.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace dragoman {

/// How BLEU divides a segment into words.
enum class BleuTokenizer {
  k13a,   ///< as NIST's mteval-v13a.pl, the usual one for published scores
  kNone,  ///< at white space only: the text is tokenised already
  kSpm,   ///< into the pieces of a SentencePiece model
};

/// Names on the command line and in signatures.
template <>
inline constexpr auto kEnumNames<BleuTokenizer> = enum_names<BleuTokenizer>({{BleuTokenizer::k13a, "13a"},
                                                                             {BleuTokenizer::kNone, "none"},
                                                                             {BleuTokenizer::kSpm, "spm"}});

/// Replaces `text` by `line` (UTF-8, without white space at its end) with white space between its words; the words are
/// what `split_words` then finds. `13a` sets symbols apart, and full stops, commas and dashes depending on the digits
/// beside them. Not for `spm`.
void tokenize_for_bleu(BleuTokenizer tokenizer, std::string_view line, std::string& text);

/// What signatures call the tokenizer of a SentencePiece model: the file's name without its last extension, or the name
/// that sacreBLEU gives to those that it downloads ("flores200").
std::string piece_tokenizer_name(const std::filesystem::path& model);

}  // namespace dragoman
