#include "decoding/scoring/quality.h"

#include "decoding/alignment/word_alignment.h"
#include "metrics/chrf.h"
#include "metrics/common_subsequence.h"

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace dragoman {
namespace {

constexpr std::size_t kFolds = 5;

void add_words(std::span<const Translation::Token> tokens, const Tokenizer& target, std::vector<ProbableWord>& words) {
  std::vector<std::int32_t> ids;
  for (const Translation::Token& token : tokens) ids.push_back(token.id);
  const std::string text = target.decode(ids);
  const std::vector<TextRange> ranges = words_of(text);
  const TokensOfWords tokens_of = tokens_of_parts(ranges, target.decoded_ranges(ids));
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    ProbableWord& word =
        words.emplace_back(ProbableWord{text.substr(ranges[i].begin, ranges[i].end - ranges[i].begin)});
    for (const std::size_t token : tokens_of[i]) word.log_prob += tokens[token].log_prob;
  }
}

std::vector<bool> words_in(std::span<const ProbableWord> words, const std::string& reference) {
  std::unordered_map<std::string_view, std::uint32_t> ids;
  const auto id_of = [&](std::string_view word) {
    return ids.try_emplace(word, static_cast<std::uint32_t>(ids.size())).first->second;
  };
  std::vector<std::uint32_t> output, expected;
  for (const ProbableWord& word : words) output.push_back(id_of(word.text));
  for (const TextRange& range : words_of(reference))
    expected.push_back(id_of(std::string_view(reference).substr(range.begin, range.end - range.begin)));
  std::vector<bool> marks(output.size());
  CommonSubsequence().mark(output, expected, marks);
  return marks;
}

// What a curve is made by, of all pairs but those of one fold, or of that fold alone.
struct Points {
  std::vector<double> x, y;

  void add(double from, double to) {
    x.push_back(from);
    y.push_back(to);
  }
};

template <typename Taken>
Points points_of_lines(std::span<const JudgedTranslation> pairs, const Taken& is_taken) {
  Points points;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (is_taken(i)) points.add(pairs[i].mean_log_prob, pairs[i].chrf);
  }
  return points;
}

template <typename Taken>
Points points_of_words(std::span<const JudgedTranslation> pairs, const Taken& is_taken) {
  Points points;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    for (std::size_t k = 0; is_taken(i) && k < pairs[i].word_log_probs.size(); ++k)
      points.add(pairs[i].word_log_probs[k], pairs[i].words_right[k]);
  }
  return points;
}

// Estimates by the other folds, beside what came true.
template <typename PointsOf>
Points held_out(std::span<const JudgedTranslation> pairs, const PointsOf& points_of) {
  Points estimates;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    const Points others = points_of(pairs, [&](std::size_t i) { return i % kFolds != fold; }),
                 own = points_of(pairs, [&](std::size_t i) { return i % kFolds == fold; });
    if (others.x.empty()) continue;
    const IsotonicCurve curve = fit_isotonic(others.x, others.y);
    for (std::size_t i = 0; i < own.x.size(); ++i) estimates.add(curve(own.x[i]), own.y[i]);
  }
  return estimates;
}

}  // namespace

std::vector<ProbableWord> words_of(const Translation::Output& output, const Tokenizer& target) {
  const std::int32_t end = target.special_ids().eos;
  const std::span<const Translation::Token> tokens = output.tokens;
  std::vector<std::size_t> sizes = output.part_tokens;
  if (sizes.empty()) sizes = {tokens.size()};
  std::vector<ProbableWord> words;
  std::size_t begin = 0;
  for (const std::size_t size : sizes) {
    std::span<const Translation::Token> part = tokens.subspan(begin, size);
    begin += size;
    if (!part.empty() && part.back().id == end) part = part.first(size - 1);
    add_words(part, target, words);
  }
  return words;
}

double mean_log_prob(const Translation::Output& output) {
  return output.log_prob / static_cast<double>(output.tokens.size());
}

JudgedTranslation judge(const Translation::Output& output, const std::string& reference, const Tokenizer& target) {
  const Chrf chrf;
  const std::string_view references[] = {reference};
  JudgedTranslation judged{mean_log_prob(output), chrf.score(chrf.statistics(output.text, references)), {}, {}};
  const std::vector<ProbableWord> words = words_of(output, target);
  const std::vector<bool> right = words_in(words, reference);
  for (std::size_t i = 0; i < words.size(); ++i) {
    judged.word_log_probs.push_back(words[i].log_prob);
    judged.words_right.push_back(right[i] ? 1 : 0);
  }
  return judged;
}

QualityCalibration calibrate(std::span<const JudgedTranslation> pairs) {
  const auto all = [](std::size_t) { return true; };
  const Points lines = points_of_lines(pairs, all), words = points_of_words(pairs, all);
  if (pairs.size() < 2 * kFolds || words.x.empty())
    throw std::invalid_argument("to calibrate takes ten translations at least, and words in them");
  const Points held_lines =
      held_out(pairs, [](const auto& some, const auto& taken) { return points_of_lines(some, taken); });
  const Points held_words =
      held_out(pairs, [](const auto& some, const auto& taken) { return points_of_words(some, taken); });
  std::vector<double> raw;
  for (const double log_prob : words.x) raw.push_back(std::exp(log_prob));
  return {
      {fit_isotonic(lines.x, lines.y), fit_isotonic(words.x, words.y)},
      {expected_calibration_error(held_lines.x, held_lines.y, 0, 100), correlation(held_lines.x, held_lines.y),
       expected_calibration_error(held_words.x, held_words.y, 0, 1), expected_calibration_error(raw, words.y, 0, 1)}};
}

}  // namespace dragoman
