#pragma once

#include "formats/ctranslate2/ctranslate2_variables.h"
#include "model/model_config.h"
#include "model/named_tensors.h"

#include <string>
#include <vector>

namespace dragoman {

/// The weights of a Transformer of CTranslate2 under our names; `config`: what read_transformer_facts() gave, to which
/// these add what only the weights say. Throws std::runtime_error naming the variable that is missing or has no form
/// here.
///
/// Which of the embeddings and the output are one table, and with how many tokens.
void take_embeddings(CTranslate2Variables& variables, ModelConfig& config, NamedTensors& taken);

/// Positions: sinusoids by one of our formulas, tables of others, as learned ones, or what self-attention has of them.
void take_positions(CTranslate2Variables& variables, ModelConfig& config, NamedTensors& taken,
                    std::vector<std::string>& notes);

/// The layers of both stacks.
void take_layers(CTranslate2Variables& variables, ModelConfig& config, NamedTensors& taken);

}  // namespace dragoman
