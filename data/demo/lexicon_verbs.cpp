#include "data/demo/lexicon.h"

#include <fmt/format.h>
#include <stdexcept>
#include <vector>

namespace dragoman::demo {
namespace {

constexpr Kinds kGoods = kFood | kThing | kVehicle | kClothes | kText | kFurniture | kPlant;
constexpr Kinds kPortable = kThing | kClothes;
constexpr Preposition kPlain{"", "", Case::dative};
constexpr Preposition kToIndirect{"to", "", Case::dative};

// One verb a row:
// {base, past, participle, particle}, {infinitive, third, past, participle, prefix, with sein, reflexive}, frame,
// subjects, objects
// clang-format off
constexpr Verb kTransitive[] = {
    {{"buy", "bought", "bought"}, {"kaufen"}, Frame::transitive, kPerson, kGoods, kSomewhere},
    {{"sell", "sold", "sold"}, {"verkaufen"}, Frame::transitive, kPerson, kGoods | kFarm | kBuilding, kSomewhere},
    {{"eat", "ate", "eaten"}, {"essen", "isst", "aß", "gegessen"}, Frame::transitive, kPerson, kFood, kSomewhere},
    {{"drink", "drank", "drunk"}, {"trinken", "", "trank", "getrunken"}, Frame::transitive, kPerson, kDrink,
     kSomewhere},
    {{"order"}, {"bestellen"}, Frame::transitive, kPerson, kFood | kDrink, kSomewhere},
    {{"cook"}, {"kochen"}, Frame::transitive, kPerson, kCookable, kSomewhere},
    {{"bake"}, {"backen", "backt", "backte", "gebacken"}, Frame::transitive, kPerson, kBaked, kSomewhere},
    {{"cut", "cut", "cut"}, {"schneiden", "", "schnitt", "geschnitten"}, Frame::transitive, kPerson, kBaked, kCare},
    {{"read", "read", "read"}, {"lesen", "liest", "las", "gelesen"}, Frame::transitive, kPerson, kText,
     kPace | kSomewhere},
    {{"write", "wrote", "written"}, {"schreiben", "", "schrieb", "geschrieben"}, Frame::transitive, kPerson, kText,
     kPace | kSomewhere},
    {{"sing", "sang", "sung"}, {"singen", "", "sang", "gesungen"}, Frame::transitive, kPerson, kSong,
     kSound | kSomewhere},
    {{"learn"}, {"lernen"}, Frame::transitive, kPerson, kLearnable, kPace | kSomewhere},
    {{"hear", "heard", "heard"}, {"hören"}, Frame::transitive, kPerson, kSong | kWild | kPerson | kPublic,
     kSomewhere | kUnwilled},
    {{"see", "saw", "seen"}, {"sehen", "sieht", "sah", "gesehen"}, Frame::transitive, kPerson | kAnimal,
     kPerson | kAnimal | kView | kPublic, kSomewhere | kUnwilled},
    {{"find", "found", "found"}, {"finden", "", "fand", "gefunden"}, Frame::transitive, kPerson,
     kPortable | kText | kPet, kSomewhere | kUnwilled},
    {{"look", "", "", "for"}, {"suchen"}, Frame::transitive, kPerson, kPortable | kPet | kPerson | kBuilding,
     kSomewhere},
    {{"lose", "lost", "lost"}, {"verlieren", "", "verlor", "verloren"}, Frame::transitive, kPerson,
     kPortable | kText, kSomewhere | kUnwilled},
    {{"forget", "forgot", "forgotten"}, {"vergessen", "vergisst", "vergaß", "vergessen"}, Frame::transitive, kPerson,
     kPortable | kLearnable | kTask, kUnwilled},
    {{"need"}, {"brauchen"}, Frame::transitive, kPerson, kThing | kVehicle | kClothes | kFurniture, kStative},
    {{"have", "had", "had"}, {"haben", "hat", "hatte", "gehabt"}, Frame::transitive, kPerson,
     kGoods | kPet | kFarm | kTask, kStative},
    {{"carry", "carried", "carried"}, {"tragen", "trägt", "trug", "getragen"}, Frame::transitive, kPerson,
     kUpright | kFood, kCare},
    {{"wear", "wore", "worn"}, {"tragen", "trägt", "trug", "getragen"}, Frame::transitive, kPerson, kClothes, kStative},
    {{"repair"}, {"reparieren"}, Frame::transitive, kPerson, kVehicle | kDevice | kFurniture,
     kPace | kCare | kSomewhere},
    {{"clean"}, {"putzen"}, Frame::transitive, kPerson, kRoom | kOpenable | kVessel, kPace},
    {{"wash"}, {"waschen", "wäscht", "wusch", "gewaschen"}, Frame::transitive, kPerson,
     kClothes | kVehicle | kVessel | kPet, kPace},
    {{"paint"}, {"malen"}, Frame::transitive, kPerson, kPerson | kAnimal | kView | kPlant, kPace | kSomewhere},
    {{"draw", "drew", "drawn"}, {"zeichnen"}, Frame::transitive, kPerson, kAnimal | kView | kBuilding,
     kPace | kSomewhere},
    {{"build", "built", "built"}, {"bauen"}, Frame::transitive, kPerson, kBuilding | kVehicle | kFurniture, kPace},
    {{"open"}, {"öffnen"}, Frame::transitive, kPerson, kOpenable, kPace | kCare},
    {{"close"}, {"schließen", "", "schloss", "geschlossen"}, Frame::transitive, kPerson, kOpenable, kPace | kCare},
    {{"break", "broke", "broken"}, {"zerbrechen", "zerbricht", "zerbrach", "zerbrochen"}, Frame::transitive, kPerson,
     kVessel, kUnwilled},
    {{"fill"}, {"füllen"}, Frame::transitive, kPerson, kVessel, kPace | kCare},
    {{"hide", "hid", "hidden"}, {"verstecken"}, Frame::transitive, kPerson, kPortable | kText, kSomewhere},
    {{"steal", "stole", "stolen"}, {"stehlen", "stiehlt", "stahl", "gestohlen"}, Frame::transitive, kPerson,
     kPortable | kVehicle | kFarm},
    {{"visit"}, {"besuchen"}, Frame::transitive, kPerson, kPerson | kBuilding | kTown},
    {{"love"}, {"lieben"}, Frame::transitive, kPerson, kPerson | kPet | kSong | kSweet, kStative},
    {{"meet", "met", "met"}, {"treffen", "trifft", "traf", "getroffen"}, Frame::transitive, kPerson, kPerson,
     kSomewhere},
    {{"ask"}, {"fragen"}, Frame::transitive, kPerson, kPerson},
    {{"greet"}, {"grüßen"}, Frame::transitive, kPerson, kPerson, kSomewhere},
    {{"praise"}, {"loben"}, Frame::transitive, kPerson, kPerson},
    {{"photograph"}, {"fotografieren"}, Frame::transitive, kPerson, kPerson | kAnimal | kView | kBuilding, kSomewhere},
    {{"admire"}, {"bewundern"}, Frame::transitive, kPerson, kPerson | kView | kBuilding, kStative},
    {{"understand", "understood", "understood"}, {"verstehen", "", "verstand", "verstanden"}, Frame::transitive,
     kPerson, kText | kTask | kLearnable | kPerson, kStative},
    {{"answer"}, {"beantworten"}, Frame::transitive, kPerson, kAnswerable, kPace},
    {{"solve"}, {"lösen"}, Frame::transitive, kPerson, kSolvable, kPace},
    {{"tell", "told", "told"}, {"erzählen"}, Frame::transitive, kPerson, kTale, kSomewhere},
    {{"feed", "fed", "fed"}, {"füttern"}, Frame::transitive, kPerson, kAnimal, kSomewhere},
    {{"chase"}, {"jagen"}, Frame::transitive, kAnimal, kAnimal},
    {{"catch", "caught", "caught"}, {"fangen", "fängt", "fing", "gefangen"}, Frame::transitive, kPerson | kAnimal,
     kAnimal},
    {{"watch"}, {"beobachten"}, Frame::transitive, kPerson | kAnimal, kPerson | kAnimal | kPublic},
    {{"plant"}, {"pflanzen"}, Frame::transitive, kPerson, kPlant, kCare},
    {{"water"}, {"gießen", "", "goss", "gegossen"}, Frame::transitive, kPerson, kPlant},
    {{"call"}, {"rufen", "", "rief", "gerufen", "an"}, Frame::transitive, kPerson, kPerson},
    {{"pick", "", "", "up"}, {"holen", "", "", "", "ab"}, Frame::transitive, kPerson, kPerson | kPortable},
    {{"invite"}, {"laden", "lädt", "lud", "geladen", "ein"}, Frame::transitive, kPerson, kPerson},
    {{"tidy", "tidied", "tidied", "up"}, {"räumen", "", "", "", "auf"}, Frame::transitive, kPerson, kRoom, kPace},
    {{"put", "put", "put", "on"}, {"ziehen", "", "zog", "gezogen", "an"}, Frame::transitive, kPerson, kClothes, kPace},
    {{"try", "tried", "tried", "on"}, {"probieren", "", "", "", "an"}, Frame::transitive, kPerson, kClothes},
    {{"throw", "threw", "thrown", "away"}, {"werfen", "wirft", "warf", "geworfen", "weg"}, Frame::transitive,
     kPerson, kPortable | kText},
    {{"turn", "", "", "on"}, {"schalten", "", "", "", "ein"}, Frame::transitive, kPerson, kDevice},
    {{"turn", "", "", "off"}, {"schalten", "", "", "", "aus"}, Frame::transitive, kPerson, kDevice},
    {{"bring", "brought", "brought", "along"}, {"bringen", "", "brachte", "gebracht", "mit"}, Frame::transitive,
     kPerson, kPortable | kSweet | kPet | kDrink},
    {{"borrow"}, {"leihen", "", "lieh", "geliehen", "aus"}, Frame::transitive, kPerson, kText | kVehicle | kThing},
    {{"pack"}, {"packen", "", "", "", "ein"}, Frame::transitive, kPerson, kPortable, kPace},
    {{"prepare"}, {"bereiten", "", "", "", "vor"}, Frame::transitive, kPerson, kEvent, kCare},
    {{"lock"}, {"schließen", "", "schloss", "geschlossen", "ab"}, Frame::transitive, kPerson,
     kVehicle | kHome},
    {{"look", "", "", "at"}, {"sehen", "sieht", "sah", "gesehen", "an"}, Frame::transitive, kPerson | kAnimal,
     kPerson | kView | kBuilding | kAnimal, kCare},
    {{"eat", "ate", "eaten", "up"}, {"essen", "isst", "aß", "gegessen", "auf"}, Frame::transitive, kPerson | kAnimal,
     kFood},
};

constexpr Verb kIndirect[] = {
    {{"help"}, {"helfen", "hilft", "half", "geholfen"}, Frame::dative, kPerson, kPerson},
    {{"thank"}, {"danken"}, Frame::dative, kPerson, kPerson},
    {{"follow"}, {"folgen", "", "", "", "", true}, Frame::dative, kPerson | kPet, kPerson | kAnimal},
    {{"trust"}, {"vertrauen"}, Frame::dative, kPerson, kPerson, kStative},
    {{"belong", "", "", "to"}, {"gehören"}, Frame::dative, kVehicle | kBuilding | kThing | kClothes | kPet, kPerson,
     kStative},
    {{"listen", "", "", "to"}, {"hören", "", "", "", "zu"}, Frame::dative, kPerson, kPerson, kCare},
    {{"like"}, {"gefallen", "gefällt", "gefiel", "gefallen"}, Frame::experiencer, kPerson,
     kText | kVehicle | kClothes | kBuilding | kSong | kTown | kTask, kStative},
    {{"give", "gave", "given"}, {"geben", "gibt", "gab", "gegeben"}, Frame::ditransitive, kPerson,
     kThing | kText | kFood | kDrink},
    {{"show", "showed", "shown"}, {"zeigen"}, Frame::ditransitive, kPerson,
     kThing | kText | kVehicle | kBuilding | kAnimal},
    {{"send", "sent", "sent"}, {"schicken"}, Frame::ditransitive, kPerson, kText | kThing},
    {{"bring", "brought", "brought"}, {"bringen", "", "brachte", "gebracht"}, Frame::ditransitive, kPerson,
     kFood | kDrink | kThing},
    {{"lend", "lent", "lent"}, {"leihen", "", "lieh", "geliehen"}, Frame::ditransitive, kPerson,
     kThing | kVehicle | kClothes},
    {{"explain"}, {"erklären"}, Frame::ditransitive, kPerson, kTask | kText, 0, kToIndirect},
    {{"recommend"}, {"empfehlen", "empfiehlt", "empfahl", "empfohlen"}, Frame::ditransitive, kPerson,
     kText | kFood | kBuilding, 0, kToIndirect},
    {{"offer"}, {"bieten", "", "bot", "geboten", "an"}, Frame::ditransitive, kPerson, kFood | kDrink | kVehicle},
    {{"give", "gave", "given", "back"}, {"geben", "gibt", "gab", "gegeben", "zurück"}, Frame::ditransitive, kPerson,
     kThing | kText | kVehicle, 0, kToIndirect},
    {{"read", "read", "read", "out"}, {"lesen", "liest", "las", "gelesen", "vor"}, Frame::ditransitive, kPerson,
     kText, 0, kToIndirect},
    {{"wait"}, {"warten"}, Frame::prepositional, kPerson, kPerson | kPublic, kSomewhere, {"for", "auf",
     Case::accusative}},
    {{"think", "thought", "thought"}, {"denken", "", "dachte", "gedacht"}, Frame::prepositional, kPerson,
     kPerson | kEvent | kTask, 0, {"of", "an", Case::accusative}},
    {{"talk"}, {"sprechen", "spricht", "sprach", "gesprochen"}, Frame::prepositional, kPerson, kPerson, kSomewhere,
     {"with", "mit", Case::dative}},
    {{"talk"}, {"sprechen", "spricht", "sprach", "gesprochen"}, Frame::prepositional, kPerson,
     kText | kTask | kEvent, 0, {"about", "über", Case::accusative}},
    {{"laugh"}, {"lachen"}, Frame::prepositional, kPerson, kTale, 0, {"about", "über", Case::accusative}},
    {{"dream"}, {"träumen"}, Frame::prepositional, kPerson, kEvent | kVehicle | kPerson, kUnwilled, {"of", "von",
     Case::dative}},
    {{"play"}, {"spielen"}, Frame::prepositional, kPerson | kPet, kPet, kSomewhere, {"with", "mit", Case::dative}},
    {{"ask"}, {"bitten", "", "bat", "gebeten"}, Frame::prepositional, kPerson, kText | kDrink | kSweet, 0, {"for",
     "um", Case::accusative}},
    {{"look", "", "", "forward"}, {"freuen", "", "", "", "", false, true}, Frame::prepositional, kPerson,
     kEvent, kStative,
     {"to", "auf", Case::accusative}},
    {{"worry", "worried", "worried"}, {"sorgen", "", "", "", "", false, true}, Frame::prepositional, kPerson,
     kPerson | kAnimal, kUnwilled, {"about", "um", Case::accusative}},
    {{"care"}, {"kümmern", "", "", "", "", false, true}, Frame::prepositional, kPerson, kAnimal | kPerson, 0, {"for",
     "um", Case::accusative}},
};

constexpr Verb kOthers[] = {
    {{"sleep", "slept", "slept"}, {"schlafen", "schläft", "schlief", "geschlafen"}, Frame::intransitive,
     kPerson | kAnimal, 0, kQuality},
    {{"work"}, {"arbeiten"}, Frame::intransitive, kPerson, 0, kQuality | kPace | kSomewhere},
    {{"laugh"}, {"lachen"}, Frame::intransitive, kPerson, 0, kSound | kSomewhere},
    {{"cry", "cried", "cried"}, {"weinen"}, Frame::intransitive, kPerson, 0, kSound | kSomewhere | kUnwilled},
    {{"dance"}, {"tanzen"}, Frame::intransitive, kPerson, 0, kQuality | kSomewhere},
    {{"sing", "sang", "sung"}, {"singen", "", "sang", "gesungen"}, Frame::intransitive, kPerson, 0,
     kSound | kQuality | kSomewhere},
    {{"play"}, {"spielen"}, Frame::intransitive, kPerson | kPet, 0, kSomewhere},
    {{"wait"}, {"warten"}, Frame::intransitive, kPerson, 0, kSomewhere},
    {{"rest"}, {"ruhen", "", "", "", "aus", false, true}, Frame::intransitive, kPerson | kAnimal, 0, kSomewhere},
    {{"hurry", "hurried", "hurried"}, {"beeilen", "", "", "", "", false, true}, Frame::intransitive, kPerson},
    {{"get", "got", "got", "up"}, {"stehen", "", "stand", "gestanden", "auf", true}, Frame::intransitive, kPerson, 0,
     kPace},
    {{"wake", "woke", "woken", "up"}, {"wachen", "", "", "", "auf", true}, Frame::intransitive, kPerson | kAnimal, 0,
     kUnwilled},
    {{"fall", "fell", "fallen", "asleep"}, {"schlafen", "schläft", "schlief", "geschlafen", "ein", true},
     Frame::intransitive, kPerson | kAnimal, 0, kPace | kUnwilled},
    {{"arrive"}, {"kommen", "", "kam", "gekommen", "an", true}, Frame::intransitive, kPerson | kPublic, 0,
     kUnwilled | kSomewhere},
    {{"depart"}, {"fahren", "fährt", "fuhr", "gefahren", "ab", true}, Frame::intransitive, kPublic, 0, kUnwilled},
    {{"come", "came", "come", "back"}, {"kommen", "", "kam", "gekommen", "zurück", true}, Frame::intransitive, kPerson},
    {{"go", "went", "gone"}, {"kaufen", "", "", "", "ein"}, Frame::intransitive, kPerson, 0, 0, kPlain,
     "shopping"},
    {{"watch"}, {"sehen", "sieht", "sah", "gesehen", "fern"}, Frame::intransitive, kPerson, 0, 0, kPlain, "television"},
    {{"get", "got", "got", "on"}, {"steigen", "", "stieg", "gestiegen", "ein", true}, Frame::intransitive, kPerson,
     0, kPace | kUnwilled},
    {{"get", "got", "got", "off"}, {"steigen", "", "stieg", "gestiegen", "aus", true}, Frame::intransitive, kPerson,
     0, kPace | kUnwilled},
    {{"play"}, {"spielen"}, Frame::intransitive, kPerson, 0, kSomewhere, kPlain, "football", "Fußball"},
    {{"play"}, {"spielen"}, Frame::intransitive, kPerson, 0, 0, kPlain, "the piano", "Klavier"},
    {{"play"}, {"spielen"}, Frame::intransitive, kPerson, 0, 0, kPlain, "chess", "Schach"},
    {{"go", "went", "gone"}, {"gehen", "", "ging", "gegangen", "", true}, Frame::intransitive, kPerson, 0, 0, kPlain,
     "home", "nach Hause"},
    {{"stay"}, {"bleiben", "", "blieb", "geblieben", "", true}, Frame::intransitive, kPerson, 0, 0, kPlain,
     "at home", "zu Hause"},
    {{"go", "went", "gone"}, {"gehen", "", "ging", "gegangen", "", true}, Frame::motion, kPerson, 0},
    {{"drive", "drove", "driven"}, {"fahren", "fährt", "fuhr", "gefahren", "", true}, Frame::motion, kPerson, 0, kPace},
    {{"run", "ran", "run"}, {"rennen", "", "rannte", "gerannt", "", true}, Frame::motion, kPerson | kAnimal, 0},
    {{"come", "came", "come"}, {"kommen", "", "kam", "gekommen", "", true}, Frame::motion, kPerson, 0},
    {{"live"}, {"wohnen"}, Frame::location, kPerson, 0, kStative},
    {{"put", "put", "put"}, {"legen"}, Frame::placing, kPerson, kFlat, kCare},
    {{"place"}, {"stellen"}, Frame::placing, kPerson, kUpright, kCare},
    {{"lie", "lay", "lain"}, {"liegen", "", "lag", "gelegen"}, Frame::lying, kFlat, 0, kStative},
    {{"stand", "stood", "stood"}, {"stehen", "", "stand", "gestanden"}, Frame::lying, kUpright, 0, kStative},
    {{"sit", "sat", "sat"}, {"sitzen", "", "saß", "gesessen"}, Frame::lying, kPerson | kPet, 0, kStative},
    {{"be", "was", "been"}, {"sein", "ist", "war", "gewesen", "", true}, Frame::copula, ~Kinds{0}, 0, kStative},
    {{"become", "became", "become"}, {"werden", "wird", "wurde", "geworden", "", true}, Frame::copula, kPerson, 0,
     kUnwilled},
    {{"say", "said", "said"}, {"sagen"}, Frame::clausal},
    {{"know", "knew", "known"}, {"wissen", "weiß", "wusste", "gewusst"}, Frame::clausal},
    {{"believe"}, {"glauben"}, Frame::clausal},
    {{"hope"}, {"hoffen"}, Frame::clausal},
    {{"ask"}, {"fragen"}, Frame::clausal},
};

// clang-format on

}  // namespace

std::span<const Verb> verbs() {
  static const std::vector<Verb> all = [] {
    std::vector<Verb> result(std::begin(kTransitive), std::end(kTransitive));
    result.insert(result.end(), std::begin(kIndirect), std::end(kIndirect));
    result.insert(result.end(), std::begin(kOthers), std::end(kOthers));
    return result;
  }();
  return all;
}

const Verb& verb(std::string_view english, Frame frame) {
  for (const Verb& candidate : verbs()) {
    std::string name(candidate.english.base);
    for (const std::string_view part : {candidate.english.particle, candidate.fixed_english}) {
      if (!part.empty()) name += fmt::format(" {}", part);
    }
    if (candidate.frame == frame && name == english) return candidate;
  }
  throw std::invalid_argument(fmt::format("no verb '{}' of this frame in the lexicon", english));
}

}  // namespace dragoman::demo
