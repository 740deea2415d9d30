#pragma once

#include "decoding/engine/translator_options.h"
#include "decoding/search/constraint.h"
#include "decoding/search/search_options.h"
#include "model/model_config.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace dragoman {

/// The ids that no translation by this model has.
std::vector<std::int32_t> never_produced(const SearchOptions& search, const ModelConfig& config);

/// What else the options forbid in every translation. tokenizer: the target's.
std::vector<std::unique_ptr<const Constraint>> standing_constraints(const TranslatorOptions& options,
                                                                    const Tokenizer& tokenizer);

}  // namespace dragoman
