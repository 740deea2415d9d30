#include "data/corpus/pair_rules.h"

#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

std::optional<PairRule> broken(const PairRuleOptions& options, const std::string& source, const std::string& target) {
  return PairRules(options).broken_by(source, target, line_facts(source), line_facts(target));
}

std::string repeated(const std::string& word, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += (i > 0 ? " " : "") + word;
  return text;
}

PairRuleOptions english_german() {
  PairRuleOptions options;
  options.source_lang = "en";
  options.target_lang = "de";
  return options;
}

TEST(PairRules, LetGoodPairsPass) {
  for (const PairRuleOptions& options : {PairRuleOptions(), english_german()}) {
    EXPECT_EQ(broken(options, "Two dogs play.", "Zwei Hunde spielen."), std::nullopt);
    EXPECT_EQ(broken(options, "Yes.", "Ja, das ist richtig."), std::nullopt);
    EXPECT_EQ(broken(options, "It cost 1,000.50 in 2019.", "Es kostete 2019 1.000,50."), std::nullopt);
  }
}

TEST(PairRules, EachFindsItsOwn) {
  const PairRuleOptions options = english_german();
  EXPECT_EQ(broken(options, "a \xff b", "ein"), PairRule::utf8);
  EXPECT_EQ(broken(options, "dog", "  "), PairRule::empty);
  EXPECT_EQ(broken(options, repeated("dog", 201), repeated("Hund", 200)), PairRule::long_text);
  EXPECT_EQ(broken(options, "dog", std::string(61, 'x')), PairRule::long_word);
  EXPECT_EQ(broken(options, repeated("dog", 30), repeated("Hund", 9)), PairRule::length_ratio);
  EXPECT_EQ(broken(options, "Hello there", "Hello there"), PairRule::copy);
  EXPECT_EQ(broken(options, "== 12 :: 13 == //", "== 12 :: 13 == \\\\"), PairRule::letters);
  EXPECT_EQ(broken(options, "Two dogs", "\u0414\u0432\u0435 \u0441\u043e\u0431\u0430\u043a\u0438"), PairRule::script);
  EXPECT_EQ(broken(options, "In 1999 it rained", "Im Jahr 2001 regnete es"), PairRule::numbers);
}

TEST(PairRules, LimitsAreAsTheyAreSaid) {
  EXPECT_EQ(broken({}, repeated("dog", 200), repeated("Hund", 200)), std::nullopt);
  EXPECT_EQ(broken({}, "dog", std::string(60, 'x')), std::nullopt);
  EXPECT_EQ(broken({}, repeated("dog", 27), repeated("Hund", 9)), std::nullopt);
  // Half of the numbers of both sides.
  EXPECT_EQ(broken({}, "from 1 to 2", "von 1 bis 3"), std::nullopt);
  EXPECT_EQ(broken({}, "from 1 to 2", "von 4 bis 3 und 1"), PairRule::numbers);
}

TEST(PairRules, AreLeftOutOneByOne) {
  PairRuleOptions none;
  none.max_words = none.max_word_length = 0;
  none.max_length_ratio = none.min_letters = none.min_script = none.min_numbers = 0;
  none.copies = true;
  EXPECT_EQ(broken(none, repeated("dog", 300), std::string(100, '=') + " 7"), std::nullopt);
  EXPECT_EQ(broken(none, "same", "same"), std::nullopt);
}

TEST(PairRules, LanguagesAreLookedAtIfThatIsWanted) {
  PairRuleOptions options = english_german();
  const std::string source = "The weather was not as bad as they had feared.";
  const std::string french = "Le temps n'\u00e9tait pas aussi mauvais qu'ils l'avaient craint.";
  const std::string german = "Das Wetter war nicht so schlecht, wie sie bef\u00fcrchtet hatten.";
  EXPECT_EQ(broken(options, source, french), std::nullopt);
  options.check_languages = true;
  EXPECT_EQ(broken(options, source, french), PairRule::language);
  EXPECT_EQ(broken(options, source, german), std::nullopt);
  EXPECT_EQ(broken(options, german, source), PairRule::language);
  // Too short to tell.
  EXPECT_EQ(broken(options, "Yes", "Oui, madame"), std::nullopt);
}

TEST(PairRules, RefuseOptionsThatCannotBe) {
  const auto refuses = [](auto change) {
    PairRuleOptions options;
    change(options);
    EXPECT_THROW(PairRules{options}, std::invalid_argument);
  };
  refuses([](PairRuleOptions& options) { options.max_words = -1; });
  refuses([](PairRuleOptions& options) { options.max_length_ratio = 0.5; });
  refuses([](PairRuleOptions& options) { options.min_letters = 1.5; });
  refuses([](PairRuleOptions& options) { options.source_lang = "no language"; });
  refuses([](PairRuleOptions& options) { options.check_languages = true; });
}

}  // namespace
}  // namespace dragoman
