#pragma once

#include "app/evaluate/evaluation.h"

#include <string>

namespace dragoman {

/// What `evaluate` prints: scores, and the breakdown and the worst sentences if they are asked for.
std::string format_evaluation(const Evaluation& evaluation, const EvaluateOptions& options);

/// One line a sentence: its score, with signature and details unless only scores are wanted, as text or JSON.
std::string format_sentence_scores(const Evaluation& evaluation, const EvaluateOptions& options);

/// The page that `--html` asks for.
std::string format_page(const Evaluation& evaluation, const EvaluateOptions& options);

}  // namespace dragoman
