#include "formats/ctranslate2/transformer_facts.h"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr const char* kNoForm = "for which Dragoman has no form";

// Of one stack; the other one has to be the same.
struct StackFacts {
  int layers = 0, heads = 0, key_value_heads = 0, head_width = 0, inner = 0;
  bool scales_scores = true, pre_norm = true, scaled = true, final_norm = false, embedding_norm = false, gated = false;
  Activation activation = Activation::relu;
  NormForm norm = NormForm::layer;
};

class StackReader {
 public:
  StackReader(CTranslate2Variables& variables, std::string stack, std::int64_t width)
      : variables_(variables), stack_(std::move(stack)), width_(width) {}

  StackFacts read();

 private:
  // Under the stack's name, or, in files of earlier revisions, under one for both.
  std::optional<double> attribute(const std::string& name) {
    const auto own = variables_.number(stack_ + "/" + name);
    return own ? own : variables_.number(name);
  }

  std::string layer(int number) const { return fmt::format("{}/layer_{}", stack_, number); }
  int heads();
  Activation activation();
  bool scaled();
  int key_value_heads(const std::string& attention);
  int head_width(const std::string& attention);
  bool scales_scores(const std::string& attention);
  void require_the_same(const std::string& attention);

  CTranslate2Variables& variables_;
  std::string stack_;
  std::int64_t width_;
  StackFacts facts_;
};

// The first revisions said it by the name of the whole.
int StackReader::heads() {
  const int by_name = variables_.file().spec() == "TransformerBig" ? 16 : 8;
  const double heads = attribute("num_heads").value_or(by_name);
  if (heads < 1)
    throw std::runtime_error(
        fmt::format("{}: there are {} heads; copy the model anew", variables_.file().name(), heads));
  return static_cast<int>(heads);
}

Activation StackReader::activation() {
  constexpr std::array kActivations = {Activation::relu, Activation::gelu_tanh, Activation::silu, Activation::gelu,
                                       Activation::gelu_sigmoid};
  const double number = attribute("activation").value_or(0);
  for (std::size_t i = 0; i < kActivations.size(); ++i) {
    if (number == static_cast<double>(i)) return kActivations[i];
  }
  variables_.refuse(stack_ + "/activation", kNoForm);
}

// A flag, or the number itself; √D where it is missing.
bool StackReader::scaled() {
  const double root = std::sqrt(static_cast<double>(width_));
  const std::string older = stack_ + "/embeddings/multiply_by_sqrt_depth";
  const std::string name = variables_.contains(older) ? older : stack_ + "/scale_embeddings";
  const auto scale = variables_.number(name);
  if (!scale) return true;
  if (variables_.is_flag(name)) return *scale != 0;
  if (*scale == 1) return false;
  if (std::abs(*scale - root) > 1e-5 * root)
    variables_.refuse(name, "but Dragoman scales embeddings by √D or not at all");
  return true;
}

int StackReader::key_value_heads(const std::string& attention) {
  if (variables_.number(attention + "/multi_query").value_or(0) != 0) return 1;
  const double heads = variables_.number(attention + "/num_heads_kv").value_or(facts_.heads);
  if (heads < 1 || std::fmod(facts_.heads, heads) != 0) variables_.refuse(attention + "/num_heads_kv", kNoForm);
  return static_cast<int>(heads);
}

// Of queries, as the output's matrix takes them.
int StackReader::head_width(const std::string& attention) {
  const std::string output =
      attention + (attention.ends_with("self_attention") ? "/linear_1" : "/linear_2") + "/weight";
  const std::vector<std::int64_t>& shape = variables_.shape(output);
  if (shape.size() != 2 || shape[1] % facts_.heads != 0) variables_.refuse(output, "which does not fit the heads");
  const std::int64_t width = shape[1] / facts_.heads;
  variables_.require(attention + "/head_dim", static_cast<double>(width));
  return static_cast<int>(width);
}

// By 1/√d, unless the file has another number; T5's are not.
bool StackReader::scales_scores(const std::string& attention) {
  const std::string name = attention + "/queries_scale";
  const auto by_default = [&] {
    const bool has_width = variables_.contains(attention + "/head_dim");
    return 1 / std::sqrt(has_width ? facts_.head_width : static_cast<double>(width_) / facts_.heads);
  };
  const double scale = variables_.number(name).value_or(by_default()), usual = 1 / std::sqrt(facts_.head_width);
  if (std::abs(scale - usual) <= 1e-6 * usual) return true;
  if (scale != 1) variables_.refuse(variables_.contains(name) ? name : attention + "/linear_0/weight", kNoForm);
  return false;
}

void StackReader::require_the_same(const std::string& attention) {
  variables_.require(attention + "/sliding_window", 0);
  if (key_value_heads(attention) != facts_.key_value_heads || head_width(attention) != facts_.head_width ||
      scales_scores(attention) != facts_.scales_scores) {
    throw std::runtime_error(
        fmt::format("{}: '{}' has other heads than the attention before; Dragoman has one form for all",
                    variables_.file().name(), attention));
  }
}

StackFacts StackReader::read() {
  while (variables_.contains(layer(facts_.layers) + "/self_attention/linear_0/weight")) ++facts_.layers;
  if (facts_.layers == 0)
    throw std::runtime_error(
        fmt::format("{}: the {} has no layers; copy the model anew", variables_.file().name(), stack_));
  facts_.heads = heads();
  const std::string first = layer(0) + "/self_attention";
  facts_.key_value_heads = key_value_heads(first);
  facts_.head_width = head_width(first);
  facts_.scales_scores = scales_scores(first);
  facts_.inner = static_cast<int>(variables_.shape(layer(0) + "/ffn/linear_0/weight").front());
  facts_.gated = variables_.contains(layer(0) + "/ffn/linear_0_noact/weight");
  facts_.pre_norm = attribute("pre_norm").value_or(1) != 0;
  facts_.activation = activation();
  facts_.scaled = scaled();
  facts_.final_norm = variables_.contains(stack_ + "/layer_norm/gamma");
  facts_.embedding_norm = variables_.contains(stack_ + "/layernorm_embedding/gamma");
  facts_.norm = variables_.contains(layer(0) + "/ffn/layer_norm/beta") ? NormForm::layer : NormForm::rms;
  for (int i = 0; i < facts_.layers; ++i) {
    require_the_same(layer(i) + "/self_attention");
    if (stack_ == "decoder") require_the_same(layer(i) + "/attention");
  }
  for (const char* name : {"sliding_window", "alibi"}) variables_.require(stack_ + "/" + name, 0);
  // Of ALiBi, and what the weights' shapes say.
  for (const char* name : {"alibi_use_positive_positions", "scale_alibi", "embeddings_merge", "multi_query_attention"})
    attribute(name);
  return facts_;
}

bool scales_outputs(CTranslate2Variables& variables, int width) {
  const std::string name = "decoder/scale_outputs";
  const double by_width = 1 / std::sqrt(width), scale = variables.number(name).value_or(1);
  if (scale == 1) return false;
  if (std::abs(scale - by_width) > 1e-6 * by_width) variables.refuse(name, kNoForm);
  return true;
}

template <typename Value>
Value common_to_stacks(const CTranslate2Variables& variables, std::string_view what, Value encoder, Value decoder) {
  if (encoder == decoder) return encoder;
  throw std::runtime_error(
      fmt::format("{}: {} is otherwise in the decoder than in the encoder; Dragoman has one for both",
                  variables.file().name(), what));
}

// Which head's weights CTranslate2 takes for an alignment; Dragoman has its own choice.
void note_alignment(CTranslate2Variables& variables, std::vector<std::string>& notes) {
  const auto of = [&](const std::string& name, double usual) {
    const auto own = variables.number("decoder/" + name);
    return own.value_or(variables.number(name).value_or(usual));
  };
  const double layer = of("alignment_layer", -1), heads = of("alignment_heads", 1);
  if (layer != -1 || heads != 1) {
    notes.push_back(fmt::format(
        "alignment_layer is {} and alignment_heads {}, which Dragoman's alignments do not follow", layer, heads));
  }
}

}  // namespace

std::string source_embedding_of(const CTranslate2Variables& variables) {
  const std::string later = "encoder/embeddings_0/weight";
  return variables.contains(later) ? later : "encoder/embeddings/weight";
}

ModelConfig read_transformer_facts(CTranslate2Variables& variables, const CTranslate2Options& options,
                                   std::vector<std::string>& notes) {
  const std::vector<std::int64_t>& table = variables.shape("decoder/embeddings/weight");
  if (table.size() != 2 || table[1] < 1)
    variables.refuse("decoder/embeddings/weight", "which is no table of embeddings");
  if (variables.contains("encoder/embeddings_1/weight"))
    variables.refuse("encoder/embeddings_1/weight",
                     "of further features of the source, for which Dragoman has no form");
  const StackFacts encoder = StackReader(variables, "encoder", table[1]).read();
  const StackFacts decoder = StackReader(variables, "decoder", table[1]).read();
  const auto both = [&](std::string_view what, auto member) {
    return common_to_stacks(variables, what, encoder.*member, decoder.*member);
  };
  ModelConfig config;
  config.width = static_cast<int>(table[1]);
  config.encoder_layers = encoder.layers;
  config.decoder_layers = decoder.layers;
  config.heads = both("num_heads", &StackFacts::heads);
  const int key_value_heads = both("num_heads_kv", &StackFacts::key_value_heads);
  config.key_value_heads = key_value_heads == config.heads ? 0 : key_value_heads;
  const int head_width = both("the width of heads", &StackFacts::head_width);
  config.head_width = head_width * config.heads == config.width ? 0 : head_width;
  const bool scales_scores = both("queries_scale", &StackFacts::scales_scores);
  if (!scales_scores) config.self_attention_score = config.cross_attention_score = "dot";
  config.feed_forward_width = both("the width of ffn", &StackFacts::inner);
  config.feed_forward_gate = both("linear_0_noact", &StackFacts::gated);
  config.norm = both("pre_norm", &StackFacts::pre_norm) ? Norm::pre : Norm::post;
  config.activation = both("activation", &StackFacts::activation);
  config.embedding_scale = both("scale_embeddings", &StackFacts::scaled);
  config.final_norm = both("layer_norm", &StackFacts::final_norm);
  config.embedding_norm = both("layernorm_embedding", &StackFacts::embedding_norm);
  config.normalisation = both("the form of norms", &StackFacts::norm);
  config.norm_epsilon = options.norm_epsilon.value_or(config.normalisation == NormForm::layer ? 1e-5 : 1e-6);
  config.zero_start = variables.number("decoder/start_from_zero_embedding").value_or(0) != 0;
  config.output_scale = scales_outputs(variables, config.width);
  config.output_bias = variables.contains("decoder/projection/bias");
  note_alignment(variables, notes);
  return config;
}

}  // namespace dragoman
