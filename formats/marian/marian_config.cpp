#include "formats/marian/marian_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <numeric>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

// The letters of what happens around a layer, without dropout, which does nothing to a model that has learned.
std::string operations(ForeignOptions& options, const std::string& name, const std::string& usual) {
  std::string letters = options.get<std::string>(name, usual);
  std::erase(letters, 'd');
  return letters;
}

// Of "n" and "r", the one that all norms of a model are; Marian could mix them.
class NormKind {
 public:
  explicit NormKind(ForeignOptions& options) : options_(options) {}

  // Whether there is a norm in the place that the option tells of.
  bool has(const std::string& name, const std::string& letters) {
    if (letters.empty()) return false;
    if (letters != "n" && letters != "r") options_.refuse(name, "for which Dragoman has no form");
    if (kind_ != '\0' && kind_ != letters[0]) options_.refuse(name, "but all norms of a model must be of one kind");
    kind_ = letters[0];
    return true;
  }

  NormForm form() const { return kind_ == 'r' ? NormForm::rms : NormForm::layer; }

 private:
  ForeignOptions& options_;
  char kind_ = '\0';
};

// "v1.12.42 b7be0e964 …" has these three numbers; none at all of a version that is not told.
std::array<int, 3> version_of(ForeignOptions& options) {
  std::array<int, 3> numbers{};
  const auto version = options.get<std::string>("version", "");
  const char *next = version.data() + (version.starts_with('v') ? 1 : 0), *end = version.data() + version.size();
  for (int& number : numbers) {
    next = std::from_chars(next, end, number).ptr;
    if (next == end || *next++ != '.') break;
  }
  return numbers;
}

void read_norms(ForeignOptions& options, ModelConfig& config) {
  NormKind kind(options);
  const std::string before = operations(options, "transformer-preprocess", "");
  const std::string after = operations(options, "transformer-postprocess", "dan");
  config.norm = kind.has("transformer-preprocess", before) ? Norm::pre : Norm::post;
  if (!after.starts_with('a')) options.refuse("transformer-postprocess", "for which Dragoman has no form");
  if (kind.has("transformer-postprocess", after.substr(1)) == (config.norm == Norm::pre)) {
    options.refuse("transformer-postprocess",
                   fmt::format("and transformer-preprocess '{}': Dragoman has one norm a sublayer, in front or behind",
                               options.get<std::string>("transformer-preprocess", "")));
  }
  config.embedding_norm =
      kind.has("transformer-postprocess-emb", operations(options, "transformer-postprocess-emb", "d"));
  config.final_norm = kind.has("transformer-postprocess-top", operations(options, "transformer-postprocess-top", ""));
  config.normalisation = kind.form();
  config.norm_epsilon = 1e-6;
  constexpr std::array kFirstOfWholeNorm = {1, 10, 0};
  if (config.norm == Norm::pre && version_of(options) < kFirstOfWholeNorm)
    options.refuse("transformer-preprocess",
                   "which Marian before 1.10 did to queries alone; Dragoman has no form for that");
}

// What Marian has called so differs: its changelog has the exact one behind 1.12.0.
Activation gelu_in(ForeignOptions& options, std::vector<std::string>& notes) {
  constexpr std::array kLastOfSwish = {1, 12, 0};
  const bool is_exact = version_of(options) > kLastOfSwish;
  notes.push_back(fmt::format("gelu is {}, as in Marian {} 1.12.0", is_exact ? "the exact one" : "x σ(1.702 x)",
                              is_exact ? "after" : "up to"));
  return is_exact ? Activation::gelu : Activation::gelu_sigmoid;
}

Activation activation_in(ForeignOptions& options, const std::string& name, std::vector<std::string>& notes) {
  const auto value = options.get<std::string>(name, "swish");
  if (value == "swish") return Activation::silu;
  if (value == "relu") return Activation::relu;
  if (value == "gelu") return gelu_in(options, notes);
  options.refuse(name, "for which Dragoman has no form: it has swish, relu and gelu");
}

// The average attention's own layer is in our form what all feed-forward layers are.
void read_average_attention(ForeignOptions& options, const ModelConfig& config) {
  if (config.norm == Norm::pre)
    options.refuse("transformer-decoder-autoreg", "with transformer-preprocess, for which Dragoman has no form");
  options.require<int>("transformer-aan-depth", 2);
  options.require<bool>("transformer-aan-nogate", false);
  const int width = options.get<int>("transformer-dim-aan", 2048);
  if (width != config.feed_forward_width || width == config.width) {
    options.refuse("transformer-dim-aan",
                   fmt::format("but transformer-dim-ffn is {} and dim-emb {}; Dragoman has one width for both layers, "
                               "another than the model's",
                               config.feed_forward_width, config.width));
  }
  const auto common = options.get<std::string>("transformer-ffn-activation", "swish");
  if (options.get<std::string>("transformer-aan-activation", "swish") != common)
    options.refuse("transformer-aan-activation", fmt::format("but transformer-ffn-activation '{}'", common));
}

void read_decoder_attention(ForeignOptions& options, ModelConfig& config) {
  const auto kind = options.get<std::string>("transformer-decoder-autoreg", "self-attention");
  if (kind == "average-attention") {
    config.decoder_self_attention = "average";
    read_average_attention(options, config);
  } else if (kind == "rnn") {
    config.decoder_self_attention = "ssru";
    if (options.get<std::string>("dec-cell", "gru") != "ssru")
      options.refuse("dec-cell", "but of recurrent cells in a Transformer Dragoman has ssru alone");
    options.require<bool>("transformer-rnn-projection", false);
    options.require<bool>("layer-normalization", false);
  } else if (kind != "self-attention") {
    options.refuse("transformer-decoder-autoreg", "for which Dragoman has no form");
  }
}

void read_sizes(ForeignOptions& options, ModelConfig& config) {
  config.width = options.get<int>("dim-emb", 512);
  config.encoder_layers = options.get<int>("enc-depth", 1);
  config.decoder_layers = options.get<int>("dec-depth", 1);
  config.heads = options.get<int>("transformer-heads", 8);
  config.feed_forward_width = options.get<int>("transformer-dim-ffn", 2048);
  options.require<int>("transformer-ffn-depth", 2);
  for (const auto& [name, common] : {std::pair{"transformer-decoder-dim-ffn", config.feed_forward_width},
                                     std::pair{"transformer-decoder-ffn-depth", 2}}) {
    const int own = options.get<int>(name, 0);
    if (own != 0 && own != common)
      options.refuse(name, fmt::format("but the encoder's is {}; Dragoman has one for both", common));
  }
}

// Not for what only other kinds of models look at.
void require_forms(ForeignOptions& options) {
  if (options.get<std::string>("type") != "transformer")
    options.refuse("type", "for which Dragoman has no form: it has Marian's transformer");
  for (const char* name : {"right-left", "transformer-no-projection", "transformer-pool",
                           "transformer-disable-position-embeddings", "transformer-alibi-trainable", "ulr"})
    options.require<bool>(name, false);
  options.require<std::string>("transformer-attention-mask", "default");
  options.require<int>("lemma-dim-emb", 0);
  options.require<std::string>("lemma-dependency", "");
  if (const auto types = options.find<std::vector<std::string>>("input-types");
      types && std::ranges::any_of(*types, [](const std::string& type) { return type != "sequence"; }))
    options.refuse("input-types", "for which Dragoman has no form");
  options.ignore({"bert-train-type-embeddings",
                  "bert-type-vocab-size",
                  "dec-cell",
                  "dec-cell-base-depth",
                  "dec-cell-high-depth",
                  "dim-rnn",
                  "dim-vocabs",
                  "enc-cell",
                  "enc-cell-depth",
                  "enc-type",
                  "factors-combine",
                  "factors-dim-emb",
                  "layer-normalization",
                  "original-type",
                  "separator-symbol",
                  "skip",
                  "transformer-aan-activation",
                  "transformer-aan-depth",
                  "transformer-aan-nogate",
                  "transformer-alibi-shift",
                  "transformer-depth-scaling",
                  "transformer-dim-aan",
                  "transformer-guided-alignment-layer",
                  "transformer-rnn-projection",
                  "ulr-dim-emb",
                  "ulr-trainable-transformation",
                  "version"});
}

void read_ties(ForeignOptions& options, MarianNetwork& network) {
  const bool all = options.get<bool>("tied-embeddings-all", false),
             output = options.get<bool>("tied-embeddings", false);
  network.one_table = options.get<bool>("tied-embeddings-src", false) || all;
  network.config.tied_embeddings = all || (network.one_table && output) ? TiedEmbeddings::all
                                   : network.one_table                  ? TiedEmbeddings::inputs
                                   : output                             ? TiedEmbeddings::target
                                                                        : TiedEmbeddings::none;
}

// Marian takes its table as it finds it, unscaled embeddings before it.
void read_positions(ForeignOptions& options, bool has_table, ModelConfig& config) {
  options.ignore({"transformer-train-positions", "transformer-train-position-embeddings"});
  config.positions = has_table ? "learned" : "sinusoidal";
  config.embedding_scale = !has_table;
  config.positions_layout = PositionsLayout::halves;
  config.sinusoids = Sinusoids::tensor2tensor;
  config.zero_start = true;
}

std::vector<int> decoder_layers(ForeignOptions& options, int count) {
  std::vector<int> layers = options.get<std::vector<int>>("transformer-tied-layers", {});
  if (layers.empty()) {
    layers.resize(static_cast<std::size_t>(std::max(count, 0)));
    std::iota(layers.begin(), layers.end(), 1);
  }
  if (std::ssize(layers) != count) options.refuse("transformer-tied-layers", fmt::format("but dec-depth is {}", count));
  return layers;
}

}  // namespace

MarianNetwork read_marian_network(ForeignOptions& options, bool has_positions, std::vector<std::string>& notes) {
  MarianNetwork network;
  ModelConfig& config = network.config;
  require_forms(options);
  read_sizes(options, config);
  config.activation = activation_in(options, "transformer-ffn-activation", notes);
  read_norms(options, config);
  read_positions(options, has_positions, config);
  read_decoder_attention(options, config);
  read_ties(options, network);
  network.decoder_layers = decoder_layers(options, config.decoder_layers);
  network.biases = !options.get<bool>("transformer-no-bias", false);
  network.affine = !options.get<bool>("transformer-no-affine", false);
  config.projection_bias = true;
  config.output_bias = true;
  return network;
}

}  // namespace dragoman
