#include "metrics/text_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;
using Lines = std::vector<std::string>;

// As sacreBLEU: sacrebleu.corpus_bleu(["a b ."] * 100, [["a b ."] * 100]) warns, with 99 it does not.
TEST(TextWarnings, HundredLinesThatEndInABlankAndAFullStopAreTokenised) {
  Lines lines(99, "It rains .");
  lines.resize(300, "It rains.");
  EXPECT_EQ(tokenised_text_warning(lines), std::nullopt);
  lines.push_back("It rains . \t");  // sacreBLEU's command takes white space from the end
  EXPECT_THAT(tokenised_text_warning(lines), Optional(HasSubstr("100 lines end in ' .'")));
}

TEST(TextWarnings, NamesTheSideThatIsInAnotherNormalForm) {
  const Lines composed = {"plain", "caf\u00e9", "se\u00f1or"}, decomposed = {"plain", "cafe\u0301", "sen\u0303or"};
  EXPECT_EQ(normal_form_warning(composed, {composed}), std::nullopt);
  EXPECT_EQ(normal_form_warning(decomposed, {decomposed}), std::nullopt);
  EXPECT_THAT(normal_form_warning(decomposed, {composed}), Optional(HasSubstr("2 of the hypotheses are not")));
  EXPECT_THAT(normal_form_warning(decomposed, {composed}), Optional(HasSubstr("the first is line 2")));
  EXPECT_THAT(normal_form_warning(composed, {composed, decomposed}),
              Optional(HasSubstr("2 of the references are not")));
  EXPECT_THAT(normal_form_warning(Lines{"cafe\u0301"}, {Lines{"caf\u00e9"}}),
              Optional(HasSubstr("1 of the hypotheses is not in Unicode's normal form C (line 1)")));
}

TEST(TextWarnings, BytesThatAreNoTextAreInNoNormalForm) {
  EXPECT_EQ(normal_form_warning(Lines{"\xff\xfe"}, {Lines{"caf\u00e9"}}), std::nullopt);
}

TEST(TextWarnings, RougeDoesNotSeeOtherScripts) {
  EXPECT_EQ(unseen_script_warning({{"Übergrößenträger tragen Schuhe, 50 Stück."}}), std::nullopt);
  EXPECT_EQ(unseen_script_warning({{"...", ""}}), std::nullopt);
  EXPECT_THAT(unseen_script_warning({{"Идёт дождь, 12", "ok"}}), Optional(HasSubstr("4 of the references' 13")));
  EXPECT_THAT(unseen_script_warning({{"雨が降っている"}}), Optional(HasSubstr("ROUGE sees the ASCII letters")));
}

}  // namespace
}  // namespace dragoman
