#pragma once

namespace dragoman {

/// What rows 2k and 2k + 1, predictions p and q of one token, contribute beside the cross-entropy of the first.
struct PairTerms {
  bool both = false;              ///< whether the second's cross-entropy counts as well
  double p_to_q = 0, q_to_p = 0;  ///< weights of KL(p ‖ q) and KL(q ‖ p)

  /// Of two passes with other dropout, α/2 · (KL(p ‖ q) + KL(q ‖ p)) (Wu et al. 2021, "R-Drop", equation 4; with a
  /// normaliser that counts both rows, as the cross-entropy is divided).
  static PairTerms of_r_drop(double alpha) { return {true, alpha / 2, alpha / 2}; }

  /// Of a pass and one with token cutoff, α · KL(p ‖ q), of which both have gradients (Gao et al. 2022, "Bi-SimCut",
  /// section 3).
  static PairTerms of_sim_cut(double alpha) { return {false, alpha, 0}; }
};

}  // namespace dragoman
