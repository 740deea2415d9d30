#pragma once

#include "base/enum_names.h"
#include "model/decoding_defaults.h"
#include "model/text_template.h"
#include "model/training_facts.h"
#include "tokenizer/special_ids.h"
#include "tokenizer/token_order.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

enum class TiedEmbeddings { all, target, inputs, none };
enum class PositionsLayout { interleaved, halves };
enum class Sinusoids { paper, tensor2tensor };
enum class Norm { pre, post };
enum class Activation { relu, gelu, gelu_tanh, gelu_sigmoid, silu };
enum class NormForm { layer, rms };
enum class AttentionSelection { soft, hard, sampled };
enum class RecurrentCell { lstm, gru };

template <>
inline constexpr auto kEnumNames<TiedEmbeddings> = enum_names<TiedEmbeddings>({{TiedEmbeddings::all, "all"},
                                                                               {TiedEmbeddings::target, "target"},
                                                                               {TiedEmbeddings::inputs, "inputs"},
                                                                               {TiedEmbeddings::none, "none"}});
template <>
inline constexpr auto kEnumNames<PositionsLayout> =
    enum_names<PositionsLayout>({{PositionsLayout::interleaved, "interleaved"}, {PositionsLayout::halves, "halves"}});
template <>
inline constexpr auto kEnumNames<Sinusoids> = enum_names<Sinusoids>({{Sinusoids::paper, "paper"},
                                                                     {Sinusoids::tensor2tensor, "tensor2tensor"}});
template <>
inline constexpr auto kEnumNames<Norm> = enum_names<Norm>({{Norm::pre, "pre"}, {Norm::post, "post"}});
template <>
inline constexpr auto kEnumNames<Activation> = enum_names<Activation>({{Activation::relu, "relu"},
                                                                       {Activation::gelu, "gelu"},
                                                                       {Activation::gelu_tanh, "gelu-tanh"},
                                                                       {Activation::gelu_sigmoid, "gelu-sigmoid"},
                                                                       {Activation::silu, "silu"}});
template <>
inline constexpr auto kEnumNames<RecurrentCell> = enum_names<RecurrentCell>({{RecurrentCell::lstm, "lstm"},
                                                                             {RecurrentCell::gru, "gru"}});

template <>
inline constexpr auto kEnumNames<NormForm> = enum_names<NormForm>({{NormForm::layer, "layer"}, {NormForm::rms, "rms"}});
template <>
inline constexpr auto kEnumNames<AttentionSelection> = enum_names<AttentionSelection>(
    {{AttentionSelection::soft, "soft"}, {AttentionSelection::hard, "hard"}, {AttentionSelection::sampled, "sampled"}});

/// Everything that decides which function a model computes, apart from its weights. Kept as config.json beside them;
/// the names of the fields are the keys there and the options of `dragoman train`.
///
/// Not every architecture uses every field. All use those of layers, width, heads (of the attention to the source),
/// vocabularies, embeddings, `final_norm`, `norm_epsilon`, `projection_bias`, `output_bias`, `output_scale`, `dropout`,
/// `embedding_dropout` and `attention_dropout`. Besides:
///   transformer  feed_forward_width, positions, norm, activation, activation_dropout, feed_forward_bias,
///                shared_position_biases; so does a language-model, which has no encoder
///   rnn          norm, recurrent_cell, input_feeding
///   conv         positions, kernel_width
/// The two with positions have embedding_norm and zero_start, too.
struct ModelConfig {
  std::string architecture = "transformer";  ///< a name that architectures() has

  int encoder_layers = 6;         ///< 1 to 1000
  int decoder_layers = 6;         ///< 1 to 1000
  int width = 512;                ///< D; a multiple of `heads`, unless they have a width of their own
  int feed_forward_width = 2048;  ///< F
  int heads = 8;                  ///< H
  int head_width = 0;             ///< d, of a head's queries, keys and values; 0: D / H

  std::int32_t source_vocabulary = 0;  ///< V of the source side, set from the tokenizer
  std::int32_t target_vocabulary = 0;  ///< V of the target side, set from the tokenizer
  SpecialIds special_ids;
  std::int32_t start_token = SpecialIds{}.bos;  ///< the id that a target sentence is started with

  /// Which of source embedding, target embedding and output layer are one matrix: all three, the last two, the first
  /// two ("inputs"), or none.
  TiedEmbeddings tied_embeddings = TiedEmbeddings::all;
  bool embedding_scale = true;           ///< multiply embeddings by sqrt(D) (Vaswani et al. 2017, section 3.4)
  std::string positions = "sinusoidal";  ///< one of position_forms()
  PositionsLayout positions_layout = PositionsLayout::interleaved;
  Sinusoids sinusoids = Sinusoids::paper;  ///< see positional_encoding.h
  int first_position = 0;                  ///< sinusoidal positions: that of a sentence's first token, 0 to 1000
  bool embedding_norm = false;             ///< a layer norm behind embeddings and positions (Lewis et al. 2020, "BART")
  bool zero_start = false;  ///< a zero vector stands for the embedding of the start token, before every target
  bool shared_position_biases = false;  ///< t5 positions: one table for all layers of a stack (Raffel et al. 2020)
  int largest_distance = 16;            ///< relative positions: what is farther counts as this far
  int max_positions = 1024;             ///< learned positions: their number, and so the longest sentence in tokens

  std::string encoder_self_attention = "softmax";                           ///< one of self_attention_forms()
  std::string decoder_self_attention = "softmax";                           ///< the same
  std::string self_attention_score = "scaled-dot";                          ///< one of attention_scores()
  std::string cross_attention_score = "scaled-dot";                         ///< the same
  AttentionSelection cross_attention_selection = AttentionSelection::soft;  ///< see key_selection.h
  bool monotonic_attention = false;  ///< at inference, hard cross-attention never goes back
  int key_value_heads = 0;           ///< G, a divisor of `heads`; each is shared by H / G heads of queries. 0: H
  int attention_window = 16;         ///< local and strided self-attention: positions on each side, and the stride

  Norm norm = Norm::pre;
  bool final_norm = true;  ///< a layer norm behind the last layer of each stack (pre-norm needs it)
  double norm_epsilon = 1e-5;
  NormForm normalisation = NormForm::layer;
  Activation activation = Activation::relu;
  bool feed_forward_gate = false;  ///< multiply the activation by a second projection (GLU variants, Shazeer 2020)
  int shared_layers = 1;           ///< so many layers in a row have the same weights
  bool projection_bias = true;     ///< biases in the attention's projections
  bool feed_forward_bias = true;   ///< biases in the feed-forward layers
  bool output_bias = false;        ///< a bias on the logits
  bool output_scale = false;       ///< divide states by sqrt(D) before the output layer (T5, where it is tied)

  double dropout = 0.1;                     ///< of each sublayer's output (conv: input), in [0, 1)
  std::optional<double> embedding_dropout;  ///< of embeddings, positions added, in [0, 1); `dropout` unless given
  double attention_dropout = 0.0;           ///< of attention weights, in [0, 1)
  double activation_dropout = 0.0;          ///< inside the feed-forward layer, in [0, 1)
  double layer_dropout = 0.0;               ///< of whole layers (Fan et al. 2020), in [0, 1)

  int number_of_key_value_heads() const { return key_value_heads == 0 ? heads : key_value_heads; }
  int width_of_head() const { return head_width == 0 ? width / heads : head_width; }     ///< d
  int query_width() const { return width_of_head() * heads; }                            ///< H · d
  int key_value_width() const { return width_of_head() * number_of_key_value_heads(); }  ///< G · d
  /// Whether source and target have one table of embeddings, and whether the output layer is the target's.
  bool ties_inputs() const {
    return tied_embeddings == TiedEmbeddings::all || tied_embeddings == TiedEmbeddings::inputs;
  }
  bool ties_output() const {
    return tied_embeddings == TiedEmbeddings::all || tied_embeddings == TiedEmbeddings::target;
  }
  /// Decoder layers that attend to the source: a recurrent decoder does once, behind its last layer.
  int attending_layers() const { return architecture == "rnn" ? 1 : decoder_layers; }
  /// The longest sentence in tokens, its end included, if there is a limit: learned positions have an end.
  std::optional<int> longest_sentence() const;

  // Keys of these are in config.json only where they differ from the default.
  RecurrentCell recurrent_cell = RecurrentCell::lstm;
  bool input_feeding = true;  ///< rnn: the decoder takes in what it attended to before (Luong et al. 2015, section 3.3)
  int kernel_width = 3;       ///< conv: positions that a convolution sees, odd

  /// These decide nothing that is computed from ids: the first three, which ids a line becomes, the other, how it is
  /// searched for a translation.
  TokenOrder target_order = TokenOrder::left_to_right;  ///< what stands around the text keeps its place
  TextTemplate text_template;
  TrainingFacts trained_on;
  DecodingDefaults decoding;

  /// Layer and head, from 0, of the cross-attention that was trained to align; both or neither. It decides nothing that
  /// is computed from ids, either, but which of these weights an alignment is made from.
  std::optional<int> alignment_layer, alignment_head;

  /// Throws std::invalid_argument naming the field, its value and what is allowed.
  void validate() const;

  bool operator==(const ModelConfig&) const = default;
};

/// The names that set layers, width, feed-forward width and heads at once: tiny, small, base, big.
std::vector<std::string> preset_names();

/// Sets the sizes of `config` to a preset's. Throws std::invalid_argument for an unknown name.
void apply_preset(ModelConfig& config, std::string_view name);

}  // namespace dragoman
