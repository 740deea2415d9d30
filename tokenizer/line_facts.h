#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// ICU's number of a script (UScriptCode).
using ScriptCode = std::int32_t;

/// What is seen of a line of a corpus, whatever its language.
struct LineFacts {
  std::uint32_t words = 0;         ///< of letters and digits; in scripts without blanks each character is one
  std::uint32_t characters = 0;    ///< but white space
  std::uint32_t letters = 0;       ///< of these
  std::uint32_t digits = 0;        ///< likewise
  std::uint32_t longest_word = 0;  ///< between white space, in characters; not of scripts without blanks
  std::vector<std::pair<ScriptCode, std::uint32_t>> scripts = {};  ///< of how many letters, in the order of the line
  std::vector<std::string> numbers = {};  ///< as digits 0 to 9 alone ("1,000.5" is "10005"), sorted
};

/// text: ill-formed parts count as characters.
LineFacts line_facts(std::string_view text);

/// The letters of `facts` that are of one of the scripts.
std::uint32_t letters_in(const LineFacts& facts, const std::vector<ScriptCode>& scripts);

/// The scripts in which the language is written, of a code as models spell them; empty where that is not known.
std::vector<ScriptCode> scripts_of_language(std::string_view code);

/// "Latin".
std::string script_name(ScriptCode script);

}  // namespace dragoman
