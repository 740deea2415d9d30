#pragma once

#include "model/model_config.h"
#include "model/safetensors.h"
#include "model/seq2seq_model.h"
#include "model/weight_type.h"
#include "tokenizer/tokenizer.h"

#include <torch/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace dragoman {

/// A model directory holds everything needed to translate:
///   config.json             the ModelConfig
///   model.safetensors       the weights, by their registered names
///   tokenizer.spm           the joint tokenizer, or source.spm and target.spm
/// Each file is replaced as a whole or not at all.
struct Tokenizers {
  Tokenizer source;
  Tokenizer target;

  bool joint() const { return source.bytes() == target.bytes(); }

  /// Names their contents among others.
  std::string fingerprint() const;
};

struct LoadedModel {
  ModelConfig config;
  Tokenizers tokenizers;
  std::shared_ptr<Seq2SeqModel> model;  ///< in evaluation mode, prepared for inference
  std::string fingerprint;              ///< of all files; another one means another model
  WeightType stored_type = WeightType::fp32, weight_type = WeightType::fp32;  ///< on disk, and now
};

/// What a model directory holds, as it is on disk.
struct LoadedWeights {
  ModelConfig config;
  Tokenizers tokenizers;
  SafetensorsFile weights;
};

/// Reads a model directory. Throws as load_model() does, except that weights are not compared with the config.
LoadedWeights load_weights(const std::filesystem::path& directory);

/// Loads a model directory, with its weights kept in `type`, or else as they are stored if the device is fast at that,
/// and if not, in fp32. Throws std::runtime_error naming the file that is missing,
/// damaged, or does not fit the others.
LoadedModel load_model(const std::filesystem::path& directory, torch::Device device = torch::kCPU,
                       std::optional<WeightType> type = std::nullopt);

/// What LoadedModel has as its fingerprint.
std::string model_fingerprint(const std::filesystem::path& directory);

/// Writes all files of a model directory as one: see AtomicDirectory for what it may replace, and what else it throws.
/// writer: as there.
void write_model_directory(const std::filesystem::path& directory, const std::string& writer, const ModelConfig& config,
                           const Tokenizers& tokenizers, const NamedTensors& weights);

ModelConfig load_config(const std::filesystem::path& directory);
void save_config(const std::filesystem::path& directory, const ModelConfig& config);

Tokenizers load_tokenizers(const std::filesystem::path& directory);
/// In place of those that are there, which may be one file where these are two.
void save_tokenizers(const std::filesystem::path& directory, const Tokenizers& tokenizers);

std::filesystem::path weights_file(const std::filesystem::path& directory);

/// The model's parameters by their registered names, a tied one once.
NamedTensors named_weights(const torch::nn::Module& model);

/// Copies tensors of these names, each `prefix` + the parameter's name, into the model's parameters. `file` is named
/// where one is missing or has another shape.
void assign_weights(torch::nn::Module& model, const SafetensorsFile& weights, const std::filesystem::path& file,
                    const std::string& prefix = "");

}  // namespace dragoman
