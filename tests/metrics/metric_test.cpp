#include "metrics/metric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Property;
using testing::Throws;
using Texts = std::vector<std::string>;
using Views = std::vector<std::string_view>;

// Characters of the hypothesis and of all references.
class LengthMetric : public Metric {
 public:
  std::size_t statistics_size() const override { return 2; }
  std::unique_ptr<SentenceCounter> make_counter() const override { return std::make_unique<Counter>(); }
  double score(std::span<const double> sum) const override { return sum[0] / sum[1]; }
  ScoreReport report(std::span<const double> sum, int) const override { return {"length", score(sum), {}, ""}; }

 private:
  class Counter : public SentenceCounter {
    void count(std::string_view hypothesis, std::span<const std::string_view> references,
               std::span<double> row) override {
      row[0] = static_cast<double>(hypothesis.size());
      for (const auto reference : references) row[1] += static_cast<double>(reference.size());
    }
  };
};

auto refuses(const std::string& message) {
  return Throws<std::invalid_argument>(Property(&std::exception::what, HasSubstr(message)));
}

TEST(Metric, StatisticsOfASentence) {
  EXPECT_THAT(LengthMetric().statistics("ab", Views{"abc", "d"}), ElementsAre(2, 4));
  EXPECT_THAT([] { LengthMetric().statistics("ab", {}); }, refuses("has no reference"));
}

TEST(Metric, CorpusStatisticsAreARowASentenceWhateverTheThreads) {
  const LengthMetric metric;
  EXPECT_THAT(corpus_statistics(metric, Texts{"a", "bc"}, {{"x", ""}, {"", "yyy"}}, 1), ElementsAre(1, 1, 2, 3));
  Texts many;
  for (int i = 0; i < 1000; ++i) many.push_back(std::string(static_cast<std::size_t>(i % 37), 'x'));
  const auto rows = corpus_statistics(metric, many, {many, many}, 1);
  EXPECT_EQ(corpus_statistics(metric, many, {many, many}, 3), rows);
  EXPECT_EQ(metric.score(sum_of_rows(metric, rows)), 0.5);
}

TEST(Metric, EmptyReferencesMayBeMissingOnes) {
  const LengthMetric metric;
  const ReferenceStreams references{{"x", "", "z"}, {"", "yyy", "z"}};
  EXPECT_EQ(reference_count(references), 2);
  EXPECT_EQ(reference_count(references, EmptyReference::kMissing), kVaryingReferences);
  EXPECT_EQ(reference_count({{"x", ""}, {"", "y"}}, EmptyReference::kMissing), 1);
  const Texts three{"a", "b", "c"};
  EXPECT_NO_THROW(corpus_statistics(metric, three, references, 1, EmptyReference::kMissing));
  EXPECT_THAT(
      [&] {
        corpus_statistics(metric, three, {{"x", "", "z"}}, 1, EmptyReference::kMissing);
      },
      refuses("sentence 2 has no reference"));
}

TEST(Metric, RefusesStreamsThatDoNotFit) {
  const LengthMetric metric;
  const Texts two{"a", "b"};
  EXPECT_THAT([&] { corpus_statistics(metric, two, {}, 1); }, refuses("no references"));
  EXPECT_THAT([&] { corpus_statistics(metric, {}, {{}}, 1); }, refuses("no hypotheses"));
  EXPECT_THAT(
      [&] {
        corpus_statistics(metric, two, {two, {"a", "b", "c"}}, 1);
      },
      refuses("reference 2 has 3 sentences, but there are 2 hypotheses"));
}

}  // namespace
}  // namespace dragoman
