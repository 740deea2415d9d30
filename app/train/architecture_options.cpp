#include "app/train/architecture_options.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
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
    {{"transformer"},
     {"encoder-self-attention", "decoder-self-attention", "self-attention-score", "attention-window",
      "largest-distance", "activation", "feed-forward-gate", "feed-forward-bias", "shared-position-biases",
      "activation-dropout", "layer-dropout"}},
    {{"transformer", "rnn"}, {"norm"}},
    {{"transformer", "conv"},
     {"positions", "positions-layout", "sinusoids", "first-position", "embedding-norm", "zero-start", "max-positions"}},
    {{"rnn"}, {"recurrent-cell", "input-feeding"}},
    {{"conv"}, {"kernel-width"}},
};

}  // namespace

void check_architecture_options(const CommandLine& line, const ModelConfig& config) {
  for (const auto& [architectures, options] : kOwners) {
    if (std::ranges::count(architectures, config.architecture) > 0) continue;
    for (const char* option : options) {
      if (!line.asked(option)) continue;
      throw std::invalid_argument(fmt::format("--{} has no effect with --architecture {}: it is an option of {}",
                                              option, config.architecture, fmt::join(architectures, " and ")));
    }
  }
}

}  // namespace dragoman
