#include "model/model_directory.h"

#include "base/atomic_directory.h"
#include "base/atomic_file.h"
#include "model/architecture.h"
#include "model/embedding.h"
#include "model/linear.h"
#include "model/quantised_weights.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <functional>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>
#include <zlib.h>

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

std::uint32_t add_to_checksum(std::uint32_t checksum, const void* bytes, std::size_t count) {
  return static_cast<std::uint32_t>(crc32_z(checksum, static_cast<const Bytef*>(bytes), count));
}

std::uint32_t checksum_of(const std::vector<std::string>& texts) {
  std::uint32_t checksum = 0;
  for (const std::string& text : texts) checksum = add_to_checksum(checksum, text.data(), text.size());
  return checksum;
}

std::string fingerprint(const LoadedWeights& loaded) {
  const std::uint32_t checksum =
      checksum_of({to_json(loaded.config), loaded.tokenizers.source.bytes(), loaded.tokenizers.target.bytes()});
  const auto stored = loaded.weights.metadata.find("crc32");
  if (stored != loaded.weights.metadata.end()) return fmt::format("{:08x}-{}", checksum, stored->second);
  std::uint32_t weights = 0;
  for (const auto& [name, tensor] : loaded.weights.tensors)
    weights = add_to_checksum(weights, tensor.const_data_ptr(), tensor.nbytes());
  return fmt::format("{:08x}-{:08x}", checksum, weights);
}

void require_shape(const torch::Tensor& value, const torch::Tensor& parameter, const std::string& name,
                   const fs::path& file) {
  if (value.sizes() == parameter.sizes()) return;
  throw std::runtime_error(
      fmt::format("{}: '{}' has shape {}, but config.json asks for {}; the file belongs to another model",
                  file.string(), name, fmt::streamed(value.sizes()), fmt::streamed(parameter.sizes())));
}

void copy_weights(torch::nn::Module& model, const SafetensorsFile& weights, const fs::path& file,
                  const std::string& prefix, const std::function<bool(const std::string& name)>& wanted) {
  const torch::NoGradGuard no_grad;
  for (auto& item : model.named_parameters()) {
    if (!wanted(item.key())) continue;
    const torch::Tensor value = stored_weight(weights, prefix + item.key(), file);
    require_shape(value, item.value(), item.key(), file);
    item.value().copy_(value);
  }
}

// Packs the weights of every Linear straight from the file, so that they are never all there in fp32, and keeps tables
// of embeddings in int8 if the file has them so; the others are copied, and all leave the mapped file.
void assign_packed_weights(torch::nn::Module& model, const SafetensorsFile& weights, const fs::path& file,
                           WeightType type) {
  const torch::NoGradGuard no_grad;
  std::vector<std::pair<std::string, LinearImpl*>> linears;  // with the name of the weight, as are the tables
  std::vector<std::pair<std::string, EmbeddingTableImpl*>> tables;
  std::set<std::string> assigned;
  const auto in_int8 = [&](const std::string& name) {
    return type == WeightType::int8 && weights.at(name, file).scalar_type() == torch::kInt8;
  };
  for (const auto& item : model.named_modules()) {
    const std::string name = item.key() + ".weight";
    if (auto* linear = item.value()->as<LinearImpl>()) {
      linears.emplace_back(name, linear);
    } else if (auto* table = item.value()->as<EmbeddingTableImpl>(); table && in_int8(name)) {
      tables.emplace_back(name, table);
    } else {
      continue;
    }
    assigned.insert(name);
  }
  copy_weights(model, weights, file, "", [&](const std::string& name) { return !assigned.contains(name); });
  at::parallel_for(0, static_cast<std::int64_t>(linears.size()), 1, [&](std::int64_t begin, std::int64_t end) {
    const torch::NoGradGuard no_grad_here;
    for (const auto& [name, linear] : std::span(linears).subspan(begin, end - begin)) {
      require_shape(weights.at(name, file), linear->weight, name, file);
      linear->keep_only(in_int8(name)
                            ? PackedLinear(stored_matrix(weights, name, file), linear->bias)
                            : PackedLinear(stored_weight(weights, name, file).to(torch::kFloat32), linear->bias, type));
    }
  });
  for (const auto& [name, table] : tables) {
    require_shape(weights.at(name, file), table->weight, name, file);
    const QuantisedMatrix matrix = stored_matrix(weights, name, file);
    table->keep_only({matrix.values.clone(), matrix.scales.clone()});
  }
}

}  // namespace

fs::path weights_file(const fs::path& directory) {
  return directory / "model.safetensors";
}

std::string Tokenizers::fingerprint() const {
  return fmt::format("{:08x}-{:08x}", checksum_of({source.bytes()}), checksum_of({target.bytes()}));
}

std::string model_fingerprint(const fs::path& directory) {
  return fingerprint(load_weights(directory));
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
    fs::remove(directory / kSourceTokenizer);
    fs::remove(directory / kTargetTokenizer);
  } else {
    write_file_atomically(directory / kSourceTokenizer, tokenizers.source.bytes());
    write_file_atomically(directory / kTargetTokenizer, tokenizers.target.bytes());
    fs::remove(directory / kJointTokenizer);
  }
}

void write_model_directory(const fs::path& directory, const std::string& writer, const ModelConfig& config,
                           const Tokenizers& tokenizers, const NamedTensors& weights) {
  AtomicDirectory whole(directory, writer);
  save_config(whole.folder(), config);
  save_tokenizers(whole.folder(), tokenizers);
  save_safetensors(weights_file(whole.folder()), weights);
  whole.commit();
}

NamedTensors named_weights(const torch::nn::Module& model) {
  NamedTensors weights;
  for (const auto& item : model.named_parameters()) weights.emplace_back(item.key(), item.value());
  return weights;
}

void assign_weights(torch::nn::Module& model, const SafetensorsFile& weights, const fs::path& file,
                    const std::string& prefix) {
  copy_weights(model, weights, file, prefix, [](const std::string&) { return true; });
}

LoadedWeights load_weights(const fs::path& directory) {
  LoadedWeights loaded{load_config(directory), load_tokenizers(directory), {}};
  require_fit(directory, loaded.config, loaded.tokenizers);
  require_file(directory, "model.safetensors");
  loaded.weights = load_safetensors(weights_file(directory));
  return loaded;
}

LoadedModel load_model(const fs::path& directory, torch::Device device, std::optional<WeightType> wanted) {
  LoadedWeights loaded = load_weights(directory);
  const WeightType stored = stored_type(loaded.weights);
  const WeightType type = wanted.value_or(is_fast(stored, device) ? stored : WeightType::fp32);
  std::shared_ptr<Seq2SeqModel> model = create_model(loaded.config, std::nullopt);
  std::string identity = fingerprint(loaded);
  if (device.is_cpu()) {
    assign_packed_weights(*model, loaded.weights, weights_file(directory), type);
    model->eval();
    model->context().weight_type = type;
  } else {
    assign_weights(*model, loaded.weights, weights_file(directory));
    model->to(device);
    prepare_for_inference(*model, type);
  }
  loaded.weights = {};
  return {loaded.config, std::move(loaded.tokenizers), std::move(model), std::move(identity), stored, type};
}

}  // namespace dragoman
