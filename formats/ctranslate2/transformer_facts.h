#pragma once

#include "formats/ctranslate2/ctranslate2_options.h"
#include "formats/ctranslate2/ctranslate2_variables.h"
#include "model/model_config.h"

#include <string>
#include <vector>

namespace dragoman {

/// Names of variables that have changed with time, as the file has them.
std::string source_embedding_of(const CTranslate2Variables& variables);

/// The sizes and forms of the Transformer that the variables are of; not its positions, vocabularies, and how many of
/// its tables are one. Throws std::runtime_error naming the variable and the value that has no form here. What is
/// known, and changes no translation, goes into `notes`.
ModelConfig read_transformer_facts(CTranslate2Variables& variables, const CTranslate2Options& options,
                                   std::vector<std::string>& notes);

}  // namespace dragoman
