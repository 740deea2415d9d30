#include "formats/foreign/finite_logits.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

void require_finite_logits(const LoadedModel& loaded, std::string_view text) {
  const c10::InferenceMode no_gradients;
  std::vector<std::int64_t> ids;
  for (const std::int32_t id : loaded.tokenizers.source.encode(text)) ids.push_back(id);
  ids.push_back(loaded.config.special_ids.eos);
  const torch::Tensor source = at::tensor(ids, torch::kInt64).unsqueeze(0);
  const torch::Tensor lengths = at::full({1}, source.size(1), torch::kInt64);
  const torch::Tensor start = at::full({1, 1}, loaded.config.start_token, torch::kInt64);
  const Memory memory = loaded.model->encode({}, source, lengths);
  const torch::Tensor states = loaded.model->decode({}, memory, start);
  const OutputLayer output = loaded.model->output_layer();
  torch::Tensor logits = at::matmul(states, output.weight.t());
  if (output.bias.defined()) logits = logits + output.bias;
  if (!logits.isfinite().all().item<bool>())
    throw std::runtime_error(fmt::format("the model computes numbers that are not finite for '{}'", text));
}

}  // namespace dragoman
