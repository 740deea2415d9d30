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

// Whoever asks for no more turns them into ids without delay. Those who share the loop may be in the middle of a turn,
// which takes a thousand times as long.
constexpr std::size_t kFewSentences = 16;

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

// Where in a text of so many bytes the text of its tokens from `token` on begins.
std::size_t begin_of(std::size_t token, std::span<const TextRange> ranges, std::size_t size) {
  if (token == 0) return 0;
  const auto has_text = [](const TextRange& range) { return range.begin < range.end; };
  const auto first = std::ranges::find_if(ranges.subspan(token), has_text);
  return first == ranges.end() ? size : first->begin;
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

/// Of a sentence, by the first vocabulary.
struct LineSegmenter::Tokens {
  const Sentence& sentence;
  std::span<const Boundary> after;
  std::vector<TextRange> ranges;  // where there are other vocabularies

  std::string_view text(std::size_t from, std::size_t to) const {
    const std::string_view all = sentence.text;
    const std::size_t begin = begin_of(from, ranges, all.size());
    return all.substr(begin, begin_of(to, ranges, all.size()) - begin);
  }
};

LineSegmenter::LineSegmenter(std::vector<SourceVocabulary> vocabularies,
                             std::shared_ptr<const SentenceSplitter> splitter, ParallelLoop loop)
    : vocabularies_(std::move(vocabularies)), splitter_(std::move(splitter)), loop_(std::move(loop)) {}

std::optional<std::size_t> LineSegmenter::exceeded_usual(std::span<const LineSegment> segments) const {
  std::optional<std::size_t> least;
  for (const LineSegment& segment : segments) {
    for (std::size_t v = 0; v < vocabularies_.size(); ++v) {
      const std::size_t length = v == 0 ? segment.ids.size() : segment.by_others[v - 1].size();
      const std::optional<std::size_t> usual = vocabularies_[v].usual;
      if (usual && *usual < length) least = std::min(*usual, least.value_or(*usual));
    }
  }
  return least;
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
  const ParallelLoop loop = texts.size() <= kFewSentences ? in_threads(1) : loop_;
  std::vector<std::vector<std::vector<std::int32_t>>> encoded;
  for (const SourceVocabulary& vocabulary : vocabularies_) encoded.push_back(vocabulary.tokenizer.encode(texts, loop));
  LineSegments result;
  std::size_t next = 0;
  for (const std::size_t count : sentences_of_line) {
    LineSegments::Line line{.begin = result.segments.size()};
    std::vector<Ids> instructions;
    for (std::size_t v = 0; count > 0 && v < encoded.size(); ++v) {
      const std::size_t of_line = vocabularies_[v].tokenizer.count_instructions(texts[next]);
      instructions.push_back(Ids(encoded[v][next]).first(of_line));
    }
    for (const std::size_t first = next, end = next + count; next < end; ++next) {
      Sentence sentence{texts[next], ranges[next], next == first, {}, instructions};
      for (const auto& by_vocabulary : encoded) sentence.ids.emplace_back(by_vocabulary[next]);
      add_sentence(sentence, result, line);
    }
    line.end = result.segments.size();
    result.lines.push_back(line);
  }
  return result;
}

std::optional<std::size_t> LineSegmenter::exceeded_limit(const Sentence& sentence) const {
  std::optional<std::size_t> least;
  for (std::size_t v = 0; v < vocabularies_.size(); ++v) {
    const std::size_t limit = vocabularies_[v].limit;
    if (limit < sentence.length(v)) least = std::min(limit, least.value_or(limit));
  }
  return least;
}

void LineSegmenter::add_sentence(const Sentence& sentence, LineSegments& result, LineSegments::Line& line) const {
  const std::size_t size = sentence.ids.front().size();
  if (size == 0) return;
  if (const auto limit = exceeded_limit(sentence)) {
    line.exceeded = std::min(*limit, line.exceeded.value_or(*limit));
    std::ranges::move(cut(sentence), std::back_inserter(result.segments));
  } else {
    read_by_others(sentence, sentence.text, result.segments.emplace_back(sentence.part(0, size)));
  }
}

std::vector<LineSegment> LineSegmenter::cut(const Sentence& sentence) const {
  const Tokenizer& tokenizer = vocabularies_.front().tokenizer;
  const std::size_t limit = vocabularies_.front().limit;
  const std::vector<Boundary> after = boundaries_behind(sentence.ids.front(), tokenizer);
  const std::size_t around = sentence.instructions.front().size();
  const Tokens all{sentence, after,
                   vocabularies_.size() > 1 ? tokenizer.encoded_ranges(sentence.text) : std::vector<TextRange>()};
  std::vector<LineSegment> parts;
  add_parts(all, 0, after.size(), limit > around ? limit - around : 1, parts);
  return parts;
}

// Of the tokens from `begin` until before `end`, parts of so many at most. What is too long for another vocabulary is
// cut into shorter ones.
void LineSegmenter::add_parts(const Tokens& all, std::size_t begin, std::size_t end, std::size_t most,
                              std::vector<LineSegment>& parts) const {
  std::size_t from = begin;
  for (const std::size_t length : cut_into_parts(all.after.subspan(begin, end - begin), most)) {
    const std::size_t to = begin + length;
    LineSegment part = all.sentence.part(from, to);
    if (read_by_others(all.sentence, vocabularies_.size() > 1 ? all.text(from, to) : "", part) || to - from == 1) {
      parts.push_back(std::move(part));
    } else {
      add_parts(all, from, to, (to - from) * 3 / 4, parts);
    }
    from = to;
  }
}

// Returns whether the part is not too long for them; of one that is, they read the beginning.
bool LineSegmenter::read_by_others(const Sentence& sentence, std::string_view text, LineSegment& part) const {
  bool fits = true;
  for (std::size_t v = 1; v < vocabularies_.size(); ++v) {
    const Tokenizer& tokenizer = vocabularies_[v].tokenizer;
    const std::size_t limit = vocabularies_[v].limit;
    const Ids repeated = sentence.repeated(v, part.first_token);
    const bool is_whole = text.size() == sentence.text.size();
    std::vector<std::int32_t>& ids = part.by_others.emplace_back(is_whole ? joined(repeated, sentence.ids[v])
                                                                          : joined(repeated, tokenizer.encode(text)));
    // Of a part without a character, or what it drops as no text.
    if (ids.empty()) ids.push_back(tokenizer.special_ids().unk);
    fits &= ids.size() <= limit;
    ids.resize(std::min(ids.size(), limit));
  }
  return fits;
}

}  // namespace dragoman
