#include "model/attention/scores/attention_score.h"

#include <array>

namespace dragoman {

// Each is defined in a file of its own.
MakeAttentionScore make_scaled_dot_score, make_dot_score, make_general_score, make_additive_score;

std::span<const AttentionScoreForm> attention_scores() {
  static constexpr std::array kForms = {
      AttentionScoreForm{"scaled-dot", "q · k / √d (Vaswani et al. 2017)", make_scaled_dot_score},
      AttentionScoreForm{"dot", "q · k (Luong et al. 2015)", make_dot_score},
      AttentionScoreForm{"general", "q · W k, a matrix a head (Luong et al. 2015)", make_general_score},
      AttentionScoreForm{"additive", "v · tanh(q + k) (Bahdanau et al. 2015)", make_additive_score},
  };
  return kForms;
}

}  // namespace dragoman
