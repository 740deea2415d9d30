#pragma once

#include "formats/model_directory.h"
#include "model/text_frame.h"
#include "model/text_template.h"
#include "training/options/train_options.h"

#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Whether a model of these pairs of languages needs to be told which is meant.
inline bool needs_language_tokens(std::span<const LanguagePair> directions) {
  return directions.size() > 1;
}

/// The pieces of its languages, "<2de>" for de, each once; none for one pair.
std::vector<std::string> language_pieces(std::span<const LanguagePair> directions, LanguageTokens tokens);

/// What stands around the texts of a model with these pieces. Throws std::invalid_argument naming what a tokenizer
/// lacks.
TextTemplate language_template(const Tokenizers& tokenizers, std::span<const LanguagePair> directions,
                               LanguageTokens tokens);

}  // namespace dragoman
