#pragma once

#include "base/enum_names.h"

#include <string>
#include <string_view>

namespace dragoman {

/// How BLEU divides a segment into words.
enum class BleuTokenizer {
  k13a,   ///< as NIST's mteval-v13a.pl, the usual one for published scores
  kNone,  ///< at white space only: the text is tokenised already
};

/// Names on the command line and in signatures.
template <>
inline constexpr auto kEnumNames<BleuTokenizer> = enum_names<BleuTokenizer>({{BleuTokenizer::k13a, "13a"},
                                                                             {BleuTokenizer::kNone, "none"}});

/// `line` (UTF-8, without white space at its end) with white space between its words; the words are what `split_words`
/// then finds. `13a` sets symbols apart, and full stops, commas and dashes depending on the digits beside them.
std::string tokenize_for_bleu(BleuTokenizer tokenizer, std::string_view line);

}  // namespace dragoman
