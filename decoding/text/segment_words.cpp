#include "decoding/text/segment_words.h"

namespace dragoman {
namespace {

// Of the part behind `before`, of a sentence with these words. A sentence of many parts is gone through once.
SegmentWords next_part(const TokensOfWords& words, const SegmentWords& before, const LineSegment& segment) {
  const std::size_t from = segment.first_token, count = segment.ids.size() - segment.repeated;
  SegmentWords part{before.first, {}};
  while (part.first < words.size() && (words[part.first].empty() || words[part.first].back() < from)) ++part.first;
  for (std::size_t i = part.first; i < words.size(); ++i) {
    if (!words[i].empty() && words[i].front() >= from + count) break;
    TokensOfWords::value_type& here = part.words.emplace_back();
    for (const std::size_t token : words[i]) {
      if (token >= from && token < from + count) here.push_back(token - from + segment.repeated);
    }
  }
  return part;
}

}  // namespace

std::vector<SegmentWords> words_of_segments(std::string_view line, std::span<const LineSegment> segments,
                                            const Tokenizer& tokenizer, TextDivision division) {
  const std::vector<TextRange> all = division(line);
  std::vector<SegmentWords> found;
  TokensOfWords words;           // of the sentence
  std::size_t words_before = 0;  // the line's word that the sentence begins in
  SegmentWords part;
  for (const LineSegment& segment : segments) {
    if (segment.first_token == 0) {
      const TextRange& sentence = segment.sentence;
      const std::string_view text = line.substr(sentence.begin, sentence.end - sentence.begin);
      words = tokens_of_parts(division(text), tokenizer.encoded_ranges(text));
      while (words_before < all.size() && all[words_before].end <= sentence.begin) ++words_before;
      part = {};
    }
    part = next_part(words, part, segment);
    found.push_back({words_before + part.first, part.words});
  }
  return found;
}

}  // namespace dragoman
