#include "model/model_directory.h"

#include "base/atomic_file.h"
#include "model/linear.h"
#include "model/transformer.h"

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <stdexcept>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kJointTokenizer = "tokenizer.spm";
constexpr const char* kSourceTokenizer = "source.spm";
constexpr const char* kTargetTokenizer = "target.spm";

void require_file(const fs::path& directory, const char* name) {
  if (!fs::is_directory(directory)) {
    throw std::runtime_error(
        fmt::format("{}: no such model directory; `dragoman train --model` makes one", directory.string()));
  }
  if (!fs::exists(directory / name)) {
    throw std::runtime_error(fmt::format(
        "{}: the model directory lacks this file; copy it anew or train the model again", (directory / name).string()));
  }
}

void require_fit(const fs::path& directory, const ModelConfig& config, const Tokenizers& tokenizers) {
  const auto source = tokenizers.source.vocabulary_size(), target = tokenizers.target.vocabulary_size();
  if (source != config.source_vocabulary || target != config.target_vocabulary) {
    throw std::runtime_error(
        fmt::format("{}: the tokenizers have {} source and {} target pieces, but config.json says {} and {}; "
                    "copy the model directory anew",
                    directory.string(), source, target, config.source_vocabulary, config.target_vocabulary));
  }
}

}  // namespace

fs::path weights_file(const fs::path& directory) {
  return directory / "model.safetensors";
}

ModelConfig load_config(const fs::path& directory) {
  require_file(directory, "config.json");
  const fs::path file = directory / "config.json";
  return model_config_from_json(read_file(file), file.string());
}

void save_config(const fs::path& directory, const ModelConfig& config) {
  write_file_atomically(directory / "config.json", to_json(config));
}

Tokenizers load_tokenizers(const fs::path& directory) {
  if (fs::exists(directory / kJointTokenizer)) {
    const Tokenizer joint = Tokenizer::load(directory / kJointTokenizer);
    return {joint, joint};
  }
  if (!fs::exists(directory / kSourceTokenizer) && !fs::exists(directory / kTargetTokenizer)) {
    require_file(directory, kJointTokenizer);
  }
  require_file(directory, kSourceTokenizer);
  require_file(directory, kTargetTokenizer);
  return {Tokenizer::load(directory / kSourceTokenizer), Tokenizer::load(directory / kTargetTokenizer)};
}

void save_tokenizers(const fs::path& directory, const Tokenizers& tokenizers) {
  if (tokenizers.joint()) {
    write_file_atomically(directory / kJointTokenizer, tokenizers.source.bytes());
  } else {
    write_file_atomically(directory / kSourceTokenizer, tokenizers.source.bytes());
    write_file_atomically(directory / kTargetTokenizer, tokenizers.target.bytes());
  }
}

NamedTensors named_weights(const torch::nn::Module& model) {
  NamedTensors weights;
  for (const auto& item : model.named_parameters()) weights.emplace_back(item.key(), item.value());
  return weights;
}

void assign_weights(torch::nn::Module& model, const SafetensorsFile& weights, const fs::path& file,
                    const std::string& prefix) {
  torch::NoGradGuard no_grad;
  for (auto& item : model.named_parameters()) {
    const torch::Tensor& value = weights.at(prefix + item.key(), file);
    if (value.sizes() != item.value().sizes()) {
      throw std::runtime_error(
          fmt::format("{}: '{}' has shape {}, but config.json asks for {}; the file belongs to another model",
                      file.string(), item.key(), fmt::streamed(value.sizes()), fmt::streamed(item.value().sizes())));
    }
    item.value().copy_(value);
  }
}

LoadedWeights load_weights(const fs::path& directory) {
  LoadedWeights loaded{load_config(directory), load_tokenizers(directory), {}};
  require_fit(directory, loaded.config, loaded.tokenizers);
  require_file(directory, "model.safetensors");
  loaded.weights = load_safetensors(weights_file(directory));
  return loaded;
}

LoadedModel load_model(const fs::path& directory, torch::Device device, WeightType type) {
  LoadedWeights loaded = load_weights(directory);
  std::shared_ptr<Seq2SeqModel> model = create_model(loaded.config, std::nullopt);
  assign_weights(*model, loaded.weights, weights_file(directory));
  loaded.weights = {};
  model->to(device);
  prepare_for_inference(*model, type);
  return {loaded.config, std::move(loaded.tokenizers), std::move(model)};
}

}  // namespace dragoman
