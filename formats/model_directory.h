#pragma once

#include "base/stop_check.h"
#include "formats/load_options.h"
#include "formats/safetensors.h"
#include "model/model_config.h"
#include "model/seq2seq_model.h"
#include "model/weight_type.h"
#include "tokenizer/tokenizer.h"

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// A model directory holds everything needed to translate:
///   config.json             the ModelConfig
///   model.safetensors       the weights, by their registered names
///   tokenizer.spm           the joint tokenizer, or source.spm and target.spm; a vocabulary of words, or that of the
///                           pieces of a model or of .merges, is a file .vocabulary
///   manifest.json           sizes and checksums of these (Manifest)
/// Each file is replaced as a whole or not at all.
struct Tokenizers {
  Tokenizer source;
  Tokenizer target;  ///< in the config's target_order

  bool joint() const { return source.has_files_of(target); }

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

  /// Whether a validation has measured the weights, as far as the file says.
  bool validated() const;
};

/// Reads a model directory. Throws std::runtime_error naming the file that is missing, damaged, not as manifest.json
/// has it, or does not fit the others.
LoadedWeights load_weights(const std::filesystem::path& directory, const LoadOptions& options = {});

/// Loads a model directory, with its weights kept in `type`, or else as they are stored if the device is fast at that,
/// and if not, in fp32. Throws as load_weights() does.
LoadedModel load_model(const std::filesystem::path& directory, torch::Device device = torch::kCPU,
                       std::optional<WeightType> type = std::nullopt, const LoadOptions& options = {});

/// What LoadedModel has as its fingerprint.
std::string model_fingerprint(const std::filesystem::path& directory);

/// Writes all files of a model directory as one: see AtomicDirectory for what it may replace, and what else it throws.
/// writer, stop: as there; validated: as for save_weights(); check: is given the model before it takes its name, and if
/// it throws, nothing is left; `weights` are of no use any more then.
void write_model_directory(const std::filesystem::path& directory, const std::string& writer, const ModelConfig& config,
                           const Tokenizers& tokenizers, const NamedTensors& weights, bool validated,
                           const StopCheck& stop = {},
                           const std::function<void(const std::filesystem::path&)>& check = {});

/// A part of it.
ModelConfig load_config(const std::filesystem::path& directory);
Tokenizers load_tokenizers(const std::filesystem::path& directory);

/// These replace files of a model directory, and what its manifest says of them. Tokenizers come in place of those that
/// are there, which may be one file where these are two.
void save_config(const std::filesystem::path& directory, const ModelConfig& config);
void save_tokenizers(const std::filesystem::path& directory, const Tokenizers& tokenizers);
/// validated: else the file says that no validation has measured these weights, and loading them must be allowed.
void save_weights(const std::filesystem::path& directory, const NamedTensors& weights, bool validated = true);

/// The tokenizers alone, for a folder that is no model directory of this program.
void write_tokenizers(const std::filesystem::path& folder, const Tokenizers& tokenizers);

/// Makes a manifest of the directory's files as they are, and returns their names. Throws std::runtime_error as
/// load_weights() does unless they are a model.
std::vector<std::string> seal(const std::filesystem::path& directory);

std::filesystem::path weights_file(const std::filesystem::path& directory);

/// Those files in `directory`, of whichever program, that the functions above would replace or remove.
std::vector<std::filesystem::path> replaceable_files(const std::filesystem::path& directory);

}  // namespace dragoman
