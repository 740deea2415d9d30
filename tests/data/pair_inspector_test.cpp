#include "data/pair_inspector.h"

#include "base/counter_random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Sentences of 3 to 12 words and their translations, word by word: "s17 s3", "t17 t3".
ParallelText sentences(int count, std::uint64_t seed) {
  CounterRandom random(seed, RandomPurpose::sampling, 0);
  ParallelText text;
  for (int i = 0; i < count; ++i) {
    std::string source, target;
    for (std::uint32_t left = 3 + random.below(10); left > 0; --left) {
      const std::string word = std::to_string(random.below(40));
      source += (source.empty() ? "s" : " s") + word;
      target += (target.empty() ? "t" : " t") + word;
    }
    text.source.push_back(source);
    text.target.push_back(target);
  }
  return text;
}

std::vector<std::string> warnings_of(const ParallelText& train, const ParallelText& valid) {
  PairInspector inspector(valid);
  for (std::size_t i = 0; i < train.source.size(); ++i) inspector.add(train.source[i], train.target[i]);
  return inspector.warnings();
}

TEST(PairInspector, HasNothingToSayOfSoundText) {
  EXPECT_THAT(warnings_of(sentences(2500, 1), sentences(100, 2)), IsEmpty());
  EXPECT_THAT(warnings_of(sentences(2500, 1), {}), IsEmpty());
  EXPECT_THAT(warnings_of({{"", " ", "a"}, {"", " ", "b"}}, {}), IsEmpty());
}

TEST(PairInspector, KnowsTargetsAlone) {
  ParallelText train = sentences(2500, 1), valid = sentences(100, 2);
  const auto warnings = [&] {
    PairInspector inspector(valid, true);
    for (const std::string& target : train.target) inspector.add("", target);
    return inspector.warnings();
  };
  valid.source.assign(valid.source.size(), "");
  EXPECT_THAT(warnings(), IsEmpty());
  valid.target = train.target;
  valid.source.assign(valid.target.size(), "");
  EXPECT_THAT(warnings(), ElementsAre(AllOf(HasSubstr("validation lines are training lines"),
                                            HasSubstr("leave --valid-target out"))));
}

TEST(PairInspector, FindsValidationPairsInTheTrainingText) {
  const ParallelText train = sentences(500, 1);
  EXPECT_THAT(warnings_of(train, train), ElementsAre(HasSubstr("500 of the 500 validation pairs are training pairs")));
  ParallelText valid = sentences(96, 2);
  for (int i = 0; i < 4; ++i) {
    valid.source.push_back(train.source[i]);
    valid.target.push_back(train.target[i]);
  }
  EXPECT_THAT(warnings_of(train, valid), ElementsAre(HasSubstr("of the 100 validation pairs are training pairs")));
  valid.target.back() += " t1";
  valid.target[98] += " t1";
  EXPECT_THAT(warnings_of(train, valid), IsEmpty()) << "two of a hundred may be there by chance";
}

TEST(PairInspector, FindsTheSameTextOnBothSides) {
  ParallelText text = sentences(300, 1);
  text.target = text.source;
  EXPECT_THAT(warnings_of(text, {}),
              ElementsAre(HasSubstr("source and target are the same text in 300 of 300 training pairs")));
}

TEST(PairInspector, FindsSidesThatAreSwapped) {
  ParallelText valid = sentences(100, 2);
  std::swap(valid.source, valid.target);
  EXPECT_THAT(warnings_of(sentences(300, 1), valid), ElementsAre(HasSubstr("exchange the two sides")));
}

TEST(PairInspector, FindsACorpusThatIsShiftedByALine) {
  ParallelText text = sentences(3500, 1);
  text.target.insert(text.target.begin() + 1800, "t1 t2");
  text.target.pop_back();
  EXPECT_THAT(warnings_of(text, {}), ElementsAre(AllOf(HasSubstr("from about pair 2001 on"),
                                                       HasSubstr("belong to the target line behind it"))));
  text = sentences(150, 1);
  text.target.erase(text.target.begin());
  text.target.push_back("t1");
  EXPECT_THAT(warnings_of(text, {}),
              ElementsAre(AllOf(HasSubstr("from about pair 1 on"), HasSubstr("belong to the target line before it"))));
  text = sentences(60, 1);
  text.target.erase(text.target.begin());
  text.target.push_back("t1");
  EXPECT_THAT(warnings_of(text, {}), IsEmpty()) << "so few lines say nothing";
}

TEST(Correlation, IsPearsons) {
  Correlation correlation;
  EXPECT_EQ(correlation.value(), 0);
  // By hand: the products of the deviations sum to 4, their squares to 5 and 5.
  for (const auto& [x, y] : {std::pair{1, 0}, {2, 1}, {3, 3}, {4, 2}}) correlation.add(x, y);
  EXPECT_DOUBLE_EQ(correlation.value(), 0.8);
  Correlation constant;
  for (const int x : {1, 2, 3}) constant.add(x, 7);
  EXPECT_EQ(constant.value(), 0);
}

}  // namespace
}  // namespace dragoman
