#pragma once

#include "app/translate/translate_format.h"
#include "decoding/text/translation.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace dragoman {

/// Text, score and tokens of a translation.
nlohmann::ordered_json json_of_output(const Translation::Output& output, const Tokenizer& target);

/// Everything that is known of a line's translations.
nlohmann::ordered_json json_of_line(const TranslationExtras& extras, std::int64_t number, const std::string& source,
                                    const Translation& translation, const Tokenizer& target);

}  // namespace dragoman
