#include "formats/model_config_json.h"

#include "base/json.h"
#include "formats/text_template_json.h"

#include <cstdint>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kConfigFormat = 1;  // raised when an older program could misread the files
constexpr const char* kFormatKey = "format";

// One list of fields serves both directions; `visit(key, field)` reads or writes one. Those that came later are keys
// only where they are not what older programs do: `visit_later(key, member)`.
template <typename Config, typename Visitor, typename LaterVisitor>
void visit_fields(Config& config, Visitor&& visit, LaterVisitor&& visit_later) {
  visit("architecture", config.architecture);
  visit("encoder_layers", config.encoder_layers);
  visit("decoder_layers", config.decoder_layers);
  visit("width", config.width);
  visit("feed_forward_width", config.feed_forward_width);
  visit("heads", config.heads);
  visit_later("head_width", &ModelConfig::head_width);
  visit("source_vocabulary", config.source_vocabulary);
  visit("target_vocabulary", config.target_vocabulary);
  visit("pad_id", config.special_ids.pad);
  visit("bos_id", config.special_ids.bos);
  visit("eos_id", config.special_ids.eos);
  visit("unk_id", config.special_ids.unk);
  visit("start_token", config.start_token);
  visit("tied_embeddings", config.tied_embeddings);
  visit("embedding_scale", config.embedding_scale);
  visit("positions", config.positions);
  visit("positions_layout", config.positions_layout);
  visit_later("sinusoids", &ModelConfig::sinusoids);
  visit_later("first_position", &ModelConfig::first_position);
  visit_later("embedding_norm", &ModelConfig::embedding_norm);
  visit_later("zero_start", &ModelConfig::zero_start);
  visit_later("shared_position_biases", &ModelConfig::shared_position_biases);
  visit("max_positions", config.max_positions);
  visit_later("encoder_self_attention", &ModelConfig::encoder_self_attention);
  visit_later("decoder_self_attention", &ModelConfig::decoder_self_attention);
  visit_later("self_attention_score", &ModelConfig::self_attention_score);
  visit_later("cross_attention_score", &ModelConfig::cross_attention_score);
  visit_later("cross_attention_selection", &ModelConfig::cross_attention_selection);
  visit_later("monotonic_attention", &ModelConfig::monotonic_attention);
  visit_later("key_value_heads", &ModelConfig::key_value_heads);
  visit_later("largest_distance", &ModelConfig::largest_distance);
  visit_later("attention_window", &ModelConfig::attention_window);
  visit("norm", config.norm);
  visit("final_norm", config.final_norm);
  visit("norm_epsilon", config.norm_epsilon);
  visit_later("normalisation", &ModelConfig::normalisation);
  visit("activation", config.activation);
  visit_later("feed_forward_gate", &ModelConfig::feed_forward_gate);
  visit_later("shared_layers", &ModelConfig::shared_layers);
  visit("projection_bias", config.projection_bias);
  visit_later("feed_forward_bias", &ModelConfig::feed_forward_bias);
  visit("output_bias", config.output_bias);
  visit_later("output_scale", &ModelConfig::output_scale);
  visit("dropout", config.dropout);
  visit("embedding_dropout", config.embedding_dropout);
  visit("attention_dropout", config.attention_dropout);
  visit("activation_dropout", config.activation_dropout);
  visit_later("layer_dropout", &ModelConfig::layer_dropout);
  visit_later("recurrent_cell", &ModelConfig::recurrent_cell);
  visit_later("input_feeding", &ModelConfig::input_feeding);
  visit_later("kernel_width", &ModelConfig::kernel_width);
  visit_later("target_order", &ModelConfig::target_order);
  visit_later("text_template", &ModelConfig::text_template);
  visit("source_lang", config.trained_on.source_lang);
  visit("target_lang", config.trained_on.target_lang);
  visit("one_sentence_share", config.trained_on.one_sentence_share);
  visit("source_length_mean", config.trained_on.source_length_mean);
  visit("source_length_p99", config.trained_on.source_length_p99);
  visit("source_length_p999", config.trained_on.source_length_p999);
  visit("source_length_max", config.trained_on.source_length_max);
  visit("beam_size", config.decoding.beam_size);
  visit("length_penalty", config.decoding.length_penalty);
  visit("min_length", config.decoding.min_length);
  visit("max_length", config.decoding.max_length);
  visit("never_produced", config.decoding.never_produced);
  visit("forces_end", config.decoding.forces_end);
  visit("alignment_layer", config.alignment_layer);
  visit("alignment_head", config.alignment_head);
}

// A field that may be without a value is a key that may be missing.
template <typename Value>
constexpr bool kIsOptional = false;
template <typename Value>
constexpr bool kIsOptional<std::optional<Value>> = true;

template <typename Value>
void write_value(Json& json, const char* key, const Value& value) {
  if constexpr (kIsOptional<Value>) {
    if (value) json[key] = *value;
  } else if constexpr (std::is_enum_v<Value>) {
    json[key] = to_string(value);
  } else if constexpr (std::is_same_v<Value, TextTemplate>) {
    json[key] = text_template_to_json(value);
  } else {
    json[key] = value;
  }
}

template <typename Value>
void read_value(const Json& json, Value& value) {
  if constexpr (kIsOptional<Value>) {
    read_value(json, value.emplace());
  } else if constexpr (std::is_enum_v<Value>) {
    value = enum_named<Value>(json.get<std::string>());
  } else if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
    value = whole_number<Value>(json);
  } else if constexpr (std::is_same_v<Value, std::vector<std::int32_t>>) {
    if (!json.is_array()) throw std::invalid_argument("it must be a list");
    for (const Json& number : json) value.push_back(whole_number<std::int32_t>(number));
  } else if constexpr (std::is_same_v<Value, TextTemplate>) {
    value = text_template_from_json(json);
  } else {
    value = json.get<Value>();
  }
}

// Throws std::runtime_error unless the file is of a format that this program reads.
void check_format(const Json& json, const std::string& file) {
  const Json format = json.is_object() && json.contains(kFormatKey) ? json[kFormatKey] : Json();
  const bool negative = format.is_number_integer() && !format.is_number_unsigned();
  if (!format.is_number_integer() || negative || format.get<std::uint64_t>() == 0)
    throw std::runtime_error(fmt::format("{}: not the config of a Dragoman model", file));
  if (format.get<std::uint64_t>() > kConfigFormat) {
    throw std::runtime_error(fmt::format("{}: written in format {}, this program reads up to {}; use a newer dragoman",
                                         file, format.dump(), kConfigFormat));
  }
}

}  // namespace

std::string to_json(const ModelConfig& config) {
  Json json;
  json[kFormatKey] = kConfigFormat;
  visit_fields(
      config, [&](const char* key, const auto& value) { write_value(json, key, value); },
      [&, usual = ModelConfig()](const char* key, auto member) {
        if (config.*member != usual.*member) write_value(json, key, config.*member);
      });
  return json.dump(2) + "\n";
}

ModelConfig model_config_from_json(std::string_view text, const std::string& file) {
  const std::optional<Json> parsed = parse_json(text);
  if (!parsed) throw std::runtime_error(fmt::format("{}: not valid JSON; copy the model directory anew", file));
  const Json& json = *parsed;
  check_format(json, file);
  ModelConfig config;
  std::set<std::string> known{kFormatKey};
  const auto read = [&](const char* key, auto& value) {
    try {
      read_value(json.at(key), value);
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format("{}: '{}' has a wrong value: {}", file, key, error.what()));
    }
  };
  visit_fields(
      config,
      [&](const char* key, auto& value) {
        known.insert(key);
        if (json.contains(key)) return read(key, value);
        if constexpr (kIsOptional<std::decay_t<decltype(value)>>) return;
        throw std::runtime_error(fmt::format("{}: '{}' is missing", file, key));
      },
      [&](const char* key, auto member) {
        known.insert(key);
        if (json.contains(key)) read(key, config.*member);
      });
  for (const auto& [key, value] : json.items()) {
    if (known.contains(key)) continue;
    throw std::runtime_error(fmt::format(
        "{}: '{}' is no key that this program knows; take it out, or use the newer dragoman that wrote it", file, key));
  }
  try {
    config.validate();
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}: {}", file, error.what()));
  }
  return config;
}

}  // namespace dragoman
