#include "training/data/language_tokens.h"

#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

const std::vector<LanguagePair> kThreePairs = {{"en", "de"}, {"en", "fr"}, {"de", "en"}};

Tokenizer tokenizer_with(std::vector<std::string> control_pieces) {
  const auto lines = sample_lines();
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.vocabulary_size = 140;
  options.control_pieces = std::move(control_pieces);
  return train_tokenizer(texts, options, 1, {});
}

TEST(LanguageTokensTest, ArePiecesOfTheLanguagesThatTheModelIsToldOf) {
  EXPECT_THAT(language_pieces(kThreePairs, LanguageTokens::source), ElementsAre("<2de>", "<2en>", "<2fr>"));
  EXPECT_THAT(language_pieces(std::span(kThreePairs).first(2), LanguageTokens::source), ElementsAre("<2de>", "<2fr>"));
  EXPECT_THAT(language_pieces(std::span(kThreePairs).first(2), LanguageTokens::both),
              ElementsAre("<2de>", "<2en>", "<2fr>"));
  EXPECT_THAT(language_pieces(std::span(kThreePairs).first(1), LanguageTokens::both), IsEmpty());
}

TEST(LanguageTokensTest, StandWhereTheOptionSays) {
  const Tokenizer tokenizer = tokenizer_with({"<2de>", "<2en>", "<2fr>"});
  const Tokenizers both{tokenizer, tokenizer};
  const TextTemplate source = language_template(both, kThreePairs, LanguageTokens::source);
  EXPECT_THAT(source.languages, ElementsAre(Language{"de", 4}, Language{"en", 5}, Language{"fr", 6}));
  EXPECT_THAT(source.source_before, ElementsAre(TextTemplate::kTargetLang));
  EXPECT_THAT(source.target_before, IsEmpty());
  const TextTemplate sides = language_template(both, kThreePairs, LanguageTokens::both);
  EXPECT_THAT(sides.source_before, ElementsAre(TextTemplate::kSourceLang));
  EXPECT_THAT(sides.target_before, ElementsAre(TextTemplate::kTargetLang));
  EXPECT_EQ(language_template(both, std::span(kThreePairs).first(1), LanguageTokens::both), TextTemplate{});
}

TEST(LanguageTokensTest, NamesThePiecesThatATokenizerLacks) {
  const Tokenizer some = tokenizer_with({"<2en>"}), other = tokenizer_with({"<2de>", "<2en>", "<2fr>"});
  EXPECT_THAT(
      [&] {
        language_template({some, some}, kThreePairs, LanguageTokens::source);
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("the tokenizer has no piece <2de>, no <2fr>")));
  EXPECT_THAT(
      [&] {
        language_template({some, other}, kThreePairs, LanguageTokens::source);
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("<2en> has another id in the target tokenizer")));
}

// Nobody can choose a language by what stands in a text.
TEST(LanguageTokensTest, AreNeverMadeOfText) {
  const Tokenizer tokenizer = tokenizer_with({"<2de>"});
  EXPECT_EQ(tokenizer.piece(4), "<2de>");
  EXPECT_THAT(tokenizer.encode("<2de> old"), ::testing::Not(::testing::Contains(4)));
  EXPECT_FALSE(tokenizer.is_text(4));
  EXPECT_EQ(tokenizer.decode(std::vector<std::int32_t>{4}), "");
}

}  // namespace
}  // namespace dragoman
