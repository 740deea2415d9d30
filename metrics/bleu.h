#pragma once

#include "metrics/bleu_tokenizer.h"
#include "metrics/metric.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// What stands in for a precision of 0, whose logarithm BLEU cannot take (Chen and Cherry 2014, "A Systematic
/// Comparison of Smoothing Techniques for Sentence-Level BLEU").
enum class BleuSmoothing {
  kNone,   ///< nothing: the score is 0
  kFloor,  ///< `smooth_value` matches instead of none (their method 1)
  kAddK,   ///< `smooth_value` more matches and n-grams of every order above 1 (method 2)
  kExp,    ///< 1/2 match for the first order without any, 1/4 for the second, … (method 3, as in mteval-v13a)
};

/// Names on the command line and in signatures.
template <>
inline constexpr auto kEnumNames<BleuSmoothing> = enum_names<BleuSmoothing>({{BleuSmoothing::kExp, "exp"},
                                                                             {BleuSmoothing::kFloor, "floor"},
                                                                             {BleuSmoothing::kAddK, "add-k"},
                                                                             {BleuSmoothing::kNone, "none"}});

struct BleuOptions {
  BleuTokenizer tokenizer = BleuTokenizer::k13a;
  /// For kSpm, and only for it: a SentencePiece .model file.
  std::string tokenizer_model;
  bool lowercase = false;
  BleuSmoothing smoothing = BleuSmoothing::kExp;
  /// For kFloor (default 0.1) and kAddK (default 1), at least 0; not to be given for the others.
  std::optional<double> smooth_value;
  /// Leave out the orders that the hypotheses are too short for; meant for single sentences.
  bool effective_order = false;
  /// Words of the longest n-grams, 1 to 16. Signatures do not tell it, as sacreBLEU's do not.
  int max_ngram_order = 4;

  /// Throws std::invalid_argument for the first option out of range.
  void validate() const;
};

struct BleuScore {
  double score = 0;                ///< 0 to 100
  std::vector<double> precisions;  ///< per cent, smoothed, of each order
  double brevity_penalty = 0;
  std::int64_t hypothesis_length = 0;  ///< words
  std::int64_t reference_length = 0;   ///< words of the references closest in length, the shorter one on a tie

  /// Hypothesis words per reference word; 0 without reference words.
  double ratio() const;

  /// "71.3/48.3/34.5/24.8 (BP = 1.000 ratio = 1.011 hyp_len = 12102 ref_len = 11967)"
  std::string details() const;
};

/// Corpus BLEU (Papineni et al. 2002), equal to sacreBLEU 2.6.0 to every printed digit. Texts are UTF-8 and detokenised
/// (unless the tokenizer is `none`). A sentence's score is that of its own statistics, with `effective_order`.
///
/// Statistics: hypothesis length, reference length, matches of each order, n-grams of the hypothesis of each order.
class Bleu : public Metric {
 public:
  /// Throws std::invalid_argument as `BleuOptions::validate` does, std::runtime_error if the model cannot be read.
  explicit Bleu(BleuOptions options = {});

  const BleuOptions& options() const { return options_; }

  std::size_t statistics_size() const override { return 2 + 2 * orders(); }
  std::unique_ptr<SentenceCounter> make_counter() const override;
  double score(std::span<const double> sum) const override { return details(sum).score; }
  ScoreReport report(std::span<const double> sum, int references) const override;
  /// DeNero et al. 2009, "Fast Consensus Decoding over Translation Forests", section 3: expected counts and length.
  std::optional<std::vector<double>> scores_against_mean(std::span<const std::string_view> texts,
                                                         std::span<const double> times) const override;

  BleuScore details(std::span<const double> sum) const;

  /// Of the sum of `corpus_statistics`; throws as that does.
  BleuScore corpus_score(std::span<const std::string> hypotheses, const ReferenceStreams& references,
                         int threads = 1) const;
  ScoreReport report(const BleuScore& score, int references) const;

 private:
  class Counter;
  // What the words of a segment are views into, where they are not views into the segment.
  struct SegmentBuffers {
    std::string lower;
    std::string text;
  };
  std::size_t orders() const { return static_cast<std::size_t>(options_.max_ngram_order); }
  void split(std::string_view segment, SegmentBuffers& buffers, std::vector<std::string_view>& words) const;

  BleuOptions options_;
  std::optional<Tokenizer> pieces_;
};

}  // namespace dragoman
