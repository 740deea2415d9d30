#include "data/demo/german_morphology.h"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman::demo {
namespace {

constexpr std::array kCases = {Case::nominative, Case::accusative, Case::dative, Case::genitive};

// Adjective and noun in the four cases, with the article that goes with the declension.
std::vector<std::string> table(std::string_view article, Declension declension, const char* adjective_english,
                               const char* noun_english, bool plural) {
  std::vector<std::string> forms;
  const Noun& head = noun(noun_english);
  for (const Case each : kCases) {
    std::string form;
    if (article == "der") form = definite_article(each, head.gender, plural) + " ";
    if (article == "ein" || article == "kein" || article == "unser")
      form = ein_word(article, each, head.gender, plural) + " ";
    if (article == "dies") form = der_word(article, each, head.gender, plural) + " ";
    form += decline(adjective(adjective_english), declension, each, head.gender, plural);
    forms.push_back(form + " " + decline(head, each, plural));
  }
  return forms;
}

using testing::ElementsAre;

TEST(GermanMorphology, WeakDeclensionAfterTheDefiniteArticle) {
  EXPECT_THAT(table("der", Declension::weak, "old", "man", false),
              ElementsAre("der alte Mann", "den alten Mann", "dem alten Mann", "des alten Mannes"));
  EXPECT_THAT(table("der", Declension::weak, "young", "woman", false),
              ElementsAre("die junge Frau", "die junge Frau", "der jungen Frau", "der jungen Frau"));
  EXPECT_THAT(table("der", Declension::weak, "small", "child", false),
              ElementsAre("das kleine Kind", "das kleine Kind", "dem kleinen Kind", "des kleinen Kindes"));
  EXPECT_THAT(table("der", Declension::weak, "small", "child", true),
              ElementsAre("die kleinen Kinder", "die kleinen Kinder", "den kleinen Kindern", "der kleinen Kinder"));
  EXPECT_THAT(table("dies", Declension::weak, "new", "book", false),
              ElementsAre("dieses neue Buch", "dieses neue Buch", "diesem neuen Buch", "dieses neuen Buches"));
}

TEST(GermanMorphology, MixedDeclensionAfterEinWords) {
  EXPECT_THAT(table("ein", Declension::mixed, "old", "dog", false),
              ElementsAre("ein alter Hund", "einen alten Hund", "einem alten Hund", "eines alten Hundes"));
  EXPECT_THAT(table("ein", Declension::mixed, "big", "house", false),
              ElementsAre("ein großes Haus", "ein großes Haus", "einem großen Haus", "eines großen Hauses"));
  EXPECT_THAT(table("kein", Declension::mixed, "good", "story", false),
              ElementsAre("keine gute Geschichte", "keine gute Geschichte", "keiner guten Geschichte",
                          "keiner guten Geschichte"));
  EXPECT_THAT(
      table("unser", Declension::mixed, "old", "aunt", true),
      ElementsAre("unsere alten Tanten", "unsere alten Tanten", "unseren alten Tanten", "unserer alten Tanten"));
}

TEST(GermanMorphology, StrongDeclensionWithoutArticle) {
  EXPECT_THAT(table("", Declension::strong, "hot", "coffee", false),
              ElementsAre("heißer Kaffee", "heißen Kaffee", "heißem Kaffee", "heißen Kaffees"));
  EXPECT_THAT(table("", Declension::strong, "cold", "milk", false),
              ElementsAre("kalte Milch", "kalte Milch", "kalter Milch", "kalter Milch"));
  EXPECT_THAT(table("", Declension::strong, "cold", "water", false),
              ElementsAre("kaltes Wasser", "kaltes Wasser", "kaltem Wasser", "kalten Wassers"));
  EXPECT_THAT(table("", Declension::strong, "fresh", "apple", true),
              ElementsAre("frische Äpfel", "frische Äpfel", "frischen Äpfeln", "frischer Äpfel"));
}

TEST(GermanMorphology, AdjectiveStems) {
  EXPECT_EQ(decline(adjective("expensive"), Declension::mixed, Case::nominative, Gender::neuter, false), "teures");
  EXPECT_EQ(decline(adjective("dark"), Declension::weak, Case::dative, Gender::feminine, false), "dunklen");
  EXPECT_EQ(decline(adjective("tired"), Declension::mixed, Case::nominative, Gender::masculine, false), "müder");
}

TEST(GermanMorphology, WeakMasculineNouns) {
  EXPECT_EQ(decline(noun("boy"), Case::nominative, false), "Junge");
  EXPECT_EQ(decline(noun("boy"), Case::accusative, false), "Jungen");
  EXPECT_EQ(decline(noun("student"), Case::dative, false), "Studenten");
  EXPECT_EQ(decline(noun("neighbour"), Case::genitive, false), "Nachbarn");
  EXPECT_EQ(decline(noun("bear"), Case::accusative, false), "Bären");
  EXPECT_EQ(decline(noun("teacher"), Case::accusative, false), "Lehrer");
}

TEST(GermanMorphology, DativePlural) {
  const std::pair<const char*, const char*> kForms[] = {
      {"teacher", "Lehrern"}, {"garden", "Gärten"}, {"car", "Autos"},    {"woman", "Frauen"},
      {"house", "Häusern"},   {"goose", "Gänsen"},  {"girl", "Mädchen"}, {"queen", "Königinnen"}};
  for (const auto& [english, german] : kForms) EXPECT_EQ(decline(noun(english), Case::dative, true), german);
}

TEST(GermanMorphology, Pronouns) {
  EXPECT_EQ(german_pronoun(Person::third, false, Gender::masculine, Case::accusative), "ihn");
  EXPECT_EQ(german_pronoun(Person::third, false, Gender::feminine, Case::dative), "ihr");
  EXPECT_EQ(german_pronoun(Person::third, true, Gender::feminine, Case::dative), "ihnen");
  EXPECT_EQ(german_pronoun(Person::first, false, Gender::masculine, Case::dative), "mir");
  EXPECT_EQ(german_pronoun(Person::second, false, Gender::masculine, Case::accusative), "dich");
  EXPECT_EQ(german_pronoun(Person::first, true, Gender::masculine, Case::nominative), "wir");
  EXPECT_EQ(reflexive_pronoun(Person::first, true), "uns");
  EXPECT_EQ(reflexive_pronoun(Person::third, true), "sich");
  EXPECT_EQ(relative_pronoun(Case::dative, Gender::neuter, true), "denen");
  EXPECT_EQ(relative_pronoun(Case::dative, Gender::feminine, false), "der");
  EXPECT_EQ(possessive_stem(Person::third, false, Gender::masculine), "sein");
  EXPECT_EQ(possessive_stem(Person::third, true, Gender::masculine), "ihr");
  EXPECT_THROW(german_pronoun(Person::second, true, Gender::masculine, Case::dative), std::invalid_argument);
}

struct VerbForms {
  const char* english;
  Frame frame;
  // ich, du, er, wir; preterite er, sie (plural); participle; infinitive with zu; imperative
  std::array<const char*, 9> forms;
};

TEST(GermanMorphology, VerbForms) {
  const VerbForms kTable[] = {
      {"buy",
       Frame::transitive,
       {"kaufe", "kaufst", "kauft", "kaufen", "kaufte", "kauften", "gekauft", "zu kaufen", "kaufe"}},
      {"read", Frame::transitive, {"lese", "liest", "liest", "lesen", "las", "lasen", "gelesen", "zu lesen", "lies"}},
      {"eat", Frame::transitive, {"esse", "isst", "isst", "essen", "aß", "aßen", "gegessen", "zu essen", "iss"}},
      {"carry",
       Frame::transitive,
       {"trage", "trägst", "trägt", "tragen", "trug", "trugen", "getragen", "zu tragen", "trag"}},
      {"open",
       Frame::transitive,
       {"öffne", "öffnest", "öffnet", "öffnen", "öffnete", "öffneten", "geöffnet", "zu öffnen", "öffne"}},
      {"work",
       Frame::intransitive,
       {"arbeite", "arbeitest", "arbeitet", "arbeiten", "arbeitete", "arbeiteten", "gearbeitet", "zu arbeiten",
        "arbeite"}},
      {"repair",
       Frame::transitive,
       {"repariere", "reparierst", "repariert", "reparieren", "reparierte", "reparierten", "repariert", "zu reparieren",
        "repariere"}},
      {"visit",
       Frame::transitive,
       {"besuche", "besuchst", "besucht", "besuchen", "besuchte", "besuchten", "besucht", "zu besuchen", "besuche"}},
      {"greet",
       Frame::transitive,
       {"grüße", "grüßt", "grüßt", "grüßen", "grüßte", "grüßten", "gegrüßt", "zu grüßen", "grüße"}},
      {"find",
       Frame::transitive,
       {"finde", "findest", "findet", "finden", "fand", "fanden", "gefunden", "zu finden", "finde"}},
      {"feed",
       Frame::transitive,
       {"füttere", "fütterst", "füttert", "füttern", "fütterte", "fütterten", "gefüttert", "zu füttern", "füttere"}},
      {"give", Frame::ditransitive, {"gebe", "gibst", "gibt", "geben", "gab", "gaben", "gegeben", "zu geben", "gib"}},
      {"invite",
       Frame::transitive,
       {"lade", "lädst", "lädt", "laden", "lud", "luden", "eingeladen", "einzuladen", "lade"}},
      {"get up",
       Frame::intransitive,
       {"stehe", "stehst", "steht", "stehen", "stand", "standen", "aufgestanden", "aufzustehen", "steh"}},
      {"prepare",
       Frame::transitive,
       {"bereite", "bereitest", "bereitet", "bereiten", "bereitete", "bereiteten", "vorbereitet", "vorzubereiten",
        "bereite"}},
      {"have", Frame::transitive, {"habe", "hast", "hat", "haben", "hatte", "hatten", "gehabt", "zu haben", "hab"}},
      {"be", Frame::copula, {"bin", "bist", "ist", "sind", "war", "waren", "gewesen", "zu sein", ""}},
      {"become", Frame::copula, {"werde", "wirst", "wird", "werden", "wurde", "wurden", "geworden", "zu werden", ""}},
      {"know", Frame::clausal, {"weiß", "weißt", "weiß", "wissen", "wusste", "wussten", "gewusst", "zu wissen", ""}},
      {"understand",
       Frame::transitive,
       {"verstehe", "verstehst", "versteht", "verstehen", "verstand", "verstanden", "verstanden", "zu verstehen",
        "versteh"}},
  };
  for (const VerbForms& row : kTable) {
    SCOPED_TRACE(row.english);
    const GermanVerb& verb_row = verb(row.english, row.frame).german;
    EXPECT_EQ(conjugate(verb_row, false, Person::first, false), row.forms[0]);
    EXPECT_EQ(conjugate(verb_row, false, Person::second, false), row.forms[1]);
    EXPECT_EQ(conjugate(verb_row, false, Person::third, false), row.forms[2]);
    EXPECT_EQ(conjugate(verb_row, false, Person::first, true), row.forms[3]);
    EXPECT_EQ(conjugate(verb_row, true, Person::third, false), row.forms[4]);
    EXPECT_EQ(conjugate(verb_row, true, Person::third, true), row.forms[5]);
    EXPECT_EQ(german_participle(verb_row), row.forms[6]);
    EXPECT_EQ(zu_infinitive(verb_row), row.forms[7]);
    if (*row.forms[8] != '\0') {
      EXPECT_EQ(german_imperative(verb_row), row.forms[8]);
    }
  }
}

TEST(GermanMorphology, Numbers) {
  const std::pair<int, const char*> kNumbers[] = {{2, "zwei"},
                                                  {12, "zwölf"},
                                                  {16, "sechzehn"},
                                                  {17, "siebzehn"},
                                                  {20, "zwanzig"},
                                                  {21, "einundzwanzig"},
                                                  {30, "dreißig"},
                                                  {47, "siebenundvierzig"},
                                                  {66, "sechsundsechzig"},
                                                  {99, "neunundneunzig"}};
  for (const auto& [value, words] : kNumbers) EXPECT_EQ(german_number(value), words);
  EXPECT_THROW(german_number(1), std::invalid_argument);
  EXPECT_THROW(german_number(100), std::invalid_argument);
}

TEST(GermanMorphology, Contractions) {
  EXPECT_EQ(join_preposition("in", "dem"), "im");
  EXPECT_EQ(join_preposition("in", "das"), "ins");
  EXPECT_EQ(join_preposition("an", "dem"), "am");
  EXPECT_EQ(join_preposition("zu", "dem"), "zum");
  EXPECT_EQ(join_preposition("zu", "der"), "zur");
  EXPECT_EQ(join_preposition("von", "dem"), "vom");
  EXPECT_EQ(join_preposition("in", "der"), "in der");
  EXPECT_EQ(join_preposition("auf", "dem"), "auf dem");
}

}  // namespace
}  // namespace dragoman::demo
