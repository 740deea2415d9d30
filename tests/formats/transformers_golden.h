#pragma once

#include "formats/foreign/imported_model.h"
#include "formats/safetensors.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace dragoman {

/// The sentences of a fixture, with what transformers makes of them.
inline nlohmann::ordered_json golden_lines(const std::string& folder) {
  std::ifstream stream(folder + "/golden.json");
  return nlohmann::ordered_json::parse(stream);
}

/// Expects that the model computes what golden.safetensors in its folder says.
inline void expect_golden_numbers(const ImportedModel& imported, const std::string& folder) {
  const SafetensorsFile weights{imported.weights, {}};
  const auto model = create_model(imported.config, std::nullopt);
  require_all_used(*model, weights, folder);
  assign_weights(*model, weights, folder);
  model->eval();
  const c10::InferenceMode no_gradients;
  const std::string file = folder + "/golden.safetensors";
  const SafetensorsFile golden = load_safetensors(file);
  const at::Tensor &source = golden.at("source", file), &lengths = golden.at("lengths", file);
  const at::Tensor is_token = (at::arange(source.size(1)) < lengths.unsqueeze(1)).unsqueeze(2);
  const Memory memory = model->encode({}, source, lengths);
  EXPECT_LT(relative_error(memory.states * is_token, golden.at("memory", file) * is_token), 1e-5);
  const at::Tensor states = model->decode({}, memory, golden.at("target", file));
  const OutputLayer output = model->output_layer();
  const auto bias = output.bias.defined() ? std::optional<at::Tensor>(output.bias) : std::nullopt;
  EXPECT_LT(relative_error(at::linear(states, output.weight, bias), golden.at("logits", file)), 1e-5);
}

}  // namespace dragoman
