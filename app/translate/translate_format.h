#pragma once

#include "decoding/scoring/quality.h"
#include "decoding/text/translation.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <optional>
#include <string>

namespace dragoman {

/// How translations are written.
enum class TranslationFormat { plain, nbest, json };

/// What else than the text is written.
struct TranslationExtras {
  bool scores = false;     ///< plain: behind a tab; the other forms have them in any case
  bool alignment = false;  ///< the links of words, in Pharaoh form behind " ||| "; json: as pairs
  std::optional<QualityCurves> quality = std::nullopt;  ///< nbest, json: what is expected of lines and words
};

/// The lines for one line of input. number: the input line, counted from 1.
std::string format_translation(TranslationFormat format, const TranslationExtras& extras, std::int64_t number,
                               const std::string& source, const Translation& translation, const Tokenizer& target);

/// The line for one scored pair: a JSON object, or the score alone. source: null: there is none
std::string format_score(bool json, std::int64_t number, const std::string* source, const Translation::Output& output,
                         const Tokenizer& target);

}  // namespace dragoman
