#pragma once

#include "model/model_config.h"

#include <fmt/format.h>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace dragoman {

/// What a model has to be for another program to have a form for it.
class Exportable {
 public:
  /// program: "CTranslate2", for errors
  Exportable(const ModelConfig& config, std::string program) : config_(config), program_(std::move(program)) {}

  /// Throws std::runtime_error naming the option and its value unless `has_form`.
  template <typename Value>
  void require(bool has_form, std::string_view option, const Value& value) const {
    if (!has_form) refuse(option, fmt::format("{}", value));
  }
  void require(bool has_form, std::string_view option, bool value) const {
    if (!has_form) refuse(option, value ? "true" : "false");
  }

  [[noreturn]] void refuse(std::string_view option, std::string_view value) const {
    throw std::runtime_error(
        fmt::format("a model with {} {} cannot be exported: {} has no form for it", option, value, program_));
  }

  /// That it is a Transformer with softmax attention of `heads` heads of keys and values, whatever its positions are,
  /// and layers of their own, which makes translations from their beginning; in_decoder: the forms of self-attention
  /// there.
  void require_usual_transformer(std::initializer_list<std::string_view> in_decoder = {"softmax"}) const;

  /// That its queries are scaled, its heads of the usual width, its layers without gates; and all have biases.
  void require_plain_layers() const;

 private:
  const ModelConfig& config_;
  std::string program_;
};

}  // namespace dragoman
