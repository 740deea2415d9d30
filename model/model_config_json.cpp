#include "model/model_config.h"

#include <cstdint>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;  // raised when an older program could misread the files

// One list of fields serves both directions; `visit(key, field)` reads or writes one. A field that was added later
// comes with its default, which it has where the key is missing: what says nothing of it reads, and is written, as
// ever.
template <typename Config, typename Visitor>
void visit_fields(Config& config, Visitor&& visit) {
  visit("architecture", config.architecture);
  visit("encoder_layers", config.encoder_layers);
  visit("decoder_layers", config.decoder_layers);
  visit("width", config.width);
  visit("feed_forward_width", config.feed_forward_width);
  visit("heads", config.heads);
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
  visit("max_positions", config.max_positions);
  visit("norm", config.norm);
  visit("final_norm", config.final_norm);
  visit("norm_epsilon", config.norm_epsilon);
  visit("activation", config.activation);
  visit("projection_bias", config.projection_bias);
  visit("output_bias", config.output_bias);
  visit("dropout", config.dropout);
  visit("embedding_dropout", config.embedding_dropout);
  visit("attention_dropout", config.attention_dropout);
  visit("activation_dropout", config.activation_dropout);
  const ModelConfig defaults;
  const auto visit_later = [&](const char* key, auto field) { visit(key, config.*field, defaults.*field); };
  visit_later("recurrent_cell", &ModelConfig::recurrent_cell);
  visit_later("input_feeding", &ModelConfig::input_feeding);
  visit_later("kernel_width", &ModelConfig::kernel_width);
}

// A field that may be without a value is a key that may be missing.
template <typename Value>
constexpr bool kIsOptional = false;
template <typename Value>
constexpr bool kIsOptional<std::optional<Value>> = true;

template <typename Value>
void read_value(const Json& json, Value& value) {
  if constexpr (kIsOptional<Value>) {
    read_value(json, value.emplace());
  } else if constexpr (std::is_enum_v<Value>) {
    value = enum_named<Value>(json.get<std::string>());
  } else if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
    // The library would make 2 of 2.5, 1 of true, and cut off what does not fit.
    if (!json.is_number_integer() || !std::in_range<Value>(json.get<std::int64_t>())) {
      throw std::invalid_argument(fmt::format("{} is not a whole number of that range", json.dump()));
    }
    value = json.get<Value>();
  } else {
    value = json.get<Value>();
  }
}

}  // namespace

std::string to_json(const ModelConfig& config) {
  Json json;
  json["format"] = kFormat;
  visit_fields(config, [&](const char* key, const auto& value, const auto&... absent) {
    if (((value == absent) && ... && (sizeof...(absent) > 0))) return;
    using Value = std::decay_t<decltype(value)>;
    if constexpr (kIsOptional<Value>) {
      if (value) json[key] = *value;
    } else if constexpr (std::is_enum_v<Value>) {
      json[key] = to_string(value);
    } else {
      json[key] = value;
    }
  });
  return json.dump(2) + "\n";
}

ModelConfig model_config_from_json(std::string_view text, const std::string& file) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception&) {
    throw std::runtime_error(fmt::format("{}: not valid JSON; copy the model directory anew", file));
  }
  if (!json.is_object() || !json.contains("format") || !json["format"].is_number_integer()) {
    throw std::runtime_error(fmt::format("{}: not the config of a Dragoman model", file));
  }
  if (const int format = json["format"]; format > kFormat) {
    throw std::runtime_error(fmt::format("{}: written in format {}, this program reads up to {}; use a newer dragoman",
                                         file, format, kFormat));
  }
  ModelConfig config;
  visit_fields(config, [&](const char* key, auto& value, const auto&... absent) {
    if (!json.contains(key)) {
      if constexpr (kIsOptional<std::decay_t<decltype(value)>> || sizeof...(absent) > 0) return;
      throw std::runtime_error(fmt::format("{}: '{}' is missing", file, key));
    }
    try {
      read_value(json[key], value);
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format("{}: '{}' has a wrong value: {}", file, key, error.what()));
    }
  });
  try {
    config.validate();
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}: {}", file, error.what()));
  }
  return config;
}

}  // namespace dragoman
