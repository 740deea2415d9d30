#include "model/transformer.h"

#include "model/initialisation.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

struct TransformerState : DecoderState {
  std::vector<DecoderLayerCache> caches;
  Tensor bias;  // [B, 1, 1, S]
  std::vector<std::int64_t>
      sentence_of;            // [R]: the row's sentence, an index into bias and the memory's keys and values
  std::int64_t position = 0;  // of the token that the next step takes
};

Tensor to_index(const std::vector<std::int64_t>& values, const Tensor& like) {
  return at::tensor(values, torch::kInt64).to(like.device());
}

void select_sentences(TransformerState& state, const std::vector<std::int64_t>& sentences) {
  const Tensor index = to_index(sentences, state.bias);
  state.bias = state.bias.index_select(0, index);
  for (DecoderLayerCache& cache : state.caches) {
    cache.memory = {cache.memory.keys.index_select(0, index), cache.memory.values.index_select(0, index)};
  }
}

// The sentences of `rows` in order, each once, if all have the same number of rows, side by side; else one entry a row:
// cross-attention takes a sentence's rows as so many queries to one copy of its keys and values.
std::vector<std::int64_t> groups_of(const std::vector<std::int64_t>& sentence_of) {
  std::vector<std::int64_t> groups;
  std::vector<std::size_t> sizes;
  for (const std::int64_t sentence : sentence_of) {
    if (groups.empty() || groups.back() != sentence) {
      groups.push_back(sentence);
      sizes.push_back(0);
    }
    ++sizes.back();
  }
  const bool even = std::adjacent_find(sizes.begin(), sizes.end(), std::not_equal_to<>()) == sizes.end();
  return even ? groups : sentence_of;
}

bool counts_up_to(const std::vector<std::int64_t>& values, std::int64_t count) {
  if (static_cast<std::int64_t>(values.size()) != count) return false;
  for (std::int64_t i = 0; i < count; ++i) {
    if (values[static_cast<std::size_t>(i)] != i) return false;
  }
  return true;
}

}  // namespace

Transformer::Transformer(const ModelConfig& config, std::uint64_t seed) : context_(std::make_shared<ForwardContext>()) {
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
  initialise(*this, config.width, seed);
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
  auto state = std::make_unique<TransformerState>();
  state->caches = decoder_->start(memory.states);
  state->bias = bias_of(memory);
  for (std::int64_t i = 0; i < memory.states.size(0); ++i) state->sentence_of.push_back(i);
  return state;
}

Tensor Transformer::step(DecoderState& opaque, const Tensor& previous) {
  auto& state = dynamic_cast<TransformerState&>(opaque);
  TORCH_CHECK(previous.dim() == 1 && previous.size(0) == static_cast<std::int64_t>(state.sentence_of.size()),
              "step: one id for each of ", state.sentence_of.size(), " rows is needed, not ", previous.sizes());
  const Tensor embedded = decoder_input_->forward(previous.unsqueeze(1), state.position++).squeeze(1);
  return decoder_->step(embedded, state.caches, state.bias);
}

void Transformer::reorder(DecoderState& opaque, std::span<const std::int64_t> rows) {
  auto& state = dynamic_cast<TransformerState&>(opaque);
  std::vector<std::int64_t> sentence_of;
  for (const std::int64_t row : rows) sentence_of.push_back(state.sentence_of.at(static_cast<std::size_t>(row)));
  const Tensor index = to_index({rows.begin(), rows.end()}, state.bias);
  for (DecoderLayerCache& cache : state.caches) {
    if (!cache.self.keys.defined()) continue;
    cache.self = {cache.self.keys.index_select(0, index), cache.self.values.index_select(0, index)};
  }
  const std::vector<std::int64_t> groups = groups_of(sentence_of);
  if (!counts_up_to(groups, state.bias.size(0))) select_sentences(state, groups);
  // From here on a sentence is its place among those that were kept.
  const std::size_t rows_each = groups.empty() ? 1 : sentence_of.size() / groups.size();
  for (std::size_t i = 0; i < sentence_of.size(); ++i) sentence_of[i] = static_cast<std::int64_t>(i / rows_each);
  state.sentence_of = std::move(sentence_of);
}

OutputLayer Transformer::output_layer() const {
  return {output_weight_.defined() ? output_weight_ : target_embedding_->weight, output_bias_};
}

std::shared_ptr<Seq2SeqModel> create_model(const ModelConfig& config, std::uint64_t seed) {
  config.validate();
  return std::make_shared<Transformer>(config, seed);
}

}  // namespace dragoman
