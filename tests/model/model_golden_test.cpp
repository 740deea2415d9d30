// Whole models beside PyTorch's own modules: states and gradients for the same weights, see
// tests/fixtures/transformer_golden.py, recurrent_golden.py and convolutional_golden.py; for forms that PyTorch has
// not, beside their formulas written out in attention_forms_golden.py.
#include "formats/model_config_json.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

using torch::Tensor;

struct Case {
  std::string name;
  torch::ScalarType type;

  std::string describe() const { return name + "_" + c10::toString(type); }
};

void PrintTo(const Case& one, std::ostream* stream) {
  *stream << one.describe();
}

class ModelGolden : public testing::TestWithParam<Case> {};

TEST_P(ModelGolden, EqualsPyTorchsModules) {
  const auto& [name, type] = GetParam();
  const std::string file = DRAGOMAN_FIXTURES "/" + name + ".safetensors";
  const SafetensorsFile golden = load_safetensors(file);
  const std::string prefix = type == torch::kFloat32 ? "f32." : "f64.";
  const double tolerance = type == torch::kFloat32 ? 1e-5 : 1e-10;
  const Tensor &source = golden.at("source", file), &lengths = golden.at("source_lengths", file);
  const Tensor is_token = at::arange(source.size(1)) < lengths.unsqueeze(1);
  double worst = 0;
  const auto expect_close = [&](const Tensor& actual, const std::string& key) {
    Tensor expected = golden.at(prefix + key, file);
    if (key == "memory") expected = expected * is_token.unsqueeze(2);  // what stands at padding is free
    ASSERT_EQ(actual.sizes(), expected.sizes()) << key;
    EXPECT_EQ(actual.scalar_type(), type);
    const double error = relative_error(actual, expected);
    EXPECT_LT(error, tolerance) << key;
    worst = std::max(worst, error);
  };

  const ModelConfig config = model_config_from_json(golden.metadata.at("config"), file);
  const auto model = create_model(config, 1);
  assign_weights(*model, golden, file, "weight.");
  model->to(type);
  const Memory memory = model->encode({}, source, lengths);
  const Tensor states = model->decode({}, memory, golden.at("target_in", file));
  const OutputLayer output = model->output_layer();
  const auto bias = output.bias.defined() ? std::optional<Tensor>(output.bias) : std::nullopt;
  const Tensor loss = at::cross_entropy_loss(at::linear(states, output.weight, bias).flatten(0, 1),
                                             golden.at("target_out", file).flatten(), {}, at::Reduction::Mean,
                                             config.special_ids.pad, std::stod(golden.metadata.at("smoothing")));
  loss.backward();
  expect_close(memory.states * is_token.unsqueeze(2), "memory");
  expect_close(states, "states");
  expect_close(loss, "loss");
  std::size_t gradients = 0;
  for (const auto& item : model->named_parameters()) {
    expect_close(item.value().grad(), "gradient." + item.key());
    ++gradients;
  }
  for (const auto& [key, tensor] : golden.tensors) gradients -= key.starts_with(prefix + "gradient.");
  EXPECT_EQ(gradients, 0u) << "PyTorch's model has other parameters than ours";
  RecordProperty("worst_error", testing::PrintToString(worst));
}

INSTANTIATE_TEST_SUITE_P(, ModelGolden, testing::ValuesIn([] {
                           std::vector<Case> cases;
                           for (const char* name :
                                {"transformer_golden_pre", "transformer_golden_post", "transformer_golden_post_final",
                                 "transformer_golden_pre_bare", "transformer_golden_marian",
                                 "transformer_golden_embedding_norm", "recurrent_golden_lstm", "recurrent_golden_gru",
                                 "recurrent_golden_lstm_parallel", "recurrent_golden_gru_parallel",
                                 "convolutional_golden_narrow", "convolutional_golden_wide",
                                 "convolutional_golden_bare"}) {
                             for (const auto type : {torch::kFloat32, torch::kFloat64}) cases.push_back({name, type});
                           }
                           for (const char* name :
                                {"relative_dot", "t5_general", "rotary_additive", "alibi_local", "none_strided",
                                 "linear", "average_hard", "ssru_blocks", "t5_shared", "head_width"})
                             cases.push_back({std::string("transformer_golden_") + name, torch::kFloat64});
                           return cases;
                         }()),
                         [](const auto& info) { return info.param.describe(); });

}  // namespace
}  // namespace dragoman
