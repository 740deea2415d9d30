#include "model/architecture.h"

#include "model/convolutional_model.h"
#include "model/recurrent_model.h"
#include "model/transformer.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>

namespace dragoman {
namespace {

template <typename Model>
std::shared_ptr<Seq2SeqModel> create(const ModelConfig& config, std::optional<std::uint64_t> seed) {
  return std::make_shared<Model>(config, seed);
}

constexpr std::array kArchitectures = {
    Architecture{"transformer", "attention alone (Vaswani et al. 2017)", create<Transformer>},
    Architecture{"rnn", "LSTM or GRU with attention (Luong et al. 2015)", create<RecurrentModel>},
    Architecture{"conv", "gated convolutions with attention (Gehring et al. 2017)", create<ConvolutionalModel>}};

}  // namespace

std::span<const Architecture> architectures() {
  return kArchitectures;
}

const Architecture& architecture_named(std::string_view name) {
  const auto* found = std::ranges::find(kArchitectures, name, &Architecture::name);
  if (found != kArchitectures.end()) return *found;
  std::array<std::string_view, kArchitectures.size()> names;
  std::ranges::transform(kArchitectures, names.begin(), &Architecture::name);
  throw std::invalid_argument(fmt::format("architecture is '{}', but must be one of {}", name, fmt::join(names, ", ")));
}

std::shared_ptr<Seq2SeqModel> create_model(const ModelConfig& config, std::optional<std::uint64_t> seed) {
  config.validate();
  return architecture_named(config.architecture).create(config, seed);
}

}  // namespace dragoman
