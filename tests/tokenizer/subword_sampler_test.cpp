#include "tokenizer/subword_sampler.h"

#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

using Ids = std::vector<std::int32_t>;
using Algorithm = TokenizerOptions::Algorithm;

Tokenizer tokenizer_of(Algorithm algorithm, bool byte_fallback = false) {
  const auto lines = sample_lines();
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.algorithm = algorithm;
  options.vocabulary_size = byte_fallback ? 400 : 140;
  options.byte_fallback = byte_fallback;
  return train_tokenizer(texts, options, 2, {});
}

Ids sample(const SubwordSampler& sampler, const Ids& ids, std::uint64_t item) {
  CounterRandom random(7, RandomPurpose::sampling, item);
  return sampler.sample(ids, random);
}

// Every way to write `text` in pieces, with its probability to the power of `alpha`.
std::map<Ids, double> segmentations(const Tokenizer& tokenizer, const std::string& text, double alpha) {
  if (text.empty()) return {{{}, 1.0}};
  std::map<Ids, double> all;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    if (!tokenizer.is_text(id) || !text.starts_with(tokenizer.piece(id))) continue;
    for (const auto& [rest, weight] : segmentations(tokenizer, text.substr(tokenizer.piece(id).size()), alpha)) {
      Ids ids{id};
      ids.insert(ids.end(), rest.begin(), rest.end());
      all[ids] = weight * std::exp(alpha * tokenizer.score(id));
    }
  }
  return all;
}

TEST(SubwordSampler, DrawsUnigramSegmentationsByTheirProbabilities) {
  const Tokenizer tokenizer = tokenizer_of(Algorithm::unigram);
  const Ids best = tokenizer.encode("garden");
  for (const double alpha : {0.1, 0.5, 1.0}) {
    std::map<Ids, double> expected = segmentations(tokenizer, "▁garden", alpha);
    ASSERT_GT(expected.size(), 10u);
    double total = 0;
    for (const auto& [ids, weight] : expected) total += weight;
    const SubwordSampler sampler(tokenizer, alpha);
    constexpr int kDraws = 20000;
    std::map<Ids, int> counts;
    for (int i = 0; i < kDraws; ++i) ++counts[sample(sampler, best, static_cast<std::uint64_t>(i))];
    for (const auto& [ids, weight] : expected) {
      const double mean = kDraws * weight / total;
      EXPECT_NEAR(counts[ids], mean, 5 * std::sqrt(mean) + 1) << "alpha " << alpha;
    }
    EXPECT_EQ(counts.size(), expected.size()) << "nothing else is drawn, and nothing is so rare here";
  }
}

TEST(SubwordSampler, WithoutRandomnessIsTheBestSegmentation) {
  const SubwordSampler unigram(tokenizer_of(Algorithm::unigram), 1000.0), bpe(tokenizer_of(Algorithm::bpe), 0.0);
  for (const std::string& line : sample_lines(60)) {
    const Ids of_unigram = tokenizer_of(Algorithm::unigram).encode(line);
    EXPECT_EQ(sample(unigram, of_unigram, 1), of_unigram) << line;
    const Ids of_bpe = tokenizer_of(Algorithm::bpe).encode(line);
    EXPECT_EQ(sample(bpe, of_bpe, 1), of_bpe) << line;
  }
}

TEST(SubwordSampler, KeepsTheTextAndVariesThePieces) {
  for (const bool byte_fallback : {false, true}) {
    for (const Algorithm algorithm : {Algorithm::unigram, Algorithm::bpe}) {
      const Tokenizer tokenizer = tokenizer_of(algorithm, byte_fallback);
      const SubwordSampler sampler(tokenizer, algorithm == Algorithm::bpe ? 0.3 : 0.2);
      for (const std::string& text : {std::string("The old man paints"), std::string("Zürich 東京 the man ∞ sings")}) {
        const Ids best = tokenizer.encode(text);
        std::set<Ids> drawn;
        for (std::uint64_t item = 0; item < 50; ++item) {
          drawn.insert(sample(sampler, best, item));
          EXPECT_EQ(tokenizer.decode(sample(sampler, best, item)), tokenizer.decode(best));
        }
        EXPECT_GT(drawn.size(), 10u);
      }
    }
  }
}

TEST(SubwordSampler, EveryMergeCanBeLeftOut) {
  const Tokenizer tokenizer = tokenizer_of(Algorithm::bpe);
  const Ids best = tokenizer.encode("garden");
  const SubwordSampler nearly_all(tokenizer, 0.999999);
  EXPECT_EQ(sample(nearly_all, best, 1).size(), 7u) << "a space and six letters";
  // A word whose only merge possible is one: it is left out as often as asked for.
  const SubwordSampler some(tokenizer, 0.25);
  std::size_t most = 0, longer = 0;
  for (std::uint64_t item = 0; item < 2000; ++item) {
    const std::size_t size = sample(some, best, item).size();
    most = std::max(most, size);
    longer += size > best.size() ? 1 : 0;
  }
  EXPECT_GT(most, best.size() + 1);
  EXPECT_GT(longer, 200u);
}

TEST(SubwordSampler, DependsOnTheRandomNumbersAlone) {
  const Tokenizer tokenizer = tokenizer_of(Algorithm::unigram);
  const SubwordSampler sampler(tokenizer, 0.2), again(tokenizer, 0.2);
  const Ids best = tokenizer.encode("The old man reads the newspaper near the river!");
  EXPECT_EQ(sample(sampler, best, 5), sample(again, best, 5));
  EXPECT_NE(sample(sampler, best, 5), sample(sampler, best, 6));
}

TEST(SubwordSampler, IsMovedButNeverCopied) {
  static_assert(!std::is_copy_constructible_v<SubwordSampler> && !std::is_copy_assignable_v<SubwordSampler>);
  const Tokenizer tokenizer = tokenizer_of(Algorithm::unigram);
  const Ids ids = tokenizer.encode("the gardener sees a garden");
  std::optional<SubwordSampler> first(std::in_place, tokenizer, 0.2);
  const Ids before = sample(*first, ids, 3);
  const SubwordSampler second = std::move(*first);
  first.reset();
  EXPECT_EQ(sample(second, ids, 3), before);
}

TEST(SubwordSampler, AnEmptyLineStaysEmpty) {
  EXPECT_EQ(sample(SubwordSampler(tokenizer_of(Algorithm::unigram), 0.2), {}, 1), Ids{});
}

TEST(SubwordSampler, RefusesAStrengthOutOfRange) {
  const Tokenizer unigram = tokenizer_of(Algorithm::unigram), bpe = tokenizer_of(Algorithm::bpe);
  EXPECT_THAT([&] { SubwordSampler(unigram, 0.0); }, ThrowsMessage<std::invalid_argument>(HasSubstr("above 0")));
  EXPECT_THAT([&] { SubwordSampler(bpe, 1.0); }, ThrowsMessage<std::invalid_argument>(HasSubstr("below 1")));
  EXPECT_THAT([&] { SubwordSampler(bpe, std::nan("")); }, ThrowsMessage<std::invalid_argument>(HasSubstr("nan")));
}

TEST(SubwordSampler, DrawsTheSamePiecesInTheOrderOfTheTokenizer) {
  for (const Algorithm algorithm : {Algorithm::unigram, Algorithm::bpe}) {
    const Tokenizer tokenizer = tokenizer_of(algorithm), other = tokenizer.in_order(TokenOrder::right_to_left);
    const SubwordSampler sampler(tokenizer, 0.3), of_other(other, 0.3);
    std::set<Ids> drawn;
    for (std::uint64_t i = 0; i < 20; ++i) {
      Ids expected = sample(sampler, tokenizer.encode("Der alte Mann, 猫, liest."), i);
      std::ranges::reverse(expected);
      EXPECT_EQ(sample(of_other, other.encode("Der alte Mann, 猫, liest."), i), expected);
      drawn.insert(expected);
    }
    EXPECT_GT(drawn.size(), 10u);
  }
}

}  // namespace
}  // namespace dragoman
