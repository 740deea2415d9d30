#pragma once

#include <dragoman/export.h>
#include <dragoman/options.h>
#include <span>
#include <string>
#include <vector>

namespace dragoman::api {

/// A metric's score of a corpus.
struct Score {
  std::string name;  ///< "BLEU"
  double score = 0;
  std::string signature;          ///< what the score depends on, as sacreBLEU writes it
  std::string text;               ///< name, signature, score and details on one line
  std::vector<double> sentences;  ///< each sentence's own score, if wanted
};

/// Each reference of every sentence: references[r][i] is the reference r of sentence i.
using References = std::span<const std::vector<std::string>>;

enum class SentenceScores { unwanted, wanted };

/// Scores of detokenised translations against references, as `dragoman evaluate` and sacreBLEU compute them: BLEU, or
/// what the option `metrics` names. options: those of metrics, as `tokenize`, `lowercase`, `chrf-word-order`. Throws
/// std::invalid_argument for options that cannot be, and for numbers of lines that differ.
DRAGOMAN_API std::vector<Score> evaluate(std::span<const std::string> hypotheses, References references,
                                         const Options& options = {},
                                         SentenceScores sentences = SentenceScores::unwanted);

}  // namespace dragoman::api
