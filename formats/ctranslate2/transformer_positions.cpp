#include "formats/ctranslate2/position_table.h"
#include "formats/ctranslate2/transformer_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

struct Encodings {
  std::optional<Tensor> table;  // [P, D]; without one there are sinusoids
  std::optional<PositionFormula> formula;
};

Encodings encodings_of(CTranslate2Variables& variables, const std::string& stack, std::int64_t width) {
  // What CTranslate2 computes where a model has no table: positions count from 1.
  constexpr PositionFormula kComputed{PositionsLayout::halves, Sinusoids::tensor2tensor, 1, 0};
  const std::string name = stack + "/position_encodings/encodings";
  if (!variables.contains(name)) return {std::nullopt, kComputed};
  const std::vector<std::int64_t>& shape = variables.shape(name);
  if (shape.size() != 2 || shape[0] < 1) variables.refuse(name, "which is no table of positions");
  const Tensor table = variables.take(name, {shape[0], width});
  return {table, formula_of(table, variables.rounding(name))};
}

// How its attention tells positions apart, if it does.
std::string positions_in_attention(const CTranslate2Variables& variables, const std::string& stack) {
  const std::string attention = stack + "/layer_0/self_attention/";
  if (variables.contains(attention + "relative_position_keys")) return "relative";
  if (variables.contains(attention + "relative_attention_bias")) return "t5";
  return variables.contains(attention + "rotary_dim") ? "rotary" : "";
}

// Of a table with a vector for each distance from one end to the other.
int largest_distance_in(const CTranslate2Variables& variables) {
  const std::string name = "encoder/layer_0/self_attention/relative_position_keys";
  const std::int64_t distances = variables.shape(name).empty() ? 0 : variables.shape(name).front();
  if (distances < 3 || distances % 2 == 0) variables.refuse(name, "which is no table of distances on both sides");
  return static_cast<int>(distances / 2);
}

// Whether all layers of each stack have its first one's table, as T5's have and UMT5's have not.
bool shares_biases(const CTranslate2Variables& variables, const ModelConfig& config) {
  const auto name = [](const std::string& stack, int layer) {
    return fmt::format("{}/layer_{}/self_attention/relative_attention_bias", stack, layer);
  };
  for (const auto& [stack, layers] :
       {std::pair<std::string, int>{"encoder", config.encoder_layers}, {"decoder", config.decoder_layers}}) {
    for (int i = 1; i < layers; ++i) {
      if (!variables.same(name(stack, 0), name(stack, i))) return false;
    }
  }
  return true;
}

void take_position_tables(const Encodings& encoder, const Encodings& decoder, ModelConfig& config, NamedTensors& taken,
                          std::vector<std::string>& notes) {
  const std::int64_t of_encoder = encoder.table->size(0), of_decoder = decoder.table->size(0),
                     rows = std::min(of_encoder, of_decoder);
  config.positions = "learned";
  config.max_positions = static_cast<int>(rows);
  taken.emplace_back("encoder_input.positions", encoder.table->narrow(0, 0, rows));
  taken.emplace_back("decoder_input.positions", decoder.table->narrow(0, 0, rows));
  if (of_encoder != of_decoder) {
    notes.push_back(
        fmt::format("there are {} positions in the encoder and {} in the decoder; the first {} of both are kept",
                    of_encoder, of_decoder, rows));
  }
}

}  // namespace

void take_positions(CTranslate2Variables& variables, ModelConfig& config, NamedTensors& taken,
                    std::vector<std::string>& notes) {
  const std::string in_encoder = positions_in_attention(variables, "encoder"),
                    in_decoder = positions_in_attention(variables, "decoder");
  if (in_encoder != in_decoder) {
    const auto shown = [](const std::string& form) { return form.empty() ? "a table" : form; };
    throw std::runtime_error(
        fmt::format("{}: the encoder's positions are {}, the decoder's {}; Dragoman has one form for both",
                    variables.file().name(), shown(in_encoder), shown(in_decoder)));
  }
  if (!in_encoder.empty()) {
    config.positions = in_encoder;
    config.shared_position_biases = in_encoder == "t5" && shares_biases(variables, config);
    if (in_encoder == "relative") config.largest_distance = largest_distance_in(variables);
    return;
  }
  const Encodings encoder = encodings_of(variables, "encoder", config.width),
                  decoder = encodings_of(variables, "decoder", config.width);
  if (encoder.formula && decoder.formula && encoder.formula->same(*decoder.formula)) {
    config.positions = "sinusoidal";
    config.positions_layout = encoder.formula->layout;
    config.sinusoids = encoder.formula->sinusoids;
    config.first_position = encoder.formula->first;
    constexpr double kNoticeable = 1e-3;
    if (const double error = std::max(encoder.formula->error, decoder.formula->error); error > kNoticeable)
      notes.push_back(fmt::format("sinusoids are off by up to {:.1g} in the file, and computed here", error));
    return;
  }
  if (!encoder.table || !decoder.table) {
    throw std::runtime_error(
        fmt::format("{}: one stack has a table of positions that is not what the other one computes; Dragoman has one "
                    "form for both",
                    variables.file().name()));
  }
  take_position_tables(encoder, decoder, config, taken, notes);
}

}  // namespace dragoman
