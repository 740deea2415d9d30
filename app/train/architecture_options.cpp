#include "app/train/architecture_options.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

struct Owners {
  std::vector<std::string_view> architectures;
  std::vector<const char*> options;
};

// What not all of them have. Sizes are not here: those of a preset are the same for all.
const Owners kOwners[] = {
    {{"transformer"}, {"encoder-self-attention"}},
    {{"transformer", "language-model"},
     {"decoder-self-attention", "self-attention-score", "attention-window", "largest-distance", "activation",
      "feed-forward-gate", "feed-forward-bias", "shared-position-biases", "activation-dropout", "layer-dropout"}},
    {{"transformer", "rnn", "conv"},
     {"encoder-layers", "cross-attention-score", "cross-attention-selection", "monotonic-attention", "joint-vocabulary",
      "target-tokenizer", "source-lang", "max-length-ratio"}},
    {{"transformer", "rnn", "language-model"}, {"norm"}},
    {{"transformer", "conv", "language-model"},
     {"positions", "positions-layout", "sinusoids", "first-position", "embedding-norm", "zero-start", "max-positions"}},
    {{"rnn"}, {"recurrent-cell", "input-feeding"}},
    {{"conv"}, {"kernel-width"}},
};

// "transformer, rnn and conv"
std::string listed(std::span<const std::string_view> names) {
  const auto others = names.first(names.size() - 1);
  return others.empty() ? std::string(names.back()) : fmt::format("{} and {}", fmt::join(others, ", "), names.back());
}

}  // namespace

void check_architecture_options(const CommandLine& line, const ModelConfig& config) {
  for (const auto& [architectures, options] : kOwners) {
    if (std::ranges::count(architectures, config.architecture) > 0) continue;
    for (const char* option : options) {
      if (!line.asked(option)) continue;
      throw std::invalid_argument(fmt::format("--{} has no effect with --architecture {}: it is an option of {}",
                                              option, config.architecture, listed(architectures)));
    }
  }
}

}  // namespace dragoman
