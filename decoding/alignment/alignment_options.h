#pragma once

#include "base/enum_names.h"

#include <optional>

namespace dragoman {

struct AttentionSite;
struct ModelConfig;

/// The step of a decoder whose attention is taken for that of a token: the one that predicts it, or the one that reads
/// it to predict the next (Chen et al. 2020, "Accurate Word Alignment Induction from Neural Machine Translation",
/// section 3). Which of the two aligns depends on layer and model.
enum class AlignmentStep { predicting, reading };

template <>
inline constexpr auto kEnumNames<AlignmentStep> = enum_names<AlignmentStep>({{AlignmentStep::predicting, "predicting"},
                                                                             {AlignmentStep::reading, "reading"}});

/// Of a stack of so many layers, the one to look at if nobody chose: the last but one, whose attention is nearest to a
/// word alignment (Garg et al. 2019, "Jointly Learning to Align and Translate with Transformer Models", section 3.1),
/// or in a stack of less than three the last.
int usual_layer(int layers);

/// Which cross-attention an alignment is taken from. Layers and heads count from 0. Where neither is given it is the
/// head that was trained to align, if the model has one.
struct AlignmentOptions {
  std::optional<int> layer;  ///< of the decoder; if not given, that of the trained head, or else its usual_layer()
  std::optional<int> head;  ///< if not given, the trained one of a layer that is not given either, or the mean over all
  AlignmentStep step = AlignmentStep::predicting;

  /// Throws std::invalid_argument naming a layer or head that the model does not have.
  void validate(const ModelConfig& config) const;

  AttentionSite site(const ModelConfig& config) const;

  /// Of that site, or none for the mean over all.
  std::optional<int> head_of(const ModelConfig& config) const;
};

}  // namespace dragoman
