#pragma once

#include "model/model_config.h"

#include <string>
#include <string_view>

namespace dragoman {

/// The config as the text of config.json.
std::string to_json(const ModelConfig& config);

/// Reads config.json. Throws std::runtime_error, naming `file`, where it is not JSON, lacks a key, has one that is not
/// known or a value that is not allowed, or was written in a newer format.
ModelConfig model_config_from_json(std::string_view text, const std::string& file);

}  // namespace dragoman
