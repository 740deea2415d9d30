#pragma once

#include "metrics/bleu_tokenizer.h"
#include "metrics/ngram_matcher.h"
#include "metrics/score_report.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
  bool lowercase = false;
  BleuSmoothing smoothing = BleuSmoothing::kExp;
  /// For kFloor (default 0.1) and kAddK (default 1), at least 0; not to be given for the others.
  std::optional<double> smooth_value;
  /// Leave out the orders that the hypotheses are too short for; meant for single sentences.
  bool effective_order = false;

  /// Throws std::invalid_argument for the first option out of range.
  void validate() const;
};

/// All that the score depends on, for one sentence or, added up, for many: resampling needs no more than these.
struct BleuStatistics {
  std::int64_t hypothesis_length = 0;  ///< words
  std::int64_t reference_length = 0;   ///< words of the reference that is closest in length, the shorter one on a tie
  std::array<std::int64_t, kMaxNgramOrder> correct{};  ///< clipped matches of 1 to 4 words
  std::array<std::int64_t, kMaxNgramOrder> total{};    ///< n-grams of the hypothesis of 1 to 4 words

  BleuStatistics& operator+=(const BleuStatistics& other);
  bool operator==(const BleuStatistics&) const = default;
};

struct BleuScore {
  double score = 0;                                 ///< 0 to 100
  std::array<double, kMaxNgramOrder> precisions{};  ///< per cent, smoothed
  double brevity_penalty = 0;
  std::int64_t hypothesis_length = 0;
  std::int64_t reference_length = 0;

  /// Hypothesis words per reference word; 0 without reference words.
  double ratio() const;

  /// "71.3/48.3/34.5/24.8 (BP = 1.000 ratio = 1.011 hyp_len = 12102 ref_len = 11967)"
  std::string details() const;
};

/// Corpus BLEU (Papineni et al. 2002), equal to sacreBLEU 2.6.0 to every printed digit. Texts are UTF-8 and detokenised
/// (unless the tokenizer is `none`). Safe to share between threads.
class Bleu {
 public:
  /// Throws std::invalid_argument as `BleuOptions::validate` does.
  explicit Bleu(BleuOptions options = {});

  const BleuOptions& options() const { return options_; }

  /// Of one sentence. Throws std::invalid_argument without a reference; an empty reference is one.
  BleuStatistics statistics(std::string_view hypothesis, std::span<const std::string_view> references) const;

  /// Of each sentence of a corpus; `reference_streams[r][i]` is the reference r of hypothesis i. Throws
  /// std::invalid_argument if there is no hypothesis or no stream, or if a stream has another length.
  std::vector<BleuStatistics> corpus_statistics(std::span<const std::string> hypotheses,
                                                const std::vector<std::vector<std::string>>& reference_streams) const;

  /// From the sum of the sentences' statistics.
  BleuScore score(const BleuStatistics& sum) const;

  /// The score of the summed `corpus_statistics`; throws as that does.
  BleuScore corpus_score(std::span<const std::string> hypotheses,
                         const std::vector<std::vector<std::string>>& reference_streams) const;

  /// `references` for each sentence, or kVaryingReferences.
  std::string signature(int references) const;

  /// What `format_text` and `format_json` print.
  ScoreReport report(const BleuScore& score, int references) const;

 private:
  struct Scratch;
  BleuStatistics statistics(std::string_view hypothesis, std::span<const std::string_view> references,
                            Scratch& scratch) const;
  std::string prepare(std::string_view segment) const;
  Signature signature_fields(int references) const;

  BleuOptions options_;
};

}  // namespace dragoman
