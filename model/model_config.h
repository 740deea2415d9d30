#pragma once

#include "base/enum_names.h"
#include "tokenizer/special_ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

enum class TiedEmbeddings { all, target, none };
enum class Positions { sinusoidal, learned };
enum class PositionsLayout { interleaved, halves };
enum class Norm { pre, post };
enum class Activation { relu, gelu, silu };
enum class RecurrentCell { lstm, gru };

template <>
inline constexpr auto kEnumNames<TiedEmbeddings> = enum_names<TiedEmbeddings>({{TiedEmbeddings::all, "all"},
                                                                               {TiedEmbeddings::target, "target"},
                                                                               {TiedEmbeddings::none, "none"}});
template <>
inline constexpr auto kEnumNames<Positions> = enum_names<Positions>({{Positions::sinusoidal, "sinusoidal"},
                                                                     {Positions::learned, "learned"}});
template <>
inline constexpr auto kEnumNames<PositionsLayout> =
    enum_names<PositionsLayout>({{PositionsLayout::interleaved, "interleaved"}, {PositionsLayout::halves, "halves"}});
template <>
inline constexpr auto kEnumNames<Norm> = enum_names<Norm>({{Norm::pre, "pre"}, {Norm::post, "post"}});
template <>
inline constexpr auto kEnumNames<Activation> =
    enum_names<Activation>({{Activation::relu, "relu"}, {Activation::gelu, "gelu"}, {Activation::silu, "silu"}});
template <>
inline constexpr auto kEnumNames<RecurrentCell> = enum_names<RecurrentCell>({{RecurrentCell::lstm, "lstm"},
                                                                             {RecurrentCell::gru, "gru"}});

/// Everything that decides which function a model computes, apart from its weights. Kept as config.json beside them;
/// the names of the fields are the keys there and the options of `dragoman train`.
///
/// Not every architecture uses every field. All use those of layers, width, heads (of the attention to the source),
/// vocabularies, embeddings, `final_norm`, `norm_epsilon`, `projection_bias`, `output_bias`, `dropout`,
/// `embedding_dropout` and `attention_dropout`. Besides:
///   transformer  feed_forward_width, positions, norm, activation, activation_dropout
///   rnn          norm, recurrent_cell, input_feeding
///   conv         positions, kernel_width
struct ModelConfig {
  std::string architecture = "transformer";  ///< a name that architectures() has

  int encoder_layers = 6;         ///< at least 1
  int decoder_layers = 6;         ///< at least 1
  int width = 512;                ///< D; a multiple of `heads`
  int feed_forward_width = 2048;  ///< F
  int heads = 8;                  ///< H

  std::int32_t source_vocabulary = 0;  ///< V of the source side, set from the tokenizer
  std::int32_t target_vocabulary = 0;  ///< V of the target side, set from the tokenizer
  SpecialIds special_ids;
  std::int32_t start_token = SpecialIds{}.bos;  ///< the id that a target sentence is started with

  /// Which of source embedding, target embedding and output layer are one matrix: all three, the last two, or none.
  TiedEmbeddings tied_embeddings = TiedEmbeddings::all;
  bool embedding_scale = true;  ///< multiply embeddings by sqrt(D) (Vaswani et al. 2017, section 3.4)
  Positions positions = Positions::sinusoidal;
  PositionsLayout positions_layout = PositionsLayout::interleaved;
  int max_positions = 1024;  ///< learned positions: their number, and so the longest sentence in tokens

  Norm norm = Norm::pre;
  bool final_norm = true;  ///< a layer norm behind the last layer of each stack (pre-norm needs it)
  double norm_epsilon = 1e-5;
  Activation activation = Activation::relu;
  bool projection_bias = true;  ///< biases in the attention's projections
  bool output_bias = false;     ///< a bias on the logits

  double dropout = 0.1;                     ///< of each sublayer's output (conv: input), in [0, 1)
  std::optional<double> embedding_dropout;  ///< of embeddings, positions added, in [0, 1); `dropout` unless given
  double attention_dropout = 0.0;           ///< of attention weights, in [0, 1)
  double activation_dropout = 0.0;          ///< inside the feed-forward layer, in [0, 1)

  // Keys of these are in config.json only where they differ from the default.
  RecurrentCell recurrent_cell = RecurrentCell::lstm;
  bool input_feeding = true;  ///< rnn: the decoder takes in what it attended to before (Luong et al. 2015, section 3.3)
  int kernel_width = 3;       ///< conv: positions that a convolution sees, odd

  /// Throws std::invalid_argument naming the field, its value and what is allowed.
  void validate() const;

  bool operator==(const ModelConfig&) const = default;
};

/// The names that set layers, width, feed-forward width and heads at once: tiny, small, base, big.
std::vector<std::string> preset_names();

/// Sets the sizes of `config` to a preset's. Throws std::invalid_argument for an unknown name.
void apply_preset(ModelConfig& config, std::string_view name);

/// The config as the text of config.json.
std::string to_json(const ModelConfig& config);

/// Reads config.json. Throws std::runtime_error, naming `file`, where it is not JSON, lacks a key, has a value that is
/// not allowed, or was written in a newer format.
ModelConfig model_config_from_json(std::string_view text, const std::string& file);

}  // namespace dragoman
