#pragma once

#include <torch/nn/module.h>

#include <filesystem>
#include <vector>

namespace dragoman {

/// Gives `model` the mean of the weights in these files (summed in float64). Throws std::runtime_error naming a file
/// that is damaged or of another model. `files` must not be empty.
void average_weights(torch::nn::Module& model, const std::vector<std::filesystem::path>& files);

}  // namespace dragoman
