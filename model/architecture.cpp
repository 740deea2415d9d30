#include "model/architecture.h"

#include "model/convolutional/convolutional_model.h"
#include "model/recurrent/recurrent_model.h"
#include "model/transformer/language_model.h"
#include "model/transformer/transformer.h"

#include <array>
#include <stdexcept>
#include <string_view>

namespace dragoman {
namespace {

template <typename Model>
std::shared_ptr<Seq2SeqModel> create(const ModelConfig& config, std::optional<std::uint64_t> seed) {
  return std::make_shared<Model>(config, seed);
}

constexpr std::string_view kLanguageModel = "language-model";

constexpr std::array kArchitectures = {
    Architecture{"transformer", "attention alone (Vaswani et al. 2017)", create<Transformer>},
    Architecture{"rnn", "LSTM or GRU with attention (Luong et al. 2015)", create<RecurrentModel>},
    Architecture{"conv", "gated convolutions with attention (Gehring et al. 2017)", create<ConvolutionalModel>},
    Architecture{kLanguageModel,
                 "the transformer's decoder alone, of --train-target without a source (Liu et al. 2018)",
                 create<LanguageModel>}};

}  // namespace

std::span<const Architecture> architectures() {
  return kArchitectures;
}

bool reads_source(const ModelConfig& config) {
  return config.architecture != kLanguageModel;
}

void require_source(const ModelConfig& config) {
  if (reads_source(config)) return;
  throw std::invalid_argument(
      "the model is a language model, which reads no source and translates nothing; score and rerank --language-model "
      "take it");
}

std::shared_ptr<Seq2SeqModel> create_model(const ModelConfig& config, std::optional<std::uint64_t> seed) {
  config.validate();
  return form_named(architectures(), config.architecture).make(config, seed);
}

}  // namespace dragoman
