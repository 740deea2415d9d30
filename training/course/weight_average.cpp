#include "training/course/weight_average.h"

#include "formats/weight_assignment.h"
#include "formats/weight_mean.h"

#include <stdexcept>

namespace dragoman {

void average_weights(torch::nn::Module& model, const std::vector<std::filesystem::path>& files) {
  if (files.empty()) throw std::invalid_argument("there are no weights to average");
  WeightMean mean;
  for (const auto& file : files) mean.add(load_safetensors(file), file);
  assign_weights(model, {mean.result(), {}}, files.front());
}

}  // namespace dragoman
