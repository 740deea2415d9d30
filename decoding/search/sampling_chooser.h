#pragma once

#include "decoding/search/chooser.h"

#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// How translations are drawn. Each filter works on what the one before has left, of which the probabilities then sum
/// to 1 again; the most probable token is always left.
struct SamplingOptions {
  double temperature = 1.0;  ///< probabilities are proportional to p^(1/temperature); above 0, at most 100
  int top_k = 0;             ///< the so many most probable tokens; 0: all (Fan et al. 2018, section 5.4)
  double top_p = 1.0;    ///< the fewest tokens that have so much together, above 0 (Holtzman et al. 2020, section 3.1)
  double min_p = 0.0;    ///< those with so much of the most probable one's, 0 to 1 (Nguyen et al. 2024)
  double epsilon = 0.0;  ///< those with so much, 0 to 1 (Hewitt et al. 2022, section 4.2)
  std::uint64_t seed = 1;

  /// Throws std::invalid_argument naming the option that is out of range, and its limits.
  void validate() const;

  bool operator==(const SamplingOptions&) const = default;
};

/// Draws a token behind each hypothesis, and beam_size of them behind the start. What is drawn depends on the
/// sentence's key, its hypotheses and the seed alone: not on what else is in the batch.
class SamplingChooser : public Chooser {
 public:
  /// keys: of each sentence of the batch.
  SamplingChooser(const SamplingOptions& options, std::vector<std::uint64_t> keys);

  std::vector<std::vector<Successor>> successors(const NextTokens& next, const StepRows& rows,
                                                 int beam_size) const override;

 private:
  SamplingOptions options_;
  std::vector<std::uint64_t> keys_;
};

/// A key for SamplingChooser that is the same for the same ids.
std::uint64_t sampling_key(std::span<const std::int32_t> ids);

/// What is left of a row of log-probabilities by the filters of `options`, most probable first, ties by smaller id,
/// with their probabilities, which sum to 1. Empty if nothing is allowed.
struct DrawnFrom {
  std::vector<std::int32_t> ids;
  std::vector<double> probabilities;
};
DrawnFrom drawn_from(std::span<const float> log_probs, const AllowedIds& allowed, const SamplingOptions& options);

}  // namespace dragoman
