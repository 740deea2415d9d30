#include "formats/foreign/finite_logits.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {

void require_finite_logits(const LoadedModel& loaded, const TextFrame& frame, std::string_view text) {
  const c10::InferenceMode no_gradients;
  std::vector<std::int64_t> ids;
  for (const auto& part : {frame.source_before, loaded.tokenizers.source.encode(text), frame.source_behind})
    ids.insert(ids.end(), part.begin(), part.end());
  const torch::Tensor source = at::tensor(ids, torch::kInt64).unsqueeze(0);
  const torch::Tensor lengths = at::full({1}, source.size(1), torch::kInt64);
  const std::vector<std::int64_t> before(frame.target_before.begin(), frame.target_before.end());
  const torch::Tensor start = at::tensor(before, torch::kInt64).unsqueeze(0);
  const Memory memory = loaded.model->encode({}, source, lengths);
  const torch::Tensor states = loaded.model->decode({}, memory, start);
  const OutputLayer output = loaded.model->output_layer();
  torch::Tensor logits = at::matmul(states, output.weight.t());
  if (output.bias.defined()) logits = logits + output.bias;
  if (!logits.isfinite().all().item<bool>())
    throw std::runtime_error(fmt::format("the model computes numbers that are not finite for '{}'", text));
}

}  // namespace dragoman
