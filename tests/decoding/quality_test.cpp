#include "decoding/scoring/quality.h"

#include "tests/decoding/sample_sentences.h"

#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

// The sentences as tokens, each with this log-probability.
Translation::Output output_of(const std::vector<std::string>& sentences, float log_prob) {
  Translation::Output output;
  for (const std::string& sentence : sentences) {
    const std::size_t before = output.tokens.size();
    output.text += (output.text.empty() ? "" : " ") + sentence;
    for (const std::int32_t id : sample_tokenizer().encode(sentence)) output.tokens.push_back({id, log_prob});
    output.tokens.push_back({sample_tokenizer().special_ids().eos, log_prob});
    output.part_tokens.push_back(output.tokens.size() - before);
  }
  for (const Translation::Token& token : output.tokens) output.log_prob += token.log_prob;
  return output;
}

TEST(Quality, IsOfTheWordsOfEachSentence) {
  Translation::Output output = output_of({"the old dog", "a cat"}, -0.5F);
  std::vector<std::string> texts;
  double sum = 0;
  for (const ProbableWord& word : words_of(output, sample_tokenizer())) {
    texts.push_back(word.text);
    EXPECT_LE(word.log_prob, -0.5);
    sum += word.log_prob;
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"the", "old", "dog", "a", "cat"}));
  EXPECT_DOUBLE_EQ(sum, -0.5 * static_cast<double>(output.tokens.size() - 2));
  EXPECT_DOUBLE_EQ(mean_log_prob(output), -0.5);
}

TEST(Quality, IsJudgedByTheReference) {
  const JudgedTranslation judged =
      judge(output_of({"the old dog sees a cat"}, -0.1F), "the dog sees two cat", sample_tokenizer());
  EXPECT_EQ(judged.words_right, (std::vector<double>{1, 0, 1, 1, 0, 1}));
  EXPECT_GT(judged.chrf, 30);
  EXPECT_LT(judged.chrf, 100);
  EXPECT_DOUBLE_EQ(judge(output_of({"the old dog"}, -0.1F), "the old dog", sample_tokenizer()).chrf, 100);
}

TEST(Quality, IsCalibrated) {
  std::vector<JudgedTranslation> pairs;
  for (int i = 0; i < 200; ++i) {
    const double log_prob = -0.01 * i;
    // Twice as sure as it should be.
    pairs.push_back({log_prob, 100 * std::exp(log_prob), {2 * log_prob, 2 * log_prob}, {}});
    for (int k = 0; k < 2; ++k)
      pairs.back().words_right.push_back((i * 7 + k * 100) % 200 < 200 * std::exp(log_prob) ? 1 : 0);
  }
  const QualityCalibration calibration = calibrate(pairs);
  EXPECT_NEAR(calibration.curves.lines(-0.5), 100 * std::exp(-0.5), 1);
  EXPECT_NEAR(calibration.curves.words(-1), std::exp(-0.5), 0.15);
  EXPECT_LT(calibration.errors.lines, 1);
  EXPECT_GT(calibration.errors.line_correlation, 0.99);
  EXPECT_GT(calibration.errors.raw_words, 0.15);
  EXPECT_LT(calibration.errors.words, calibration.errors.raw_words / 2);
  EXPECT_THROW(calibrate(std::span(pairs).first(9)), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
