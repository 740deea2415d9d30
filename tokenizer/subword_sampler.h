#pragma once

#include "base/counter_random.h"
#include "tokenizer/tokenizer.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dragoman {

/// Other segmentations of a text than the best one, drawn at random: subword regularisation.
///
/// With a unigram model a segmentation X comes with a probability proportional to P(X)^strength among all that there
/// are (Kudo 2018, "Subword Regularization", section 3.2, equation 5 with l = ∞; by forward filtering and backward
/// sampling): 0.1 to 0.5 are usual, and smaller is more random. With a BPE model each merge is left out with the
/// probability `strength` at each step (Provilkov et al. 2020, "BPE-Dropout", algorithm 1): 0.1 is usual, and larger
/// is more random. What is drawn depends on the text and the random numbers alone. Safe to use from several threads.
class SubwordSampler {
 public:
  /// Throws std::invalid_argument if `strength` is out of range (unigram: above 0; BPE: in [0, 1)) or the model is of
  /// another kind.
  SubwordSampler(const Tokenizer& tokenizer, double strength);
  // It holds views into its own pieces, which stay where they are when it is moved.
  SubwordSampler(SubwordSampler&&) = default;
  SubwordSampler& operator=(SubwordSampler&&) = default;

  /// ids: of a text, as the tokenizer's encode() gives them, and in its order. Unknown characters and bytes stay as
  /// they are.
  std::vector<std::int32_t> sample(std::span<const std::int32_t> ids, CounterRandom& random) const;

 private:
  static constexpr std::int32_t kNotAPiece = -1;

  std::vector<std::int32_t> sample_as_read(std::span<const std::int32_t> ids, CounterRandom& random) const;
  void add_piece(std::int32_t id, std::string_view text);
  const std::int32_t* find(std::string_view text) const;
  void sample_text(std::string_view text, std::span<const std::int32_t> best, CounterRandom& random,
                   std::vector<std::int32_t>& to) const;
  bool sample_unigram(std::string_view text, CounterRandom& random, std::vector<std::int32_t>& to) const;
  bool sample_bpe(std::string_view text, CounterRandom& random, std::vector<std::int32_t>& to) const;

  bool is_bpe_;
  TokenOrder order_;
  double strength_;
  bool words_are_apart_ = true;      // no piece has a space anywhere but at its start
  std::vector<std::string> pieces_;  // by id; empty for what stands for no text
  std::vector<double> scores_;
  std::unordered_map<std::string_view, std::int32_t> prefixes_;  // of all pieces; the id where it is one itself
};

}  // namespace dragoman
