#include "model/attention/positions/position_scheme.h"

#include <ATen/ATen.h>

#include <array>

namespace dragoman {

// Each is defined in a file of its own.
MakePositionScheme make_sinusoidal_positions, make_learned_positions, make_no_positions, make_relative_positions,
    make_t5_positions, make_rotary_positions, make_alibi_positions;

std::span<const PositionForm> position_forms() {
  static constexpr std::array kForms = {
      PositionForm{
          {"sinusoidal", "sines and cosines added to embeddings (Vaswani et al. 2017)", make_sinusoidal_positions},
          false},
      PositionForm{
          {"learned", "a learned vector a position, added to embeddings (Gehring et al. 2017)", make_learned_positions},
          false},
      PositionForm{{"none", "no positions but what causal attention tells", make_no_positions}, false},
      PositionForm{{"relative", "learned vectors of clipped distances for keys and values (Shaw et al. 2018)",
                    make_relative_positions},
                   true},
      PositionForm{{"t5", "a learned bias a head and bucket of distances (Raffel et al. 2020)", make_t5_positions},
                   true},
      PositionForm{{"rotary", "queries and keys turned by angles that grow with the position (Su et al. 2021)",
                    make_rotary_positions},
                   true},
      PositionForm{{"alibi", "a bias that falls linearly with the distance (Press et al. 2022)", make_alibi_positions},
                   true},
  };
  return kForms;
}

torch::Tensor key_distances(std::int64_t first, std::int64_t count, std::int64_t keys, torch::Device device) {
  const auto options = torch::dtype(torch::kInt64).device(device);
  return at::arange(keys, options).unsqueeze(0) - at::arange(first, first + count, options).unsqueeze(1);
}

}  // namespace dragoman
