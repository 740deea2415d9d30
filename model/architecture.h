#pragma once

#include "model/model_config.h"
#include "model/seq2seq_model.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace dragoman {

/// One kind of model. Which there are is a table in architecture.cpp, and everything else asks it.
struct Architecture {
  std::string_view name;     ///< in ModelConfig::architecture
  std::string_view summary;  ///< what it is, in a few words
  std::shared_ptr<Seq2SeqModel> (*create)(const ModelConfig& config, std::optional<std::uint64_t> seed);
};

std::span<const Architecture> architectures();

/// The architecture of that name; std::invalid_argument naming all if there is none.
const Architecture& architecture_named(std::string_view name);

/// The model that `config.architecture` names. Its weights are drawn from `seed` as initialise() says; without one they
/// are undefined until assigned.
std::shared_ptr<Seq2SeqModel> create_model(const ModelConfig& config, std::optional<std::uint64_t> seed);

}  // namespace dragoman
