#include "tokenizer/language_detector.h"

#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

using Codes = std::vector<std::string>;

std::string detected(const Codes& codes, const std::string& text) {
  const auto languages = LanguageDetector(codes).detect(text);
  return languages.empty() ? "" : languages.front().language;
}

double confidence(const Codes& codes, const std::string& text) {
  const auto languages = LanguageDetector(codes).detect(text);
  return languages.empty() ? 0 : languages.front().confidence;
}

const Codes kThree = {"en", "de", "fr"};

TEST(LanguageDetector, TellsSentencesApart) {
  EXPECT_EQ(detected(kThree, "A man in an orange hat is looking at something."), "en");
  EXPECT_EQ(detected(kThree, "Ein Mann mit einem orangefarbenen Hut schaut etwas an."), "de");
  EXPECT_EQ(detected(kThree, "Un homme avec un chapeau orange regarde quelque chose."), "fr");
}

TEST(LanguageDetector, TellsFewWordsApart) {
  EXPECT_EQ(detected(kThree, "Ein Mann."), "de") << "CLD2 alone takes it for Norwegian";
  EXPECT_EQ(detected(kThree, "Zwei Hunde"), "de") << "CLD2 alone takes it for Danish";
  EXPECT_EQ(detected(kThree, "the dog"), "en");
  EXPECT_EQ(detected(kThree, "bonjour"), "fr");
}

TEST(LanguageDetector, ChoosesAmongManyLanguages) {
  const Codes codes = {"cs", "da", "de", "en", "es", "fi", "fr", "it", "nl",
                       "pl", "pt", "sv", "ru", "uk", "ar", "ja", "ko"};
  EXPECT_EQ(detected(codes, "El perro corre por la playa con una pelota."), "es");
  EXPECT_EQ(detected(codes, "Il cane corre sulla spiaggia con una palla."), "it");
  EXPECT_EQ(detected(codes, "Det är en liten hund som leker på stranden."), "sv");
  EXPECT_EQ(detected(codes, "Собака бежит по пляжу с мячом."), "ru");
  EXPECT_EQ(detected(codes, "Я не знаю, що це таке."), "uk");
  EXPECT_EQ(detected(codes, "الكلب يجري على الشاطئ"), "ar");
  EXPECT_EQ(detected(codes, "犬がボールを持って浜辺を走っている。"), "ja");
  EXPECT_EQ(detected(codes, "개가 해변을 달린다"), "ko");
}

TEST(LanguageDetector, AnswersWithTheCodesThatWereGiven) {
  EXPECT_EQ(detected({"eng_Latn", "deu_Latn", "nob_Latn"}, "Das ist ein kleines Haus."), "deu_Latn");
  EXPECT_EQ(detected({"en_XX", "de_DE"}, "This is a small house."), "en_XX");
  EXPECT_EQ(detected({"en", "no"}, "Jeg vet ikke hva det er."), "no");
  EXPECT_EQ(detected({"en", "he"}, "שלום לכולם"), "he");
  EXPECT_EQ(detected({"pt-BR", "pt", "en"}, "O cachorro corre na praia."), "pt-BR");
}

TEST(LanguageDetector, TellsScriptsApartOnlyWhereBothAreThere) {
  const std::string simplified = "这个国家的经济发展很快", traditional = "這個國家的經濟發展很快";
  EXPECT_EQ(detected({"en", "zh-Hans", "zh-Hant"}, simplified), "zh-Hans");
  EXPECT_EQ(detected({"en", "zh-Hans", "zh-Hant"}, traditional), "zh-Hant");
  EXPECT_EQ(detected({"en", "zho_Hans", "zho_Hant"}, traditional), "zho_Hant");
  EXPECT_EQ(detected({"en", "zh"}, traditional), "zh");
  EXPECT_EQ(detected({"en", "zh"}, simplified), "zh");
  EXPECT_EQ(detected({"en", "sr"}, "Ovo je mala kuća"), "sr");
  EXPECT_EQ(detected({"en", "sr"}, "Ово је мала кућа"), "sr");
}

TEST(LanguageDetector, KnowsLanguagesThatOnlyHaveLists) {
  EXPECT_EQ(detected({"en", "de", "ast"}, "Toles persones nacen llibres y iguales en dignidá y drechos."), "ast");
}

TEST(LanguageDetector, SaysNothingWhereNothingCanBeSaid) {
  for (const std::string text : {"", " ", "12.5 %", "→ 😀", "\xff"}) EXPECT_EQ(detected(kThree, text), "") << text;
  EXPECT_EQ(detected(kThree, "Собака бежит по пляжу."), "") << "none of the languages has such letters";
  EXPECT_EQ(detected({"xx"}, "the dog"), "") << "a language that is not known";
}

TEST(LanguageDetector, IsLessSureOfLessTextAndOfOtherLanguages) {
  const std::string sentence = "A man in an orange hat is looking at something.";
  EXPECT_GT(confidence(kThree, sentence), 99);
  EXPECT_LE(confidence(kThree, sentence), 100);
  EXPECT_LT(confidence(kThree, "taxi"), 90);
  EXPECT_LT(confidence({"en", "de"}, "Koira juoksee rannalla pallon kanssa ja kissa katsoo."), 50);
}

TEST(LanguageDetector, ReportsTheLikelyOnesBestFirst) {
  const auto languages = LanguageDetector(kThree).detect("radio");
  ASSERT_GE(languages.size(), 2u);
  double sum = 0;
  for (std::size_t i = 0; i < languages.size(); ++i) {
    EXPECT_LE(languages[i].confidence, languages[i == 0 ? 0 : i - 1].confidence);
    sum += languages[i].confidence;
  }
  EXPECT_LE(sum, 100.001);
}

TEST(LanguageDetector, LooksAtTheTextBehindWhatIsNone) {
  EXPECT_EQ(detected(kThree, std::string(5000, '-') + " Der Hund läuft am Strand."), "de");
  std::string long_text;
  for (int i = 0; i < 20000; ++i) long_text += "Der Hund läuft am Strand. ";
  EXPECT_EQ(detected(kThree, long_text), "de");
  EXPECT_EQ(detected(kThree, "Der Hund läuft am Strand.\xff"), "de") << "up to what is no UTF-8";
}

TEST(LanguageDetector, KnowsAllLanguagesByDefault) {
  EXPECT_EQ(detected({}, "A man in an orange hat is looking at something."), "en");
  EXPECT_EQ(detected({}, "Mies oranssissa hatussa katselee jotakin."), "fi");
  EXPECT_EQ(detected({}, "這個國家的經濟發展很快"), "zh-Hant");
}

TEST(LanguageDetector, IsSharedByThreads) {
  const LanguageDetector detector(kThree);
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i)
        right[t] += detector.detect(i % 2 == 0 ? "the little dog" : "der kleine Hund").front().language ==
                    (i % 2 == 0 ? "en" : "de");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, std::vector<int>(4, 50));
}

}  // namespace
}  // namespace dragoman
