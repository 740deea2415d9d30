#pragma once

#include "model/model_config.h"
#include "training/options/train_options.h"

#include <fmt/format.h>
#include <string>
#include <type_traits>
#include <vector>

namespace dragoman {

/// What choose_options() chooses, as names and values in text.

/// The options that choose_options() may choose.
const std::vector<std::string>& chosen_option_names();

/// Sets what was `chosen` when the training began, except what the user gives now. Throws std::invalid_argument for
/// what choose_options() cannot have returned.
void keep_chosen_options(TrainOptions& options, ModelConfig& config, const NamedValues& chosen);

/// "--preset tiny --dropout 0.25": as somebody would give them.
std::string describe_chosen(const NamedValues& chosen);

/// Calls `visit` with the name and the field of each option that a preset sets.
template <typename Visit>
void visit_sizes(ModelConfig& config, const Visit& visit) {
  visit("encoder-layers", config.encoder_layers);
  visit("decoder-layers", config.decoder_layers);
  visit("width", config.width);
  visit("feed-forward-width", config.feed_forward_width);
  visit("heads", config.heads);
}

/// A value as NamedValues have it.
template <typename T>
std::string text_of(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return std::string(to_string(value));
  } else {
    return fmt::format("{}", value);
  }
}

}  // namespace dragoman
