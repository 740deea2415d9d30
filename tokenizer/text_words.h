#pragma once

#include "tokenizer/text_range.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace dragoman {

/// The words of a text: what ASCII white space separates, as Moses and fast_align read them.
std::vector<TextRange> words_of(std::string_view text);

/// For each word the tokens, by index, that have characters of it.
using TokensOfWords = std::vector<std::vector<std::size_t>>;

/// A token that has none but white space counts to the word behind it. tokens: where in `text` each token stands.
TokensOfWords tokens_of_words(std::string_view text, std::span<const TextRange> tokens);

/// The same of other parts of the text than its words, in order.
TokensOfWords tokens_of_parts(std::span<const TextRange> parts, std::span<const TextRange> tokens);

}  // namespace dragoman
