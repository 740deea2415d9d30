#include "formats/marian/exported_options.h"

#include "formats/foreign/exportable.h"

#include <fmt/format.h>
#include <numeric>

namespace dragoman {
namespace {

// As Marian calls it; the exact gelu is one of later versions.
const char* marian_activation(Activation activation) {
  switch (activation) {
    case Activation::relu:
      return "relu";
    case Activation::silu:
      return "swish";
    case Activation::gelu:
    case Activation::gelu_sigmoid:
      return "gelu";
    case Activation::gelu_tanh:
      break;
  }
  return nullptr;
}

void require_positions(const ModelConfig& config, const Exportable& model) {
  const bool learned = config.positions == "learned";
  model.require(learned || config.positions == "sinusoidal", "positions", config.positions);
  model.require(config.embedding_scale != learned, "embedding-scale", config.embedding_scale);
  if (learned) return;
  model.require(config.sinusoids == Sinusoids::tensor2tensor, "sinusoids", to_string(config.sinusoids));
  model.require(config.first_position == 0, "first-position", config.first_position);
  // Others are the same numbers in another order, for which the forms of the decoder would need more than that.
  model.require(config.positions_layout == PositionsLayout::halves || config.decoder_self_attention == "softmax",
                "positions-layout", to_string(config.positions_layout));
}

void require_texts(const ModelConfig& config, const Exportable& model) {
  const TextTemplate& form = config.text_template;
  const bool plain = (form.source_before.empty() || form.languages_optional) && form.target_before.empty() &&
                     form.source_behind == std::vector{TextTemplate::kEnd};
  model.require(plain, "text_template", "of its own");
}

}  // namespace

MarianNetwork exported_marian_network(const ModelConfig& config) {
  const Exportable model(config, "Marian");
  model.require_usual_transformer({"softmax", "average", "ssru"});
  model.require_plain_layers();
  require_positions(config, model);
  require_texts(config, model);
  model.require(config.zero_start, "zero-start", config.zero_start);
  model.require(config.norm_epsilon == 1e-6, "norm-epsilon", config.norm_epsilon);
  model.require(marian_activation(config.activation) != nullptr, "activation", to_string(config.activation));
  if (config.decoder_self_attention == "average") {
    model.require(config.norm == Norm::post, "norm", to_string(config.norm));
    model.require(config.feed_forward_width != config.width, "feed-forward-width", config.feed_forward_width);
  }
  MarianNetwork network;
  network.config = config;
  network.decoder_layers.resize(static_cast<std::size_t>(config.decoder_layers));
  std::iota(network.decoder_layers.begin(), network.decoder_layers.end(), 1);
  network.one_table = config.ties_inputs();
  return network;
}

std::string marian_options(const MarianNetwork& network, const std::array<std::int64_t, 2>& rows) {
  const ModelConfig& config = network.config;
  const std::string norm = config.normalisation == NormForm::layer ? "n" : "r";
  const bool pre = config.norm == Norm::pre, average = config.decoder_self_attention == "average",
             recurrent = config.decoder_self_attention == "ssru", all = config.tied_embeddings == TiedEmbeddings::all;
  const std::string activation = marian_activation(config.activation);
  std::string text;
  const auto option = [&](std::string_view name, const auto& value) { text += fmt::format("{}: {}\n", name, value); };
  const auto quoted = [](const std::string& letters) { return fmt::format("\"{}\"", letters); };
  option("type", "transformer");
  option("version", config.activation == Activation::gelu_sigmoid ? "v1.12.0" : "v1.12.42");
  option("dim-emb", config.width);
  option("dim-vocabs", fmt::format("[{}, {}]", rows[0], rows[1]));
  option("enc-depth", config.encoder_layers);
  option("dec-depth", config.decoder_layers);
  option("tied-embeddings-all", all);
  option("tied-embeddings-src", config.tied_embeddings == TiedEmbeddings::inputs);
  option("tied-embeddings", config.tied_embeddings == TiedEmbeddings::target);
  option("output-omit-bias", false);
  option("transformer-heads", config.heads);
  option("transformer-dim-ffn", config.feed_forward_width);
  option("transformer-ffn-depth", 2);
  option("transformer-decoder-dim-ffn", 0);
  option("transformer-decoder-ffn-depth", 0);
  option("transformer-ffn-activation", activation);
  option("transformer-preprocess", quoted(pre ? norm : ""));
  option("transformer-postprocess", pre ? "da" : "da" + norm);
  option("transformer-postprocess-emb", config.embedding_norm ? norm + "d" : "d");
  option("transformer-postprocess-top", quoted(config.final_norm ? norm : ""));
  option("transformer-decoder-autoreg", average ? "average-attention" : recurrent ? "rnn" : "self-attention");
  option("dec-cell", recurrent ? "ssru" : "gru");
  option("transformer-dim-aan", average ? config.feed_forward_width : 2048);
  option("transformer-aan-activation", activation);
  option("transformer-aan-depth", 2);
  option("transformer-train-position-embeddings", config.positions == "learned");
  option("transformer-attention-mask", "default");
  option("transformer-guided-alignment-layer", "last");
  option("transformer-tied-layers", "[]");
  option("input-types", "[]");
  for (const char* off :
       {"transformer-aan-nogate", "transformer-alibi-shift", "transformer-alibi-trainable",
        "transformer-disable-position-embeddings", "transformer-no-affine", "transformer-no-bias",
        "transformer-no-projection", "transformer-pool", "transformer-rnn-projection", "bert-train-type-embeddings",
        "layer-normalization", "right-left", "skip", "ulr", "ulr-trainable-transformation"})
    option(off, false);
  // What other networks of Marian's have.
  for (const auto& [name, value] : {std::pair{"bert-type-vocab-size", 2},
                                    {"dec-cell-base-depth", 2},
                                    {"dec-cell-high-depth", 1},
                                    {"dim-rnn", 1024},
                                    {"enc-cell-depth", 1},
                                    {"factors-dim-emb", 0},
                                    {"lemma-dim-emb", 0},
                                    {"ulr-dim-emb", 0}})
    option(name, value);
  option("enc-cell", "gru");
  option("enc-type", "bidirectional");
  option("factors-combine", "sum");
  option("lemma-dependency", "\"\"");
  option("separator-symbol", "\"[eos]\"");
  return text;
}

}  // namespace dragoman
