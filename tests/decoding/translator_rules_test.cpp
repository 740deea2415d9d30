#include "decoding/engine/translator.h"
#include "decoding/text/defects.h"
#include "tests/decoding/copier.h"
#include "tests/decoding/transformer_translator.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

TranslatorOptions rule_options(int beam_size = 5) {
  TranslatorOptions options;
  options.search.beam_size = beam_size;
  options.search.max_length_extra = 10;
  return options;
}

std::vector<Translation> translate_all(const Translator& translator, const std::vector<SourceLine>& lines) {
  LineReport report({});
  return translator.translate(lines, report);
}

Translation translate_one(const Translator& translator, const SourceLine& line) {
  return translate_all(translator, {line}).front();
}

TEST(TranslatorRules, ATranslationBeginsWithItsPrefix) {
  for (const int beam_size : {1, 5}) {
    const Translator translator = transformer_translator(rule_options(beam_size));
    for (const std::string prefix : {"the", "the old do", "two birds sing in to", "m", "my son ", "number 3. 4"}) {
      const Translation found = translate_one(translator, {"the dog sees a cat.", 1, prefix});
      EXPECT_THAT(found.outputs.front().text, StartsWith(prefix));
    }
    const std::string whole = translate_one(translator, {"the dog sees a cat.", 1, "my so "}).outputs.front().text;
    EXPECT_TRUE(whole == "my so" || whole.starts_with("my so ")) << whole;
  }
}

TEST(TranslatorRules, APrefixCanBePreferred) {
  TranslatorOptions options = rule_options();
  options.search.max_length = 12;
  options.rules.prefix = 50;
  const Translation found = translate_one(transformer_translator(options), {"the dog sees a cat.", 1, "the old tree"});
  EXPECT_THAT(found.outputs.front().text, StartsWith("the old tree"));
  EXPECT_LT(found.outputs.front().log_prob, 0) << "which is the model's own";
  options.rules.prefix = 1e-3;
  EXPECT_EQ(
      translate_one(transformer_translator(options), {"the dog sees a cat.", 1, "the old tree"}).outputs.front().text,
      translate_one(transformer_translator(options), {"the dog sees a cat."}).outputs.front().text);
}

// Of a line of two sentences, each sentence of the prefix belongs to one.
TEST(TranslatorRules, APrefixIsSharedOutToSentences) {
  TranslatorOptions options = rule_options();
  options.split_sentences = SentenceSplitting::on;
  const Translator translator = transformer_translator(options);
  const std::string line = "The dog sees. A cat waits.";
  EXPECT_THAT(translate_one(translator, {line, 1, "two birds sing. 12 bi"}).outputs.front().text,
              StartsWith("two birds sing. 12 bi"));
  EXPECT_THAT(translate_one(translator, {line, 1, "two bi"}).outputs.front().text, StartsWith("two bi"));
}

TEST(TranslatorRules, TermsAreInTheTranslation) {
  TranslatorOptions options = rule_options();
  options.glossary = std::make_shared<const Glossary>(
      std::vector<GlossaryTerm>{{"dog", {"river", "green tree"}}, {"sees", {}}, {"old cat", {"two birds"}}});
  const Translation found = translate_one(transformer_translator(options), {"the dog sees my old cat."});
  ASSERT_EQ(found.terms.size(), 3u);
  EXPECT_THAT(found.terms_found, ElementsAre(true, true, true)) << found.outputs.front().text;

  Copier copier;
  copier.options = options;
  const Translation copied = translate_one(copier.translator(), {"the cat sees."});
  EXPECT_EQ(copied.outputs.front().text, "the cat sees.") << "what is there need not come once more";
  const Translation other = translate_one(copier.translator(), {"the dog sees."});
  EXPECT_THAT(other.terms_found, ElementsAre(true, true)) << other.outputs.front().text;
  EXPECT_TRUE(other.outputs.front().complete);
}

// A second search is for those that lack a term although it is favoured.
TEST(TranslatorRules, WhatHasItsTermsByFavourIsLeftAsItIs) {
  std::vector<SourceLine> lines;
  for (const std::string& text : sample_sentences(24))
    lines.push_back({text, std::ssize(lines) + 1, "", {{"the", {"the", "my"}}, {"number", {"river"}}}});
  TranslatorOptions options = rule_options();
  options.rules.terms = 6;
  const std::vector<Translation> forced = translate_all(transformer_translator(options), lines);
  options.rules.force_terms = false;
  const std::vector<Translation> favoured = translate_all(transformer_translator(options), lines);
  std::size_t left = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool has_all = std::ranges::count(favoured[i].terms_found, false) == 0;
    left += has_all && !favoured[i].terms.empty() ? 1 : 0;
    EXPECT_EQ(forced[i].outputs.front().text == favoured[i].outputs.front().text, has_all) << lines[i].text;
    EXPECT_EQ(std::ranges::count(forced[i].terms_found, false), 0) << forced[i].outputs.front().text;
  }
  EXPECT_GT(left, 0U);
  EXPECT_LT(left, lines.size());
}

TEST(TranslatorRules, TermsOfALineComeBeforeThoseOfAllLines) {
  TranslatorOptions options = rule_options();
  options.glossary =
      std::make_shared<const Glossary>(std::vector<GlossaryTerm>{{"old dog", {"river"}}, {"cat", {"tree"}}});
  const Translation found =
      translate_one(transformer_translator(options), {"the old dog sees a cat.", 1, "", {{"dog", {"son"}}}});
  ASSERT_EQ(found.terms.size(), 2u);
  EXPECT_THAT(found.terms[0].forms, ElementsAre("son", "Son"));
  EXPECT_EQ(found.terms[1].source, "cat");
}

TEST(TranslatorRules, WhatTheVocabularyCannotSpellIsLacking) {
  const Translation found =
      translate_one(transformer_translator(rule_options()),
                    {"the dog sees.", 1, "", {{"dog", {"собака"}}, {"sees", {"собака", "river"}}}});
  EXPECT_THAT(found.terms_found, ElementsAre(false, true));
}

TEST(TranslatorRules, WhatTheVocabularyCannotSpellIsNotSearchedFor) {
  const Copier copier;
  const SourceLine line{"the dog sees.", 1, "", {{"dog", {"собака"}}, {"sees", {}}}};
  EXPECT_THAT(translate_one(copier.translator(), line).terms_found, ElementsAre(false, true));
  EXPECT_EQ(copier.model->sentences(), 1);
}

// Each line has its own, whatever is beside it.
TEST(TranslatorRules, LinesDoNotDependOnEachOther) {
  std::vector<SourceLine> lines;
  const std::vector<std::string> texts = sample_sentences(24);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    SourceLine& line = lines.emplace_back(SourceLine{texts[i], static_cast<std::int64_t>(i) + 1});
    if (i % 3 == 1) line.prefix = "the old tr";
    if (i % 4 == 1) line.terms = {{"number", {"small river"}}};
  }
  lines.push_back(lines[0]);
  lines.push_back({texts[0], 26, "my"});
  const auto texts_of = [](const std::vector<Translation>& translations) { return best_texts(translations); };
  const std::vector<std::string> expected = texts_of(translate_all(transformer_translator(rule_options()), lines));
  std::vector<std::string> alone;
  for (const SourceLine& line : lines)
    alone.push_back(translate_one(transformer_translator(rule_options()), line).outputs.front().text);
  EXPECT_EQ(alone, expected);
  EXPECT_EQ(expected[24], expected[0]);
  EXPECT_THAT(expected[25], StartsWith("my"));
  std::ranges::reverse(lines);
  std::vector<std::string> reversed =
      texts_of(translate_all(transformer_translator(rule_options(), torch::kCPU, 3), lines));
  std::ranges::reverse(reversed);
  EXPECT_EQ(reversed, expected);
}

TEST(TranslatorRules, RefusesTermsThatMustComeWithoutBeams) {
  TranslatorOptions options = rule_options(6);
  options.diversity.groups = 2;
  const Translator translator = transformer_translator(options);
  EXPECT_THAT(
      [&] {
        translate_one(translator, {"the dog.", 1, "", {{"dog", {"cat"}}}});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("--no-force-terms")));
  options.rules.force_terms = false;
  EXPECT_EQ(translate_one(transformer_translator(options), {"the dog.", 1, "", {{"dog", {"cat"}}}}).terms.size(), 1u);
}

TEST(TranslatorRules, GroupsOfBeamsFindOtherTranslations) {
  TranslatorOptions options = rule_options(6);
  options.search.n_best = 6;
  const auto distinct_firsts = [&] {
    std::vector<std::string> firsts;
    for (const Translation::Output& output :
         translate_one(transformer_translator(options), {"the old dog sees a cat."}).outputs)
      firsts.push_back(output.text.substr(0, output.text.find(' ')));
    std::ranges::sort(firsts);
    return std::ranges::unique(firsts).begin() - firsts.begin();
  };
  const auto plain = distinct_firsts();
  options.diversity = {6, 20.0};
  EXPECT_EQ(distinct_firsts(), 6);
  EXPECT_LT(plain, 6);
}

// The copier says nothing new behind the end of its source, which must not come so early here.
TEST(TranslatorRules, TheGuardMendsWhatRepeatsItself) {
  Copier copier;
  copier.options.search.beam_size = 1;
  copier.options.search.min_length = 30;
  copier.options.search.max_length = 40;
  const std::vector<std::string> lines{"the dog.", "the dog."};
  const auto loops = [&](const Translation& translation) {
    return defect_of({}, ids_of(translation.outputs.front()), false) == Defect::loop;
  };
  for (const Translation& translation : copier.translator().translate(lines)) EXPECT_TRUE(loops(translation));
  copier.options.guard = Guard::on;
  std::vector<std::string> notices;
  const std::vector<Translation> guarded =
      copier.translator().translate(lines, 7, [&](const std::string& text) { notices.push_back(text); });
  for (const Translation& translation : guarded) {
    EXPECT_FALSE(loops(translation)) << translation.outputs.front().text;
    EXPECT_TRUE(translation.redone);
  }
  EXPECT_THAT(notices, Contains(AllOf(HasSubstr("translated once more"), HasSubstr("lines 7, 8"))));
}

TEST(TranslatorRules, TheGuardLeavesPrefixesAsTheyAre) {
  TranslatorOptions options = rule_options();
  options.guard = Guard::on;
  const std::string prefix = "dog dog dog dog dog dog dog dog dog dog dog";
  EXPECT_THAT(translate_one(transformer_translator(options), {"the cat sees.", 1, prefix}).outputs.front().text,
              StartsWith(prefix));
}

// Of several sentences as of one.
TEST(TranslatorRules, ScoresHaveWhatIsPreferred) {
  TranslatorOptions options = rule_options();
  options.search.n_best = 5;
  options.search.max_length = 12;
  options.rules.repetition_penalty = 3;
  options.split_sentences = SentenceSplitting::on;
  const Translation found = translate_one(transformer_translator(options), {"The dog sees. A cat waits."});
  EXPECT_TRUE(std::ranges::is_sorted(found.outputs, std::ranges::greater(), &Translation::Output::score));
  for (const Translation::Output& output : found.outputs) {
    EXPECT_LT(output.preferred, 0);
    EXPECT_NEAR(output.score, (output.log_prob + output.preferred) / static_cast<double>(output.tokens.size()), 1e-6);
  }
}

TEST(TranslatorRules, TheGuardLeavesAloneWhatIsAsItShouldBe) {
  Copier copier;
  copier.options.guard = Guard::on;
  const std::vector<std::string> lines = sample_sentences(20);
  const std::vector<Translation> found = copier.translator().translate(lines);
  EXPECT_EQ(best_texts(found), lines);
  for (const Translation& translation : found) EXPECT_FALSE(translation.redone);
}

TEST(TranslatorRules, TheGuardLeavesAloneWhatIsAsLongAsItShallBe) {
  TranslatorOptions options = rule_options(2);
  options.search.min_length = options.search.max_length = 40;
  options.guard = Guard::on;
  for (const Translation& translation : transformer_translator(options).translate(sample_sentences(10)))
    EXPECT_FALSE(translation.redone);
}

TEST(TranslatorRules, AMultiplierKeepsTokensFromComingAgain) {
  TranslatorOptions options = rule_options();
  const auto most = [&] {
    std::size_t most = 0;
    for (const Translation& translation : transformer_translator(options).translate(sample_sentences(10))) {
      std::vector<std::int32_t> ids = ids_of(translation.outputs.front());
      for (const std::int32_t id : ids) most = std::max<std::size_t>(most, std::ranges::count(ids, id));
    }
    return most;
  };
  const std::size_t plain = most();
  options.rules.repetition_penalty = 20;
  EXPECT_LT(most(), plain);
}

}  // namespace
}  // namespace dragoman
