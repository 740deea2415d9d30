#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The tokens of a foreign vocabulary by id.
struct TokenTable {
  std::string vocabulary;              ///< as the text of a Vocabulary
  std::vector<std::string> languages;  ///< tokens like >>fra<<, in the order of their ids
  int replaced = 0;  ///< ids without a token, or whose token holds white space; they have one like <id-17>
};

/// tokens: by id, empty where an id has none; pad: the id that has <pad> if no token has. Throws std::runtime_error
/// naming `file` if names that tokens get here are there already.
TokenTable token_table(std::vector<std::string> tokens, std::int32_t pad, const std::string& file);

/// Tells of so many ids of `vocabulary`, a file, that have got other names; of none it says nothing.
void note_replaced(std::int64_t ids, const std::string& vocabulary, std::vector<std::string>& notes);

/// Reads a vocab.json, {"token": id, …}: the tokens by id, `size` of them, empty where an id has none. Throws
/// std::runtime_error naming `file` if it is not such a table, or has an id twice, or one outside the vocabulary.
std::vector<std::string> read_tokens(std::string_view json, std::int32_t size, const std::string& file);

/// Both.
TokenTable read_token_table(std::string_view json, std::int32_t size, std::int32_t pad, const std::string& file);

}  // namespace dragoman
