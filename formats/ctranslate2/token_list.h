#pragma once

#include "formats/foreign/token_table.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// What a model of CTranslate2 calls the tokens that stand for no text.
struct SpecialTokens {
  std::string unk = "<unk>", bos = "<s>", eos = "</s>";
};

/// The tokens of a vocabulary of CTranslate2 by id: JSON, an array of them, or text, one a line. A carriage return at
/// the end of a line belongs to the token, unless all lines have one. Throws std::runtime_error naming `file` if it is
/// neither.
std::vector<std::string> read_token_list(std::string_view bytes, bool is_json, const std::string& file);

/// The id of a token, or SpecialIds::kNone.
std::int32_t find_token(const std::vector<std::string>& tokens, std::string_view token);

/// The tokens as a vocabulary of ours: special ones have our names, OpenNMT's <blank> is <pad>, and of equal ones only
/// the first keeps its own. size: the ids that there are; those without a token are named, as token_table() does.
/// Throws std::runtime_error naming `file` if there are more tokens than that, or no end of the sentence.
TokenTable named_tokens(std::vector<std::string> tokens, const SpecialTokens& special, std::int64_t size,
                        const std::string& file);

}  // namespace dragoman
