#include "data/demo/lexicon.h"

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman::demo {
namespace {

constexpr Kinds kObjects = kThing | kVehicle | kClothes | kFurniture;
constexpr Kinds kPlaces = kBuilding | kTown | kView | kRoom | kPlace;
constexpr Kinds kGarb = kClothes | kVessel | kVehicle | kPlant;

constexpr Adjective kAdjectives[] = {
    {"old", "alt", "", "older", "älter", kPerson | kAnimal | kObjects | kPlaces | kSong},
    {"young", "jung", "", "younger", "jünger", kPerson | kAnimal},
    {"new", "neu", "", "newer", "neuer", kObjects | kBuilding | kText | kSong | kTask},
    {"big", "groß", "", "bigger", "größer", kAnimal | kObjects | kPlaces | kFood | kPublic},
    {"small", "klein", "", "smaller", "kleiner", kPerson | kAnimal | kObjects | kPlaces | kFood},
    {"beautiful", "schön", "", "more beautiful", "schöner", kClothes | kPlaces | kPlant | kSong | kPublic | kFurniture},
    {"ugly", "hässlich", "", "uglier", "hässlicher", kClothes | kBuilding | kFurniture},
    {"good", "gut", "", "better", "besser", kText | kFood | kDrink | kTask | kWork},
    {"bad", "schlecht", "", "worse", "schlechter", kText | kTask | kWork},
    {"expensive", "teuer", "teur", "more expensive", "teurer", kObjects | kFood | kDrink},
    {"cheap", "billig", "", "cheaper", "billiger", kObjects | kFood | kDrink},
    {"fresh", "frisch", "", "fresher", "frischer", kFood},
    {"hot", "heiß", "", "hotter", "heißer", kDrink | kCookable},
    {"cold", "kalt", "", "colder", "kälter", kDrink | kRoom | kCookable},
    {"sweet", "süß", "", "sweeter", "süßer", kSweet},
    {"heavy", "schwer", "", "heavier", "schwerer", kUpright | kFurniture},
    {"light", "leicht", "", "lighter", "leichter", kUpright | kClothes},
    {"long", "lang", "", "longer", "länger", kText | kEvent},
    {"short", "kurz", "", "shorter", "kürzer", kText | kEvent},
    {"red", "rot", "", "", "", kGarb},
    {"blue", "blau", "", "", "", kClothes | kVessel | kVehicle},
    {"green", "grün", "", "", "", kClothes | kVessel | kVehicle | kOpenable},
    {"yellow", "gelb", "", "", "", kGarb},
    {"black", "schwarz", "", "", "", kClothes | kPet | kFarm | kVehicle},
    {"white", "weiß", "", "", "", kClothes | kPet | kFarm | kOpenable},
    {"brown", "braun", "", "", "", kPet | kFarm | kFurniture},
    {"friendly", "freundlich", "", "friendlier", "freundlicher", kPerson | kPet},
    {"clever", "klug", "", "cleverer", "klüger", kPerson | kAnimal},
    {"strong", "stark", "", "stronger", "stärker", kPerson | kAnimal},
    {"famous", "berühmt", "", "more famous", "berühmter", kWork | kBuilding | kSong},
    {"rich", "reich", "", "richer", "reicher", kPerson},
    {"poor", "arm", "", "poorer", "ärmer", kPerson},
    {"brave", "mutig", "", "braver", "mutiger", kPerson | kPet},
    {"funny", "lustig", "", "funnier", "lustiger", kPerson | kTale | kText},
    {"lazy", "faul", "", "lazier", "fauler", kPerson | kPet | kFarm},
    {"polite", "höflich", "", "more polite", "höflicher", kPerson},
    {"strict", "streng", "", "stricter", "strenger", kWork | kRelative},
    {"fast", "schnell", "", "faster", "schneller", kVehicle | kPublic},
    {"slow", "langsam", "", "slower", "langsamer", kVehicle | kPublic},
    {"wild", "wild", "", "wilder", "wilder", kWild},
    {"empty", "leer", "", "", "", kVessel | kRoom | kOpenable},
    {"clean", "sauber", "", "cleaner", "sauberer", kClothes | kVessel | kRoom},
    {"dirty", "schmutzig", "", "dirtier", "schmutziger", kClothes | kVessel | kRoom | kVehicle},
    {"broken", "kaputt", "", "", "", kDevice | kVehicle | kFurniture},
    {"interesting", "interessant", "", "more interesting", "interessanter", kText | kTask | kEvent | kLearnable},
    {"boring", "langweilig", "", "more boring", "langweiliger", kText | kEvent | kSong},
    {"important", "wichtig", "", "more important", "wichtiger", kText | kTask | kEvent},
    {"difficult", "schwierig", "", "more difficult", "schwieriger", kTask | kLearnable},
    {"easy", "einfach", "", "easier", "einfacher", kTask | kLearnable},
    {"strange", "seltsam", "", "stranger", "seltsamer", kPerson | kText | kTask | kTale},
    {"dark", "dunkel", "dunkl", "darker", "dunkler", kRoom | kBuilding},
    {"quiet", "ruhig", "", "quieter", "ruhiger", kTown | kBuilding | kPerson},
    {"tired", "müde", "", "", "", kPerson | kPet, true},
    {"hungry", "hungrig", "", "", "", kPerson | kAnimal, true},
    {"thirsty", "durstig", "", "", "", kPerson | kAnimal, true},
    {"ill", "krank", "", "", "", kPerson | kAnimal, true},
    {"healthy", "gesund", "", "healthier", "gesünder", kPerson | kAnimal, true},
    {"happy", "glücklich", "", "happier", "glücklicher", kPerson, true},
    {"sad", "traurig", "", "sadder", "trauriger", kPerson, true},
    {"angry", "wütend", "", "", "", kPerson, true},
    {"nervous", "nervös", "", "", "", kPerson, true},
};

constexpr Modal kModals[] = {
    {"can", "", "", false, true, "kann", "kannst", "können"},
    {"must", "", "", false, false, "muss", "musst", "müssen"},
    {"should", "", "", false, true, "sollte", "solltest", "sollten"},
    {"may", "", "", false, false, "darf", "darfst", "dürfen"},
    {"", "want", "to", false, true, "will", "willst", "wollen"},
    {"would", "", "like to", false, false, "möchte", "möchtest", "möchten"},
    {"could", "", "", true, true, "konnte", "konntest", "konnten"},
    {"", "want", "to", true, true, "wollte", "wolltest", "wollten"},
    {"", "have", "to", true, false, "musste", "musstest", "mussten"},
};

constexpr unsigned kNow = kPresent | kModal;
constexpr unsigned kThen = kPast;
constexpr unsigned kAny = kPresent | kPast | kFuture | kModal;

constexpr Adverb kTimes[] = {
    {"today", "heute", kNow | kFuture | kPerfect},
    {"this morning", "heute Morgen", kPast | kPerfect},
    {"this week", "diese Woche", kPresent | kPerfect | kFuture | kModal},
    {"now", "jetzt", kNow},
    {"yesterday", "gestern", kThen},
    {"tomorrow", "morgen", kFuture | kModal},
    {"soon", "bald", kFuture | kModal},
    {"later", "später", kFuture | kPast},
    {"in the morning", "am Morgen", kAny},
    {"in the afternoon", "am Nachmittag", kAny},
    {"in the evening", "am Abend", kAny},
    {"at night", "in der Nacht", kAny},
    {"in summer", "im Sommer", kAny},
    {"in winter", "im Winter", kAny},
    {"on Monday", "am Montag", kAny},
    {"on Friday", "am Freitag", kAny},
    {"on Saturday", "am Samstag", kAny},
    {"on Sunday", "am Sonntag", kAny},
    {"every day", "jeden Tag", kPresent | kModal | kPast},
    {"every morning", "jeden Morgen", kPresent | kPast},
    {"every week", "jede Woche", kPresent | kPast},
    {"after lunch", "nach dem Mittagessen", kAny},
    {"before breakfast", "vor dem Frühstück", kAny},
    {"at six o'clock", "um sechs Uhr", kAny},
    {"at seven o'clock", "um sieben Uhr", kAny},
    {"at eight o'clock", "um acht Uhr", kAny},
    {"at nine o'clock", "um neun Uhr", kAny},
    {"at ten o'clock", "um zehn Uhr", kAny},
    {"last week", "letzte Woche", kThen},
    {"last year", "letztes Jahr", kThen},
    {"two years ago", "vor zwei Jahren", kThen},
    {"three days ago", "vor drei Tagen", kThen},
    {"next week", "nächste Woche", kFuture | kModal},
    {"next year", "nächstes Jahr", kFuture},
};

constexpr Adverb kFrequencies[] = {
    {"often", "oft", kPresent | kPast | kPerfect},
    {"always", "immer", kPresent | kPast},
    {"never", "nie", kPresent | kPast | kPerfect},
    {"sometimes", "manchmal", kPresent | kPast},
    {"already", "schon", kPerfect},
    {"usually", "meistens", kPresent},
};

constexpr Adverb kManners[] = {
    {"quickly", "schnell", 0, kPace},      {"slowly", "langsam", 0, kPace}, {"loudly", "laut", 0, kSound},
    {"quietly", "leise", 0, kSound},       {"well", "gut", 0, kQuality},    {"badly", "schlecht", 0, kQuality},
    {"carefully", "vorsichtig", 0, kCare},
};

constexpr Preposition kSurfacePrepositions[] = {
    {"on", "auf", Case::accusative},
    {"under", "unter", Case::accusative},
    {"next to", "neben", Case::accusative},
    {"behind", "hinter", Case::accusative},
};

constexpr Circumstance kCircumstances[] = {
    {"it is raining", "es regnet", false},
    {"it is snowing", "es schneit", false},
    {"the sun is shining", "die Sonne scheint", false},
    {"it is very late", "es sehr spät ist", false},
    {"the weather is good", "das Wetter gut ist", false},
    {"the weather is bad", "das Wetter schlecht ist", false},
    {"it is too cold", "es zu kalt ist", false},
    {"it was raining", "es regnete", true},
    {"it was snowing", "es schneite", true},
    {"the sun was shining", "die Sonne schien", true},
    {"it was very late", "es sehr spät war", true},
    {"the weather was good", "das Wetter gut war", true},
    {"it was too cold", "es zu kalt war", true},
};

}  // namespace

std::span<const Adjective> adjectives() {
  return kAdjectives;
}
std::span<const Modal> modals() {
  return kModals;
}
std::span<const Adverb> time_adverbs() {
  return kTimes;
}
std::span<const Adverb> frequency_adverbs() {
  return kFrequencies;
}
std::span<const Adverb> manner_adverbs() {
  return kManners;
}
std::span<const Preposition> surface_prepositions() {
  return kSurfacePrepositions;
}
std::span<const Circumstance> circumstances() {
  return kCircumstances;
}

const Adjective& adjective(std::string_view english) {
  for (const Adjective& candidate : kAdjectives) {
    if (candidate.english == english) return candidate;
  }
  throw std::invalid_argument(fmt::format("no adjective '{}' in the lexicon", english));
}

const Modal& modal(std::string_view english) {
  for (const Modal& candidate : kModals) {
    if (candidate.auxiliary == english || (!candidate.past && candidate.verb == english)) return candidate;
  }
  throw std::invalid_argument(fmt::format("no modal '{}' in the lexicon", english));
}

}  // namespace dragoman::demo
