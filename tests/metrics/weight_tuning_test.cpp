#include "metrics/weight_tuning.h"

#include "base/counter_random.h"
#include "metrics/bleu.h"
#include "metrics/ter.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

// Its score is the sum of the only statistic.
class Sum : public Metric {
 public:
  explicit Sum(bool lower_is_better = false) : lower_is_better_(lower_is_better) {}
  std::size_t statistics_size() const override { return 1; }
  std::unique_ptr<SentenceCounter> make_counter() const override { return nullptr; }
  double score(std::span<const double> sum) const override { return sum[0]; }
  ScoreReport report(std::span<const double>, int) const override { return {}; }
  bool lower_is_better() const override { return lower_is_better_; }

 private:
  bool lower_is_better_;
};

// What the best candidates score together.
double score_by(const Metric& metric, const std::vector<TuningLine>& lines, std::span<const double> weights) {
  std::vector<double> sum(metric.statistics_size());
  for (const TuningLine& line : lines) {
    const auto best = std::ranges::max_element(
        line, {}, [&](const TuningCandidate& candidate) { return weighted_sum(weights, candidate.features); });
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += best->statistics[i];
  }
  return metric.score(sum);
}

std::vector<TuningLine> random_lines(std::uint64_t seed, std::size_t features) {
  CounterRandom random(seed, RandomPurpose::sampling, 0);
  std::vector<TuningLine> lines(15);
  for (TuningLine& line : lines) {
    for (std::uint32_t k = 1 + random.below(6); k > 0; --k) {
      TuningCandidate& candidate = line.emplace_back();
      for (std::size_t i = 0; i < features; ++i) candidate.features.push_back(random.uniform() * 4 - 2);
      candidate.statistics = {std::floor(random.uniform() * 100)};
    }
  }
  return lines;
}

TEST(WeightTuning, FindsTheBestOfAllValuesOfOneWeight) {
  const std::size_t second[] = {1};
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const std::vector<TuningLine> lines = random_lines(seed, 2);
    for (const bool any_sign : {false, true}) {
      for (const Sum& metric : {Sum(), Sum(true)}) {
        const TunedWeights tuned = tune_weights(
            metric, lines, any_sign ? std::span<const std::size_t>(second) : std::span<const std::size_t>());
        double best = score_by(metric, lines, std::vector<double>{1, 0});
        EXPECT_EQ(tuned.first_score, best);
        for (int i = any_sign ? -40000 : 0; i < 40000; ++i) {
          const double found = score_by(metric, lines, std::vector<double>{1, i / 1000.0 + 0.0005});
          best = metric.lower_is_better() ? std::min(best, found) : std::max(best, found);
        }
        EXPECT_EQ(tuned.weights[0], 1);
        EXPECT_TRUE(any_sign || tuned.weights[1] >= 0);
        EXPECT_EQ(tuned.score, score_by(metric, lines, tuned.weights));
        EXPECT_TRUE(metric.lower_is_better() ? tuned.score <= best : tuned.score >= best) << seed;
      }
    }
  }
}

TEST(WeightTuning, OfSeveralWeightsNoneAloneBringsMore) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const std::vector<TuningLine> lines = random_lines(seed, 4);
    const TunedWeights tuned = tune_weights(Sum(), lines);
    EXPECT_GT(tuned.score, tuned.first_score);
    EXPECT_LE(tuned.score, tuned.best_score);
    for (std::size_t feature = 1; feature < 4; ++feature) {
      for (double weight = 0.0005; weight < 20; weight *= 1.01) {
        std::vector<double> changed = tuned.weights;
        changed[feature] = weight;
        EXPECT_LE(score_by(Sum(), lines, changed), tuned.score);
      }
    }
    EXPECT_EQ(tune_weights(Sum(), lines).weights, tuned.weights);
  }
}

TEST(WeightTuning, TakesTheMedianOfSamples) {
  std::vector<TuningLine> lines;
  const auto add = [&](double from, double to) {
    // The middle of three candidates is the best between these values of the weight.
    lines.push_back({{{0, 0}, {0}}, {{-from, 1}, {10}}, {{-from - to, 2}, {0}}});
  };
  for (int i = 0; i < 100; ++i) add(0.8, 1.2);
  add(1000, 2000);
  const TunedWeights tuned = tune_weights(Sum(), lines, {}, 15);
  EXPECT_GT(tuned.weights[1], 0.8);
  EXPECT_LT(tuned.weights[1], 1.2);
  EXPECT_EQ(tuned.score, score_by(Sum(), lines, tuned.weights));
  EXPECT_EQ(tune_weights(Sum(), lines, {}, 15).weights, tuned.weights);
}

// The score of a text is not the sum of those of its lines.
TEST(WeightTuning, MakesTheBestOfTheWholeText) {
  const std::vector<std::vector<std::string>> candidates = {
      {"the old man sleeps", "an old man slept here", "the man sleeps"},
      {"a small dog barks at the cat", "a dog barks at a cat", "the dog is barking"}};
  const std::vector<std::string> references = {"the man sleeps here", "a dog barks at the small cat"};
  for (const bool by_ter : {false, true}) {
    const Bleu bleu;
    const Ter ter;
    const Metric& metric = by_ter ? static_cast<const Metric&>(ter) : bleu;
    std::vector<TuningLine> lines;
    CounterRandom random(4, RandomPurpose::sampling, 0);
    for (std::size_t i = 0; i < references.size(); ++i) {
      TuningLine& line = lines.emplace_back();
      const std::string_view reference = references[i];
      for (const std::string& text : candidates[i]) {
        line.push_back(
            {{random.uniform(), random.uniform(), random.uniform()}, metric.statistics(text, {&reference, 1})});
      }
    }
    const TunedWeights tuned = tune_weights(metric, lines);
    EXPECT_EQ(tuned.score, score_by(metric, lines, tuned.weights));
    EXPECT_TRUE(by_ter ? tuned.score <= tuned.first_score : tuned.score >= tuned.first_score);
  }
}

TEST(WeightTuning, LeavesAloneWhatBringsNothing) {
  const std::vector<TuningLine> lines = {{{{1, 3}, {5}}, {{0, 7}, {5}}}};
  EXPECT_THAT(tune_weights(Sum(), lines).weights, ::testing::ElementsAre(1, 0));
  EXPECT_THROW(tune_weights(Sum(), {}), std::invalid_argument);
  EXPECT_THROW(tune_weights(Sum(), std::vector<TuningLine>(1)), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
