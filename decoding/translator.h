#pragma once

#include "base/notice.h"
#include "decoding/beam_search.h"
#include "decoding/candidates.h"
#include "decoding/output_projection.h"
#include "decoding/search_options.h"
#include "decoding/shortlist.h"
#include "decoding/translation.h"
#include "decoding/word_alignment.h"
#include "model/model_config.h"
#include "model/model_directory.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

struct TranslatorOptions {
  SearchOptions search;
  int threads = 0;              ///< workers of one thread each, sharing the weights; 0: one a core. On a GPU it is one.
  int batch_size = 32;          ///< most sentences in a batch; 0: no limit
  int batch_tokens = 2048;      ///< most sentences × longest source in a batch, one sentence at least; 0: no limit
  int max_source_length = 256;  ///< tokens; a longer line is translated in parts, 1 to 100000

  /// Finds word alignments this way: one more pass of the model over each translation. None: no alignments.
  std::optional<AlignmentOptions> alignment = std::nullopt;

  /// Throws std::invalid_argument naming the first option that is out of range, and its limit.
  void validate() const;
};

/// Text in, text out. A line's translation depends on nothing but the line: not on the batch, the order or the number
/// of workers (on a CPU; on other devices as far as their kernels keep rows apart).
class Translator {
 public:
  /// `model` must be in evaluation mode (prepare_for_inference() makes it fast, too) and stay as it is while this
  /// object is used. `config` is the model's: its special ids, start token and number of positions count.
  /// With a shortlist no other tokens are used than it lists.
  Translator(std::shared_ptr<Seq2SeqModel> model, const ModelConfig& config, Tokenizers tokenizers,
             const TranslatorOptions& options, std::optional<Shortlist> shortlist = std::nullopt);

  /// One translation for each line, in order. Lines without visible text give an empty one and never reach the model.
  /// Equal lines are translated once.
  ///
  /// `notice` hears of lines that were translated in parts and of translations cut at the length limit, by line number;
  /// the first line has the number `first_line_number`.
  std::vector<Translation> translate(std::span<const std::string> lines, std::int64_t first_line_number = 1,
                                     const Notice& notice = {}) const;

  const TranslatorOptions& options() const { return options_; }
  const Tokenizer& target_tokenizer() const { return tokenizers_.target; }

 private:
  // What is fed to the model as one sentence: a line, or a part of it.
  using Segment = std::vector<std::int32_t>;
  using Outputs = std::vector<Translation::Output>;
  // The segments of one line: [begin, end) among all.
  struct SegmentRange {
    std::size_t begin, end;
  };

  std::size_t source_limit() const;
  std::vector<SegmentRange> cut_into_segments(std::span<const std::string> lines, std::vector<Segment>& segments) const;
  std::vector<Outputs> translate_segments(std::span<const Segment> segments) const;
  void translate_batch(std::span<const Segment> segments, std::span<const std::size_t> batch,
                       std::vector<Outputs>& outputs) const;
  void align(std::span<const std::string> lines, std::span<const SegmentRange> ranges,
             std::span<const Segment> segments, std::vector<Outputs>& outputs) const;
  Translation::Output to_output(const Hypothesis& hypothesis) const;
  Translation join(std::span<const Outputs> parts) const;
  void report(std::span<const std::size_t> distinct_of_line, std::span<const SegmentRange> ranges,
              std::span<const Translation> translations, std::int64_t first_line_number, const Notice& notice) const;

  std::shared_ptr<Seq2SeqModel> model_;
  ModelConfig config_;
  Tokenizers tokenizers_;
  TranslatorOptions options_;
  torch::Device device_;
  OutputProjection output_;
  std::optional<Shortlist> shortlist_;
  ForbiddenIds forbidden_;
};

}  // namespace dragoman
