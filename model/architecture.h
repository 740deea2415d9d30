#pragma once

#include "model/form_registry.h"
#include "model/model_config.h"
#include "model/seq2seq_model.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace dragoman {

using MakeModel = std::shared_ptr<Seq2SeqModel>(const ModelConfig& config, std::optional<std::uint64_t> seed);
using Architecture = Form<MakeModel>;

/// The kinds of models that there are.
std::span<const Architecture> architectures();

/// Whether it translates: a language model reads no source.
bool reads_source(const ModelConfig& config);
/// Throws std::invalid_argument if it does not.
void require_source(const ModelConfig& config);

/// The model that `config.architecture` names. Its weights are drawn from `seed` as initialise() says; without one they
/// are undefined until assigned.
std::shared_ptr<Seq2SeqModel> create_model(const ModelConfig& config, std::optional<std::uint64_t> seed);

}  // namespace dragoman
