#pragma once

#include "base/enum_names.h"
#include "base/parallel.h"
#include "model/text_frame.h"
#include "tokenizer/sentence_splitter.h"
#include "tokenizer/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Whether lines are cut into sentences. automatic: where the model is known to have learned from single sentences.
enum class SentenceSplitting { automatic, on, off };

template <>
inline constexpr auto kEnumNames<SentenceSplitting> = enum_names<SentenceSplitting>(
    {{SentenceSplitting::automatic, "auto"}, {SentenceSplitting::on, "on"}, {SentenceSplitting::off, "off"}});

/// For the source of a model or, of a target, its other language; null where lines stay whole. languages: where the
/// model knows several, those that are meant.
std::shared_ptr<const SentenceSplitter> source_splitter(SentenceSplitting splitting, const TrainingFacts& facts,
                                                        const LanguagePair& languages = {});
std::shared_ptr<const SentenceSplitter> target_splitter(SentenceSplitting splitting, const TrainingFacts& facts,
                                                        const LanguagePair& languages = {});

/// What is fed to the model as one sentence: a line, a sentence of it, or a part of a sentence that is too long.
struct LineSegment {
  std::vector<std::int32_t> ids;
  TextRange sentence;           ///< the bytes of the line that are the sentence
  std::size_t first_token = 0;  ///< where it begins among the sentence's tokens
  std::size_t repeated = 0;     ///< its first ids that are none of these, but the line's instructions once more
  /// The same text by the other vocabularies of the segmenter, in their order: never empty, within their limits.
  std::vector<std::vector<std::int32_t>> by_others = {};
};

/// The segments of some lines.
struct LineSegments {
  /// A line's segments are [begin, end) among all; a line without visible text has none.
  struct Line {
    std::size_t begin = 0, end = 0;
    std::optional<std::size_t> exceeded = {};  ///< the least limit that a sentence was longer than, so that it was cut

    std::size_t size() const { return end - begin; }
    bool is_cut() const { return exceeded.has_value(); }
  };
  std::vector<LineSegment> segments;
  std::vector<Line> lines;

  std::span<const LineSegment> of(const Line& line) const {
    return std::span(segments).subspan(line.begin, line.size());
  }
};

/// What texts are read by.
struct SourceVocabulary {
  Tokenizer tokenizer;
  std::size_t limit;  ///< the longest text, in its tokens, at least 1
  /// Nearly all that its model has learned from is no longer; nothing: not known.
  std::optional<std::size_t> usual = {};
};

/// Cuts lines into segments: one for each sentence, and of a sentence longer than a limit as few as will do, which end
/// between words where they can. The first vocabulary cuts; where there are others, a segment is no longer than any of
/// them allows, too.
class LineSegmenter {
 public:
  /// vocabularies: at least one. splitter: null: a line is one sentence. loop: over sentences, where they are
  /// many.
  LineSegmenter(std::vector<SourceVocabulary> vocabularies, std::shared_ptr<const SentenceSplitter> splitter,
                ParallelLoop loop);

  LineSegments segment(std::span<const std::string> lines) const;

  /// Of the usual lengths, the least that one of these is longer than.
  std::optional<std::size_t> exceeded_usual(std::span<const LineSegment> segments) const;

 private:
  using Ids = std::span<const std::int32_t>;
  struct Sentence;
  struct Tokens;

  std::optional<std::size_t> exceeded_limit(const Sentence& sentence) const;
  void add_sentence(const Sentence& sentence, LineSegments& result, LineSegments::Line& line) const;
  std::vector<LineSegment> cut(const Sentence& sentence) const;
  void add_parts(const Tokens& all, std::size_t begin, std::size_t end, std::size_t most,
                 std::vector<LineSegment>& parts) const;
  bool read_by_others(const Sentence& sentence, std::string_view text, LineSegment& part) const;

  std::vector<SourceVocabulary> vocabularies_;
  std::shared_ptr<const SentenceSplitter> splitter_;
  ParallelLoop loop_;
};

}  // namespace dragoman
