#pragma once

#include "formats/marian/marian_config.h"
#include "model/model_config.h"

#include <array>
#include <cstdint>
#include <string>

namespace dragoman {

/// The network of a model in Marian's terms. Throws std::runtime_error naming the option with its value that Marian has
/// no form for.
MarianNetwork exported_marian_network(const ModelConfig& config);

/// Marian's options of it, special:model.yml. rows: of the tables of both sides.
std::string marian_options(const MarianNetwork& network, const std::array<std::int64_t, 2>& rows);

}  // namespace dragoman
