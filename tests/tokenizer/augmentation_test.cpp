#include "tokenizer/augmentation.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

struct Pair {
  std::string source, target;
  bool operator==(const Pair&) const = default;
};

Pair augmented(const Augmentation& augmentation, std::string source, std::string target, std::uint64_t item = 0) {
  CounterRandom random(1, RandomPurpose::augmentation, item);
  CounterRandom of_batch(1, RandomPurpose::augmentation, item);
  augment(augmentation, changes_of_batch(augmentation, of_batch), random, source, target);
  return {source, target};
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<std::string>(words), {}};
}

const std::string kSource = "A man rides his bike.", kTarget = "Ein Mann fährt auf der Straße.";

TEST(Augmentation, NoneChangesNothing) {
  EXPECT_FALSE(Augmentation().any());
  EXPECT_EQ(augmented({}, kSource, kTarget), (Pair{kSource, kTarget}));
}

TEST(Augmentation, CasesAreOfBothSidesButForLower) {
  Augmentation upper, title, lower;
  upper.upper = title.title = lower.lower = 1;
  EXPECT_EQ(augmented(upper, kSource, kTarget), (Pair{"A MAN RIDES HIS BIKE.", "EIN MANN FÄHRT AUF DER STRASSE."}));
  EXPECT_EQ(augmented(title, "a McDonald élan ǆ", kTarget),
            (Pair{"A McDonald Élan ǅ", "Ein Mann Fährt Auf Der Straße."}));
  EXPECT_EQ(augmented(lower, "ÉLAN of Bob", kTarget), (Pair{"élan of bob", kTarget}));
}

TEST(Augmentation, EndsLosePunctuationButNeverAll) {
  Augmentation end;
  end.end = 1;
  EXPECT_EQ(augmented(end, "Is he? he is!?", "Ist er … ..."), (Pair{"Is he? he is", "Ist er"}));
  EXPECT_EQ(augmented(end, "...", "。"), (Pair{"...", "。"}));
}

TEST(Augmentation, WordsOfTheSourceAreMistypedAsOftenAsAsked) {
  Augmentation typos;
  typos.typos = 0.3;
  int changed = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const Pair pair = augmented(typos, kSource, kTarget, i);
    EXPECT_EQ(pair.target, kTarget);
    const std::vector<std::string> words = split(pair.source), before = split(kSource);
    ASSERT_EQ(words.size(), before.size());
    for (std::size_t k = 0; k < words.size(); ++k) {
      if (words[k] == before[k]) continue;
      ++changed;
      EXPECT_LE(std::max(words[k].size(), before[k].size()) - std::min(words[k].size(), before[k].size()), 1u);
    }
  }
  EXPECT_NEAR(changed / 10000.0, 0.3, 0.02);
}

TEST(Augmentation, WordsAreDroppedUnlessNoneWouldStay) {
  Augmentation drop;
  drop.drop = 0.3;
  double words = 0;
  for (std::uint64_t i = 0; i < 2000; ++i)
    words += static_cast<double>(split(augmented(drop, kSource, "", i).source).size());
  EXPECT_NEAR(words / 10000, 0.7, 0.02);
  drop.drop = 1;
  EXPECT_EQ(augmented(drop, "one", "").source, "one");
}

TEST(Augmentation, OfABatchLinesAreJoinedAndCapitalsPut) {
  Augmentation augmentation;
  augmentation.join = 0.4;
  augmentation.upper = 0.1;
  augmentation.title = 0.2;
  int counts[4] = {}, upper = 0, title = 0;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    CounterRandom random(1, RandomPurpose::augmentation, i);
    const BatchChanges changes = changes_of_batch(augmentation, random);
    ++counts[changes.lines_in_one];
    upper += changes.upper ? 1 : 0;
    title += changes.title ? 1 : 0;
  }
  EXPECT_NEAR(counts[1] / 5000.0, 0.6, 0.03);
  EXPECT_NEAR(counts[2] / 5000.0, 0.2, 0.03);
  EXPECT_NEAR(counts[3] / 5000.0, 0.2, 0.03);
  EXPECT_NEAR(upper / 5000.0, 0.1, 0.02);
  EXPECT_NEAR(title / 5000.0, 0.2, 0.02);
}

TEST(Augmentation, IsWrittenAndReadAsSettings) {
  const Augmentation read = Augmentation::of({"upper=0.05", "typos=0.1"});
  EXPECT_EQ(read.upper, 0.05);
  EXPECT_EQ(read.settings(), (std::vector<std::string>{"typos=0.1", "upper=0.05"}));
  EXPECT_FALSE(Augmentation::of({"upper=0"}).any());
  EXPECT_THAT([] { Augmentation::of({"caps=0.1"}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("'caps=0.1' is no change; there are typos, drop,")));
  EXPECT_THAT(
      [] {
        Augmentation::of({"upper=0.1", "upper=0.2"});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("twice")));
  for (const char* wrong : {"upper", "upper=", "upper=2", "upper=-1", "upper=nan", "upper=1x"}) {
    EXPECT_THAT([&] { Augmentation::of({wrong}); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("a share from 0 to 1")));
  }
}

}  // namespace
}  // namespace dragoman
