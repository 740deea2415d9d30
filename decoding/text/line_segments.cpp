#include "decoding/text/line_segments.h"

#include "base/utf8.h"
#include "decoding/text/line_splitter.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <iterator>
#include <string_view>
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

// How well a text can be cut behind each of its tokens.
std::vector<Boundary> boundaries_behind(std::span<const std::int32_t> ids, const Tokenizer& tokenizer) {
  std::vector<Boundary> after(ids.size(), Boundary::kSentence);
  std::string piece = tokenizer.surface(ids[0]);
  for (std::size_t k = 1; k < ids.size(); ++k) {
    std::string next = tokenizer.surface(ids[k]);
    after[k - 1] = boundary_between(piece, next);
    piece = std::move(next);
  }
  return after;
}

std::vector<std::int32_t> joined(std::span<const std::int32_t> first, std::span<const std::int32_t> second) {
  std::vector<std::int32_t> all(first.begin(), first.end());
  all.insert(all.end(), second.begin(), second.end());
  return all;
}

// What each of the parts of a text says, of whose tokens these are the ranges.
std::vector<std::string> texts_of(std::span<const LineSegment> parts, std::string_view text,
                                  std::span<const TextRange> ranges) {
  std::vector<std::size_t> begins;
  for (const LineSegment& part : parts) {
    const auto has_text = [](const TextRange& range) { return range.begin < range.end; };
    const auto first = std::ranges::find_if(ranges.subspan(part.first_token), has_text);
    begins.push_back(begins.empty() ? 0 : first == ranges.end() ? text.size() : first->begin);
  }
  begins.push_back(text.size());
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < parts.size(); ++i) texts.emplace_back(text.substr(begins[i], begins[i + 1] - begins[i]));
  return texts;
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

/// By each vocabulary: its ids, and the instructions of its line. The line's first sentence begins with them; whatever
/// does not gets them besides.
struct LineSegmenter::Sentence {
  const std::string& text;
  TextRange range;
  bool is_first;
  std::vector<Ids> ids, instructions;

  Ids repeated(std::size_t vocabulary, std::size_t from) const {
    return is_first && from == 0 ? Ids() : instructions[vocabulary];
  }
  std::size_t length(std::size_t vocabulary) const { return ids[vocabulary].size() + repeated(vocabulary, 0).size(); }

  /// By the first vocabulary.
  LineSegment part(std::size_t from, std::size_t to) const {
    const Ids before = repeated(0, from);
    return {joined(before, ids.front().subspan(from, to - from)), range, from, before.size()};
  }
};

LineSegmenter::LineSegmenter(std::vector<SourceVocabulary> vocabularies,
                             std::shared_ptr<const SentenceSplitter> splitter, ParallelLoop loop)
    : vocabularies_(std::move(vocabularies)), splitter_(std::move(splitter)), loop_(std::move(loop)) {}

std::size_t LineSegmenter::limit() const {
  return std::ranges::min_element(vocabularies_, {}, &SourceVocabulary::limit)->limit;
}

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
  std::vector<std::vector<std::vector<std::int32_t>>> encoded;
  for (const SourceVocabulary& vocabulary : vocabularies_) encoded.push_back(vocabulary.tokenizer.encode(texts, loop_));
  LineSegments result;
  std::size_t next = 0;
  for (const std::size_t count : sentences_of_line) {
    LineSegments::Line line{result.segments.size(), 0, false};
    std::vector<Ids> instructions;
    for (std::size_t v = 0; count > 0 && v < encoded.size(); ++v) {
      const std::size_t of_line = vocabularies_[v].tokenizer.count_instructions(texts[next]);
      instructions.push_back(Ids(encoded[v][next]).first(of_line));
    }
    for (const std::size_t first = next, end = next + count; next < end; ++next) {
      Sentence sentence{texts[next], ranges[next], next == first, {}, instructions};
      for (const auto& by_vocabulary : encoded) sentence.ids.emplace_back(by_vocabulary[next]);
      line.cut |= add_sentence(sentence, result);
    }
    line.end = result.segments.size();
    result.lines.push_back(line);
  }
  return result;
}

// Returns whether it is longer than a limit.
bool LineSegmenter::add_sentence(const Sentence& sentence, LineSegments& result) const {
  const std::size_t size = sentence.ids.front().size();
  if (size == 0) return false;
  bool is_short = sentence.length(0) <= vocabularies_.front().limit;
  std::vector<LineSegment> segments;
  if (is_short) {
    segments.push_back(sentence.part(0, size));
    is_short = read_by_others(sentence, segments);
  }
  if (!is_short) segments = cut(sentence);
  std::ranges::move(segments, std::back_inserter(result.segments));
  return !is_short;
}

std::vector<LineSegment> LineSegmenter::cut(const Sentence& sentence) const {
  const std::vector<Boundary> after = boundaries_behind(sentence.ids.front(), vocabularies_.front().tokenizer);
  const std::size_t limit = vocabularies_.front().limit, around = sentence.instructions.front().size();
  std::size_t most = std::min(limit > around ? limit - around : 1, after.size());
  std::vector<LineSegment> parts;
  // What is too long for another vocabulary is cut into shorter parts.
  for (bool fits = false; !fits && most > 0; most = most * 3 / 4) {
    parts.clear();
    std::size_t from = 0;
    for (const std::size_t to : cut_into_parts(after, most)) {
      parts.push_back(sentence.part(from, to));
      from = to;
    }
    fits = read_by_others(sentence, parts);
  }
  return parts;
}

// Returns whether no part is too long for them; of one that is, they read the beginning.
bool LineSegmenter::read_by_others(const Sentence& sentence, std::span<LineSegment> parts) const {
  if (vocabularies_.size() == 1) return true;
  std::vector<std::string> texts;
  if (parts.size() > 1)
    texts = texts_of(parts, sentence.text, vocabularies_.front().tokenizer.encoded_ranges(sentence.text));
  bool fits = true;
  for (std::size_t v = 1; v < vocabularies_.size(); ++v) {
    const auto& [tokenizer, limit] = vocabularies_[v];
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Ids repeated = sentence.repeated(v, parts[i].first_token);
      std::vector<std::int32_t>& ids = parts[i].by_others.emplace_back(
          texts.empty() ? joined(repeated, sentence.ids[v]) : joined(repeated, tokenizer.encode(texts[i])));
      // Of a part without a character, or what it drops as no text.
      if (ids.empty()) ids.push_back(tokenizer.special_ids().unk);
      fits &= ids.size() <= limit;
      ids.resize(std::min(ids.size(), limit));
    }
  }
  return fits;
}

}  // namespace dragoman
