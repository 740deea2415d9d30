#include "model/architecture.h"

#include "model/convolutional/convolutional_model.h"
#include "model/recurrent/recurrent_model.h"
#include "model/transformer/transformer.h"

#include <array>

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

std::shared_ptr<Seq2SeqModel> create_model(const ModelConfig& config, std::optional<std::uint64_t> seed) {
  config.validate();
  return form_named(architectures(), config.architecture).make(config, seed);
}

}  // namespace dragoman
