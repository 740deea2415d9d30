#pragma once

#include "decoding/engine/engine.h"
#include "decoding/engine/translator.h"
#include "decoding/text/translation.h"
#include "model/seq2seq_model.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// The model's scores of translations that are given (forced decoding): what a search would have given the same tokens.
/// With weights in int8 or bf16 it is that to the last bit, for each target goes through the decoder token by token, as
/// in a search: rounded activations make much of small differences. In fp32 all tokens go at once, which is faster, and
/// rounding may change the sixth digit. Threads may share it.
class ForcedScorer {
 public:
  /// As for Translator; of the options, the limits of a batch, how a score is normalised and whether lines are cut into
  /// sentences count. max_length: of a sentence of either side, in tokens, 1 to 100000.
  ForcedScorer(std::shared_ptr<const Engine> engine, const TranslatorOptions& options, int max_length = 1024);

  /// One output for each pair, in order; its text is the target. A pair of which both sides are cut into the same
  /// number of sentences, more than one, is scored sentence by sentence: its tokens are those of all, one behind the
  /// other, and the score is that of all together, as in a translation. All others are scored whole.
  ///
  /// A line without visible text is an empty one; two of them have no tokens and the score 0. A pair with a side that
  /// is longer than the limit, or than the model's positions reach, has no tokens, and NaN for score and
  /// log-probability; `report` hears of it. The first pair has `first_line_number`.
  std::vector<Translation::Output> score(std::span<const std::string> sources, std::span<const std::string> targets,
                                         std::int64_t first_line_number, LineReport& report) const;

  const Tokenizer& target_tokenizer() const { return engine_->tokenizers().target; }

 private:
  using Ids = std::vector<std::int32_t>;
  using LogProbs = std::vector<std::vector<float>>;  // of the tokens of each target
  // Pairs of sentences, and which of them are those of a line: [begin, end).
  struct Sentences {
    std::vector<std::string> sources, targets;
    std::vector<TextRange> of_line;
  };

  Sentences cut(std::span<const std::string> sources, std::span<const std::string> targets) const;
  std::vector<Translation::Output> score_sentences(std::span<const Ids> sources, std::span<const Ids> targets,
                                                   std::span<const std::size_t> places) const;
  void score_batch(std::span<const Ids> sources, std::span<const Ids> targets, std::span<const std::size_t> batch,
                   std::span<Translation::Output> outputs) const;
  std::vector<Ids> with_ends(std::span<const Ids> targets, std::span<const std::size_t> batch) const;
  LogProbs score_at_once(const Memory& memory, std::span<const Ids> wanted) const;
  LogProbs score_by_steps(const Memory& memory, std::span<const Ids> wanted) const;
  void normalise(Translation::Output& output) const;

  std::shared_ptr<const Engine> engine_;
  TranslatorOptions options_;
  TextFrame frame_;
  std::size_t limit_;
  std::shared_ptr<const SentenceSplitter> source_splitter_, target_splitter_;
};

}  // namespace dragoman
