#pragma once

#include <string>
#include <string_view>

namespace dragoman {

/// How BLEU divides a segment into words.
enum class BleuTokenizer {
  k13a,   ///< as NIST's mteval-v13a.pl, the usual one for published scores
  kNone,  ///< at white space only: the text is tokenised already
};

/// Name on the command line and in signatures: "13a", "none".
std::string_view bleu_tokenizer_name(BleuTokenizer tokenizer);

/// The tokenizer of that name. Throws std::invalid_argument, naming the known ones, if there is none.
BleuTokenizer parse_bleu_tokenizer(std::string_view name);

/// `line` (UTF-8, without white space at its end) with white space between its words; the words are what `split_words`
/// then finds. `13a` sets symbols apart, and full stops, commas and dashes depending on the digits beside them.
std::string tokenize_for_bleu(BleuTokenizer tokenizer, std::string_view line);

}  // namespace dragoman
