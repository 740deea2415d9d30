#pragma once

#include "formats/ctranslate2/ctranslate2_options.h"
#include "formats/foreign/foreign_source.h"
#include "model/model_config.h"

#include <string>
#include <vector>

namespace dragoman {

/// Tells by the tokens of a vocabulary, that of both sides, whether a model of CTranslate2 is one of several languages
/// that transformers knows (NLLB, M2M100, mBART), and gives it the languages and what stands around its texts. What is
/// assumed goes into `notes`. False if it is another one. Throws std::invalid_argument if `from` has to name the
/// language that translations begin with, and does not.
bool read_languages(const std::vector<std::string>& tokens, const CTranslate2Options& options,
                    const ForeignSource& from, ModelConfig& config, std::vector<std::string>& notes);

}  // namespace dragoman
