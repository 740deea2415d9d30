#pragma once

#include "formats/foreign/foreign_options.h"
#include "model/decoding_defaults.h"
#include "model/model_config.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// What transformers' generate() would search a model with by itself, in our terms: lengths without the start token and
/// the `forced` tokens behind it. What has no form here and would
/// change a translation goes into `notes`, an option a line.
DecodingDefaults generation_defaults(ForeignOptions& options, int forced, std::vector<std::string>& notes);

/// The other way round: a generation_config.json with which generate() searches as this program does by itself: what is
/// never produced here is among its bad_words_ids, and lengths count the start token, the `target_before` of the
/// text's template, and an end that is forced.
nlohmann::ordered_json exported_generation(const ModelConfig& config);

}  // namespace dragoman
