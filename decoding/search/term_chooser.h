#pragma once

#include "decoding/search/chooser.h"
#include "decoding/search/terms.h"

#include <cstdint>
#include <vector>

namespace dragoman {

/// Goes on with hypotheses that have more terms and with those that have fewer: dynamic beam allocation (Post and Vilar
/// 2018, "Fast Lexically Constrained Decoding with Dynamic Beam Allocation for Neural Machine Translation";
/// disjunctions as in Hu et al. 2019, "Improved Lexically Constrained Decoding for Translation and Monolingual
/// Rewriting"). What comes into question are the best successors of all hypotheses, the best of each, and each that
/// helps with a term; by the number of tokens that their terms still need they have shares of the beam that are as
/// equal as can be. Sentences without terms go on as BestChooser says.
class TermChooser : public Chooser {
 public:
  /// A sentence with terms needs a TermsMustCome constraint.
  explicit TermChooser(std::int32_t eos) : eos_(eos) {}

  std::vector<std::vector<Successor>> successors(const NextTokens& next, const StepRows& rows,
                                                 int beam_size) const override;

 private:
  std::int32_t eos_;
};

}  // namespace dragoman
