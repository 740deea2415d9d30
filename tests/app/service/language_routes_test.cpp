#include "app/service/language_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

std::vector<std::string> codes_of(const LanguageRoutes& routes) {
  std::vector<std::string> codes;
  for (const ServedLanguage& language : routes.sources()) codes.push_back(language.code);
  return codes;
}

LanguageRoutes routes_of(const std::vector<ModelLanguages>& models) {
  return LanguageRoutes(models);
}

TEST(LanguageRoutes, TakeTheFirstModelOfAPair) {
  const LanguageRoutes routes = routes_of({{{"en"}, {"de"}}, {{"en"}, {"de"}}, {{"de"}, {"en"}}});
  const auto there = routes.find("en", "de"), back = routes.find("de", "en");
  ASSERT_TRUE(there && back);
  EXPECT_EQ(there->first.model, 0U);
  EXPECT_EQ(back->first.model, 2U);
  EXPECT_FALSE(there->second);
  EXPECT_FALSE(routes.find("en", "en"));
  EXPECT_FALSE(routes.find("en", "fr"));
  EXPECT_FALSE(routes.find("fr", "en"));
}

TEST(LanguageRoutes, GoThroughAThirdLanguageWhereThereIsNoDirectWay) {
  const LanguageRoutes routes = routes_of({{{"de"}, {"es"}}, {{"es"}, {"fr"}}, {{"de"}, {"en"}}, {{"en"}, {"fr"}}});
  const auto route = routes.find("de", "fr");
  ASSERT_TRUE(route && route->second);
  EXPECT_EQ(route->first.model, 2U) << "through English";
  EXPECT_EQ(route->second->model, 3U);
  EXPECT_EQ(route->second->languages, (LanguagePair{"en", "fr"}));
  EXPECT_FALSE(routes.find("fr", "de"));
  EXPECT_THAT(routes.sources().front().targets, ElementsAre("es", "fr", "en"));

  const LanguageRoutes without_english = routes_of({{{"de"}, {"es"}}, {{"es"}, {"fr"}}});
  const auto through_spanish = without_english.find("de", "fr");
  ASSERT_TRUE(through_spanish && through_spanish->second);
  EXPECT_EQ(through_spanish->first.model, 0U);
}

TEST(LanguageRoutes, PreferADirectWayToOneThroughAThird) {
  const LanguageRoutes routes = routes_of({{{"de"}, {"en"}}, {{"en"}, {"fr"}}, {{"de"}, {"fr"}}});
  const auto route = routes.find("de", "fr");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->first.model, 2U);
  EXPECT_FALSE(route->second);
}

TEST(LanguageRoutes, NameTheLanguagesOfAModelByTheShortestCodes) {
  const std::vector<std::string> all = {"eng_Latn", "deu_Latn", "zho_Hans", "zho_Hant"};
  const LanguageRoutes routes = routes_of({{all, all}});
  EXPECT_THAT(codes_of(routes), ElementsAre("en", "de", "zh-Hans", "zh-Hant"));
  const auto route = routes.find("en", "zh-Hant");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->first.languages, (LanguagePair{"eng_Latn", "zho_Hant"}));
}

TEST(LanguageRoutes, KnowLanguagesByOtherNames) {
  const std::vector<std::string> all = {"eng_Latn", "deu_Latn", "zho_Hans", "zho_Hant", "por_Latn"};
  const LanguageRoutes routes = routes_of({{all, all}});
  EXPECT_EQ(routes.source_named("EN"), "en");
  EXPECT_EQ(routes.source_named("en-US"), "en");
  EXPECT_EQ(routes.source_named("deu"), "de");
  EXPECT_EQ(routes.target_named("zh"), "zh-Hans");
  EXPECT_EQ(routes.target_named("zt"), "zh-Hant");
  EXPECT_EQ(routes.target_named("zh-TW"), "zh-Hant");
  EXPECT_EQ(routes.target_named("pt-BR"), "pt");
  for (const char* const unknown : {"zz", "", "auto", "german", "fr"})
    EXPECT_EQ(routes.source_named(unknown), std::nullopt) << unknown;
}

TEST(LanguageRoutes, OfManyLanguagesAreFoundInNoTime) {
  std::vector<std::string> all;
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b < 'i'; ++b) all.push_back(std::string{'q', a, b});
  }
  const LanguageRoutes routes = routes_of({{all, all}, {{"en"}, {"de"}}});
  EXPECT_EQ(routes.targets().size(), all.size() + 1);
  EXPECT_FALSE(routes.find("qaa", "de"));
}

}  // namespace
}  // namespace dragoman
