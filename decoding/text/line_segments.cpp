#include "decoding/text/line_segments.h"

#include "base/utf8.h"
#include "decoding/text/line_splitter.h"
#include "tokenizer/language_code.h"

#include <utility>

namespace dragoman {
namespace {

// Of the training's lines, from which on a line of several sentences is another thing than the model has learned.
constexpr double kMostHoldOneSentence = 0.95;

std::shared_ptr<const SentenceSplitter> splitter_for(SentenceSplitting splitting, const TrainingFacts& facts,
                                                     const std::optional<std::string>& asked,
                                                     const std::optional<std::string>& learned) {
  const bool learned_from_sentences = facts.one_sentence_share.value_or(0) >= kMostHoldOneSentence;
  if (splitting == SentenceSplitting::off) return nullptr;
  if (splitting == SentenceSplitting::automatic && !learned_from_sentences) return nullptr;
  return std::make_shared<const SentenceSplitter>(asked ? language_alone(*asked) : learned.value_or(""));
}

}  // namespace

std::shared_ptr<const SentenceSplitter> source_splitter(SentenceSplitting splitting, const TrainingFacts& facts,
                                                        const LanguagePair& languages) {
  return splitter_for(splitting, facts, languages.source, facts.source_lang);
}

std::shared_ptr<const SentenceSplitter> target_splitter(SentenceSplitting splitting, const TrainingFacts& facts,
                                                        const LanguagePair& languages) {
  return splitter_for(splitting, facts, languages.target, facts.target_lang);
}

LineSegmenter::LineSegmenter(Tokenizer tokenizer, std::shared_ptr<const SentenceSplitter> splitter, std::size_t limit,
                             ParallelLoop loop)
    : tokenizer_(std::move(tokenizer)), splitter_(std::move(splitter)), limit_(limit), loop_(std::move(loop)) {}

LineSegments LineSegmenter::segment(std::span<const std::string> lines) const {
  std::vector<std::string> texts;
  std::vector<TextRange> ranges;
  std::vector<std::size_t> sentences_of_line;
  for (const std::string& line : lines) {
    const std::size_t before = texts.size();
    if (!is_blank(line)) {
      const auto found = splitter_ ? splitter_->split(line) : std::vector<TextRange>{{0, line.size()}};
      for (const TextRange& range : found) texts.push_back(line.substr(range.begin, range.end - range.begin));
      ranges.insert(ranges.end(), found.begin(), found.end());
    }
    sentences_of_line.push_back(texts.size() - before);
  }
  std::vector<std::vector<std::int32_t>> encoded = tokenizer_.encode(texts, loop_);
  LineSegments result;
  std::size_t next = 0;
  for (const std::size_t count : sentences_of_line) {
    LineSegments::Line line{result.segments.size(), 0, false};
    std::span<const std::int32_t> instructions;
    if (count > 0) instructions = std::span(encoded[next]).first(tokenizer_.count_instructions(texts[next]));
    for (const std::size_t end = next + count; next < end; ++next)
      line.cut |= add_sentence(encoded[next], ranges[next], instructions, result);
    line.end = result.segments.size();
    result.lines.push_back(line);
  }
  return result;
}

// Returns whether it is longer than the limit. The line's first sentence begins with its instructions; whatever does
// not gets them besides.
bool LineSegmenter::add_sentence(std::span<const std::int32_t> ids, const TextRange& sentence,
                                 std::span<const std::int32_t> instructions, LineSegments& result) const {
  const bool has_them = ids.data() == instructions.data();
  const auto add = [&](std::size_t from, std::size_t to) {
    LineSegment& segment = result.segments.emplace_back(LineSegment{{}, sentence, from, 0});
    if (from > 0 || !has_them) segment.ids.assign(instructions.begin(), instructions.end());
    segment.repeated = segment.ids.size();
    segment.ids.insert(segment.ids.end(), ids.begin() + static_cast<std::ptrdiff_t>(from),
                       ids.begin() + static_cast<std::ptrdiff_t>(to));
  };
  const std::size_t limit = limit_ > instructions.size() ? limit_ - instructions.size() : 1;
  if (ids.size() <= (has_them ? limit_ : limit)) {
    if (!ids.empty()) add(0, ids.size());
    return false;
  }
  std::vector<Boundary> after(ids.size(), Boundary::kSentence);
  std::string piece = tokenizer_.surface(ids[0]);
  for (std::size_t k = 1; k < ids.size(); ++k) {
    std::string next = tokenizer_.surface(ids[k]);
    after[k - 1] = boundary_between(piece, next);
    piece = std::move(next);
  }
  std::size_t from = 0;
  for (const std::size_t to : cut_into_parts(after, limit)) {
    add(from, to);
    from = to;
  }
  return true;
}

}  // namespace dragoman
