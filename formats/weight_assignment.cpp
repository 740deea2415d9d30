#include "formats/weight_assignment.h"

#include "formats/stored_weights.h"
#include "model/architecture.h"
#include "model/layers/embedding.h"
#include "model/layers/linear.h"
#include "model/parallel_parts.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <functional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

void require_shape(at::IntArrayRef shape, at::IntArrayRef wanted, const std::string& name, const fs::path& file) {
  if (shape == wanted) return;
  throw std::runtime_error(
      fmt::format("{}: '{}' has shape {}, but config.json asks for {}; the file belongs to another model",
                  file.string(), name, fmt::streamed(shape), fmt::streamed(wanted)));
}

// Layers of a stack that have weights of their own, by the names of these.
std::int64_t layers_in(const SafetensorsFile& weights, std::string_view stack) {
  const std::string prefix = fmt::format("{}.layers.", stack);
  std::set<std::string> numbers;
  for (const auto& [name, tensor] : weights.tensors) {
    if (name.starts_with(prefix))
      numbers.insert(name.substr(prefix.size(), name.find('.', prefix.size()) - prefix.size()));
  }
  return std::ssize(numbers);
}

void require_layers(int wanted, std::string_view stack, const ModelConfig& config, const SafetensorsFile& weights,
                    const fs::path& file) {
  const std::int64_t distinct = (wanted + config.shared_layers - 1) / config.shared_layers;
  if (const std::int64_t found = layers_in(weights, stack); found != distinct) {
    throw std::runtime_error(
        fmt::format("{}: has {} {} layers with weights of their own, but config.json asks for {}; the file belongs to "
                    "another model",
                    file.string(), found, stack, distinct));
  }
}

// Lets go of what it took to look at a tensor that has been copied.
void forget(const SafetensorsFile& weights, const std::string& name, const fs::path& file) {
  if (!weights.source) return;
  const torch::Tensor& stored = weights.at(name, file);
  weights.source->forget({static_cast<const char*>(stored.const_data_ptr()), stored.nbytes()});
}

}  // namespace

void require_sizes(const ModelConfig& config, const SafetensorsFile& weights, const fs::path& file) {
  const std::int64_t width = config.width, source = config.source_vocabulary, target = config.target_vocabulary;
  const auto require = [&](const std::string& name, at::IntArrayRef shape) {
    require_shape(weights.at(name, file).sizes(), shape, name, file);
  };
  if (config.ties_inputs()) {
    require("embedding.weight", {target, width});
  } else {
    require("source_embedding.weight", {source, width});
    require("target_embedding.weight", {target, width});
  }
  if (!config.ties_output()) require("output_weight", {target, width});
  const std::string first = reads_source(config) ? "encoder" : "decoder";  // the other stack is as it is
  if (config.longest_sentence()) require(first + "_input.positions", {config.max_positions, width});
  if (reads_source(config)) require_layers(config.encoder_layers, "encoder", config, weights, file);
  require_layers(config.decoder_layers, "decoder", config, weights, file);
  if (config.architecture == "transformer" || !reads_source(config)) {
    const std::int64_t halves = config.feed_forward_gate ? 2 : 1;
    require(first + ".layers.0.feed_forward.inner.weight", {halves * config.feed_forward_width, width});
  } else if (config.architecture == "conv") {
    require("encoder.layers.0.kernel.weight", {2 * width, config.kernel_width * width});
  }
}

void require_all_used(const torch::nn::Module& model, const SafetensorsFile& weights, const fs::path& file) {
  std::set<std::string> used;
  for (const auto& [name, parameter] : named_weights(model)) {
    used.insert(name);
    if (is_quantised(weights.at(name, file))) used.insert(scale_of(name));
  }
  for (const auto& [name, tensor] : weights.tensors) {
    if (used.contains(name)) continue;
    throw std::runtime_error(
        fmt::format("{}: a model with this config.json has no tensor '{}'; the file belongs to "
                    "another model",
                    file.string(), name));
  }
}

NamedTensors named_weights(const torch::nn::Module& model) {
  NamedTensors weights;
  for (const auto& item : model.named_parameters()) weights.emplace_back(item.key(), item.value());
  return weights;
}

void assign_weights(torch::nn::Module& model, const SafetensorsFile& weights, const fs::path& file,
                    const std::string& prefix) {
  const torch::NoGradGuard no_grad;
  for (auto& item : model.named_parameters()) {
    const torch::Tensor value = stored_weight(weights, prefix + item.key(), file);
    require_shape(value.sizes(), item.value().sizes(), item.key(), file);
    item.value().copy_(value);
  }
}

void assign_packed_weights(torch::nn::Module& model, const SafetensorsFile& weights, const fs::path& file,
                           WeightType type) {
  const torch::NoGradGuard no_grad;
  std::vector<std::pair<std::string, LinearImpl*>> linears;  // with the name of the weight, as are the tables
  std::vector<std::pair<std::string, EmbeddingTableImpl*>> tables;
  std::set<std::string> assigned;
  for (const auto& item : model.named_modules()) {
    const std::string name = item.key() + ".weight";
    if (auto* linear = item.value()->as<LinearImpl>()) {
      linears.emplace_back(name, linear);
    } else if (auto* table = item.value()->as<EmbeddingTableImpl>(); table && type == WeightType::int8) {
      tables.emplace_back(name, table);
    } else {
      continue;
    }
    assigned.insert(name);
  }
  for (auto& item : model.named_parameters()) {
    if (assigned.contains(item.key())) continue;
    const torch::Tensor value = weight_as(type, weights, item.key(), file);
    require_shape(value.sizes(), item.value().sizes(), item.key(), file);
    item.value().copy_(value);
    forget(weights, item.key(), file);
  }
  // The largest first: begun last, it would be waited for.
  std::ranges::stable_sort(linears, std::greater(), [](const auto& one) { return one.second->weight.numel(); });
  parallel_each(static_cast<std::int64_t>(linears.size()), [&](std::int64_t i) {
    const torch::NoGradGuard no_grad_here;
    const auto& [name, linear] = linears[static_cast<std::size_t>(i)];
    require_shape(weights.at(name, file).sizes(), linear->weight.sizes(), name, file);
    linear->keep_only(type == WeightType::int8
                          ? PackedLinear(quantised_matrix(weights, name, file), linear->bias)
                          : PackedLinear(stored_weight(weights, name, file).to(torch::kFloat32), linear->bias, type));
    forget(weights, name, file);
  });
  for (const auto& [name, table] : tables) {
    require_shape(weights.at(name, file).sizes(), table->weight.sizes(), name, file);
    const QuantisedMatrix matrix = quantised_matrix(weights, name, file);
    table->keep_only({matrix.values.clone(), matrix.scales.clone()});
  }
}

}  // namespace dragoman
