#include "formats/ctranslate2/position_table.h"

#include "model/attention/positions/positional_encoding.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

constexpr std::int64_t kFewestRows = 8;
constexpr int kLargestFirst = 2;  // fairseq begins behind its padding's

// Where sines are taken of angles in fp32, an angle is off by its own rounding and that of its rate.
constexpr double kErrorOfSine = 1e-6, kErrorOfAngle = 4e-7;

}  // namespace

std::optional<PositionFormula> formula_of(const torch::Tensor& table, double rounding) {
  const std::int64_t rows = table.size(0), width = table.size(1);
  if (rows < kFewestRows || width % 2 != 0 || width < 4) return std::nullopt;
  const torch::Tensor wide = table.to(torch::kFloat64);
  for (const Sinusoids sinusoids : {Sinusoids::paper, Sinusoids::tensor2tensor}) {
    for (const PositionsLayout layout : {PositionsLayout::interleaved, PositionsLayout::halves}) {
      const torch::Tensor expected = sinusoidal_positions(rows + kLargestFirst, width, layout, sinusoids);
      for (int first = 0; first <= kLargestFirst; ++first) {
        const torch::Tensor errors = (wide - expected.narrow(0, first, rows)).abs().amax(1);
        const torch::Tensor position = at::arange(first, first + rows, errors.options());
        if (errors.gt(position * kErrorOfAngle + (kErrorOfSine + rounding)).any().item<bool>()) continue;
        return PositionFormula{layout, sinusoids, first, errors.max().item<double>()};
      }
    }
  }
  return std::nullopt;
}

}  // namespace dragoman
