#include "model/transformer.h"

#include "model/initialisation.h"

#include <ATen/ATen.h>

#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct TransformerState : DecoderState {
  TransformerState(const Memory& memory, std::vector<DecoderLayerCache> of_layers)
      : caches(std::move(of_layers)), index(memory.lengths, memory.states.size(1)) {}

  std::vector<DecoderLayerCache> caches;
  DecoderIndex index;
};

}  // namespace

Transformer::Transformer(const ModelConfig& config, std::optional<std::uint64_t> seed)
    : context_(std::make_shared<ForwardContext>()) {
  config.validate();
  if (config.tied_embeddings == TiedEmbeddings::all) {
    source_embedding_ = target_embedding_ =
        register_module("embedding", EmbeddingTable(config.target_vocabulary, config.width));
  } else {
    source_embedding_ = register_module("source_embedding", EmbeddingTable(config.source_vocabulary, config.width));
    target_embedding_ = register_module("target_embedding", EmbeddingTable(config.target_vocabulary, config.width));
  }
  encoder_input_ = register_module("encoder_input", InputLayer(config, source_embedding_, context_));
  encoder_ = register_module("encoder", Encoder(config, context_));
  decoder_input_ = register_module("decoder_input", InputLayer(config, target_embedding_, context_));
  decoder_ = register_module("decoder", Decoder(config, context_));
  if (config.tied_embeddings == TiedEmbeddings::none) {
    output_weight_ = register_parameter("output_weight", torch::zeros({config.target_vocabulary, config.width}));
  }
  if (config.output_bias) output_bias_ = register_parameter("output_bias", torch::zeros({config.target_vocabulary}));
  if (seed) initialise(*this, config.width, *seed);
}

// In the type of the queries and keys, which the attention's operator wants to be one.
Tensor Transformer::bias_of(const Memory& memory) const {
  const auto type = context_->compute_type.value_or(memory.states.scalar_type());
  return padding_bias(memory.lengths, memory.states.size(1), memory.states.options().dtype(type));
}

Memory Transformer::encode(const Tensor& source, const Tensor& lengths) {
  TORCH_CHECK(source.dim() == 2 && lengths.dim() == 1 && lengths.size(0) == source.size(0),
              "encode: the source must have shape [B, S] and the lengths [B], not ", source.sizes(), " and ",
              lengths.sizes());
  const Tensor embedded = encoder_input_->forward(source);
  return {encoder_->forward(embedded, bias_of({embedded, lengths})), lengths};
}

Tensor Transformer::decode(const Memory& memory, const Tensor& target) {
  TORCH_CHECK(target.dim() == 2 && target.size(0) == memory.states.size(0),
              "decode: the target must have shape [B, T] with B = ", memory.states.size(0), ", not ", target.sizes());
  const Tensor bias = bias_of(memory);
  return decoder_->forward(decoder_input_->forward(target), memory.states, bias);
}

std::unique_ptr<DecoderState> Transformer::start(const Memory& memory) {
  return std::make_unique<TransformerState>(memory, decoder_->start(memory.states));
}

Tensor Transformer::step(DecoderState& opaque, const Tensor& previous) {
  auto& [caches, index] = dynamic_cast<TransformerState&>(opaque);
  TORCH_CHECK(previous.dim() == 1 && previous.size(0) == index.rows(), "step: one id for each of ", index.rows(),
              " rows is needed, not ", previous.sizes());
  index.advance();
  const Tensor embedded = decoder_input_->forward(previous.unsqueeze(1), index.position()).squeeze(1);
  return decoder_->step(embedded, caches, index);
}

void Transformer::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) {
  dynamic_cast<TransformerState&>(opaque).index.reorder(rows);
}

OutputLayer Transformer::output_layer() const {
  if (output_weight_.defined()) return {output_weight_, output_bias_};
  return {target_embedding_->weight, output_bias_, target_embedding_->quantised};
}

std::shared_ptr<Seq2SeqModel> create_model(const ModelConfig& config, std::optional<std::uint64_t> seed) {
  config.validate();
  return std::make_shared<Transformer>(config, seed);
}

}  // namespace dragoman
