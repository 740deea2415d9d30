#pragma once

#include "decoding/search/chooser.h"
#include "decoding/search/search_options.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace dragoman {

/// A translation of one sentence, in ids.
struct Hypothesis {
  std::vector<std::int32_t> ids;       ///< without start and end of the sentence
  std::vector<float> token_log_probs;  ///< one an id, and one more for the end of the sentence if `complete`
  double log_prob = 0.0;               ///< sum of token_log_probs
  double preferred = 0.0;              ///< what preferences have added to it
  double score = 0.0;                  ///< both together / length penalty
  bool complete = false;               ///< ended by itself, rather than cut at the length limit
};

/// The search for one sentence: its live hypotheses, one row each, and those that are finished.
///
/// Of the successors that a Chooser gives, an end of the sentence among the first K finishes a hypothesis, and the
/// first K others live on. The search is over when K hypotheses are finished, or when the length limit is reached: then
/// what still lives is cut there, and competes with the finished ones by the same score.
///
/// By the rules of transformers the K best finished ones are kept, and it is over when there are K and the best that
/// lives, if it ended now for nothing, would be no better than the worst of them. By Marian's, a finished one has the
/// place of a live one from then on.
class Beam {
 public:
  struct Live {
    std::int32_t token;   ///< the last token; the start token at first
    std::int32_t parent;  ///< index among the live hypotheses before the last advance()
  };

  /// `options` must be valid.
  Beam(int source_length, std::int32_t start, std::int32_t eos, const SearchOptions& options);

  bool done() const { return live_.empty(); }
  /// Live hypotheses, best first; none once the search is over.
  std::span<const Live> live() const { return live_; }
  /// Their log-probabilities.
  std::span<const double> log_probs() const { return log_probs_; }
  /// Tokens of each live hypothesis.
  int length() const { return length_; }
  /// The ids of the live hypothesis i.
  std::vector<std::int32_t> prefix(std::size_t i) const;
  /// The model's own log-probabilities of these.
  std::vector<float> token_log_probs(std::size_t i) const;

  /// Takes one more step. If nothing can follow and nothing is finished, the live hypotheses are cut where they are.
  void advance(std::span<const Successor> successors);

  /// The n_best finished hypotheses found, best score first; fewer if there are not as many. Those of which `lacks`
  /// says so come behind all others.
  std::vector<Hypothesis> best(const std::function<bool(const Hypothesis&)>& lacks = {}) const;

 private:
  // One token of one hypothesis; following `parent` down to kRoot spells it backwards.
  struct Node {
    std::int32_t parent;
    std::int32_t token;
    float log_prob;
  };
  struct Finished {
    std::int32_t node;  // its last
    double log_prob;
    float eos_log_prob;
    int length;  // end of the sentence included
    bool complete;
    double score;
  };
  static constexpr std::int32_t kRoot = -1;

  void finish(const Successor& eos);
  void cut_live(std::size_t count);
  void add(const Finished& finished);
  bool is_over() const;
  Hypothesis spell(const Finished& finished) const;
  bool follows_transformers() const { return options_.rules == SearchRules::huggingface; }
  double score(double log_prob, int length) const;

  SearchOptions options_;
  std::int32_t eos_;
  int limit_;
  int length_ = 0;  // tokens of each live hypothesis
  std::vector<Node> nodes_;
  std::vector<Live> live_;
  std::vector<std::int32_t> tips_;  // the last node of each live hypothesis
  std::vector<double> log_probs_;
  std::vector<Finished> finished_;
};

}  // namespace dragoman
