#pragma once

#include "decoding/search/chooser.h"

#include <cstddef>
#include <vector>

namespace dragoman {

/// Beams in groups, each of which avoids what those before it do.
struct DiversityOptions {
  int groups = 1;         ///< of equally many beams; 1: none
  double strength = 0.5;  ///< what a token counts less, in natural logarithms, for each beam that takes it before

  /// Throws std::invalid_argument naming the first option that is out of range.
  void validate(int beam_size) const;
};

/// Diverse beam search with the Hamming diversity (Vijayakumar et al. 2018, "Diverse Beam Search for Improved
/// Description of Complex Scenes", sections 3 and 4). Each group is a sentence of its own of the batch, and those of
/// one source are neighbours: a group's successors are ordered by their log-probability less the strength times the
/// beams of earlier groups that go on with the same token in this step. Log-probabilities stay what they are.
class DiverseChooser : public Chooser {
 public:
  explicit DiverseChooser(const DiversityOptions& options) : options_(options) {}

  std::vector<std::vector<Successor>> successors(const NextTokens& next, const StepRows& rows,
                                                 int beam_size) const override;

 private:
  DiversityOptions options_;
};

}  // namespace dragoman
