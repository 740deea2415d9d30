#pragma once

#include "decoding/text/translation.h"
#include "metrics/isotonic.h"
#include "tokenizer/tokenizer.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// A word of an output, which is what white space separates, and the log-probability of the tokens that have
/// characters of it.
struct ProbableWord {
  std::string text;
  double log_prob = 0;
};

/// The words of the texts that the output's tokens are.
std::vector<ProbableWord> words_of(const Translation::Output& output, const Tokenizer& target);

/// What quality is estimated by: the mean log-probability of the tokens, of which there is one at least.
double mean_log_prob(const Translation::Output& output);

/// What the model's probabilities are worth.
struct QualityCurves {
  IsotonicCurve lines;  ///< of the mean log-probability, to sentence chrF, 0 to 100
  IsotonicCurve words;  ///< of a word's log-probability, to the probability that it is right
};

/// A translation that can be compared with its reference.
struct JudgedTranslation {
  double mean_log_prob = 0;
  double chrf = 0;
  std::vector<double> word_log_probs;
  std::vector<double> words_right;  ///< 1 or 0: whether they are in a longest common subsequence with the reference
};

JudgedTranslation judge(const Translation::Output& output, const std::string& reference, const Tokenizer& target);

/// How far the estimates are from what came true, for pairs that they were not made by (five-fold cross-validation).
struct QualityErrors {
  double lines = 0;             ///< expected calibration error, in points of chrF
  double line_correlation = 0;  ///< of the estimates and chrF
  double words = 0;             ///< expected calibration error
  double raw_words = 0;         ///< that of the model's own probabilities
};

struct QualityCalibration {
  QualityCurves curves;  ///< by all pairs
  QualityErrors errors;
};

/// Throws std::invalid_argument unless there are ten pairs at least and a word.
QualityCalibration calibrate(std::span<const JudgedTranslation> pairs);

}  // namespace dragoman
