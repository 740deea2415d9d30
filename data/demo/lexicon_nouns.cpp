#include "data/demo/lexicon.h"

#include <fmt/format.h>
#include <stdexcept>
#include <vector>

namespace dragoman::demo {
namespace {

constexpr Gender m = Gender::masculine;
constexpr Gender f = Gender::feminine;
constexpr Gender n = Gender::neuter;

constexpr Noun kPeople[] = {
    {"man", "men", "Mann", m, "Männer", "Mannes", kPerson},
    {"woman", "women", "Frau", f, "Frauen", "Frau", kPerson},
    {"child", "children", "Kind", n, "Kinder", "Kindes", kPerson | kYoung},
    {"boy", "", "Junge", m, "Jungen", "Jungen", kPerson | kYoung},
    {"girl", "", "Mädchen", n, "Mädchen", "Mädchens", kPerson | kYoung},
    {"mother", "", "Mutter", f, "Mütter", "Mutter", kPerson | kUnique | kRelative},
    {"father", "", "Vater", m, "Väter", "Vaters", kPerson | kUnique | kRelative},
    {"brother", "", "Bruder", m, "Brüder", "Bruders", kPerson | kRelative},
    {"sister", "", "Schwester", f, "Schwestern", "Schwester", kPerson | kRelative},
    {"grandmother", "", "Großmutter", f, "Großmütter", "Großmutter", kPerson | kUnique | kRelative},
    {"grandfather", "", "Großvater", m, "Großväter", "Großvaters", kPerson | kUnique | kRelative},
    {"uncle", "", "Onkel", m, "Onkel", "Onkels", kPerson | kRelative},
    {"aunt", "", "Tante", f, "Tanten", "Tante", kPerson | kRelative},
    {"son", "", "Sohn", m, "Söhne", "Sohnes", kPerson | kYoung | kRelative},
    {"daughter", "", "Tochter", f, "Töchter", "Tochter", kPerson | kYoung | kRelative},
    {"friend", "", "Freund", m, "Freunde", "Freundes", kPerson | kRelative},
    {"neighbour", "", "Nachbar", m, "Nachbarn", "Nachbarn", kPerson | kRelative},
    {"guest", "", "Gast", m, "Gäste", "Gastes", kPerson},
    {"teacher", "", "Lehrer", m, "Lehrer", "Lehrers", kPerson | kWork},
    {"student", "", "Student", m, "Studenten", "Studenten", kPerson},
    {"doctor", "", "Arzt", m, "Ärzte", "Arztes", kPerson | kWork},
    {"nurse", "", "Krankenschwester", f, "Krankenschwestern", "Krankenschwester", kPerson | kWork},
    {"baker", "", "Bäcker", m, "Bäcker", "Bäckers", kPerson | kWork},
    {"butcher", "", "Metzger", m, "Metzger", "Metzgers", kPerson | kWork},
    {"farmer", "", "Bauer", m, "Bauern", "Bauern", kPerson | kWork},
    {"cook", "", "Koch", m, "Köche", "Kochs", kPerson | kWork},
    {"gardener", "", "Gärtner", m, "Gärtner", "Gärtners", kPerson | kWork},
    {"painter", "", "Maler", m, "Maler", "Malers", kPerson | kWork},
    {"singer", "", "Sänger", m, "Sänger", "Sängers", kPerson | kWork},
    {"musician", "", "Musiker", m, "Musiker", "Musikers", kPerson | kWork},
    {"writer", "", "Schriftsteller", m, "Schriftsteller", "Schriftstellers", kPerson | kWork},
    {"judge", "", "Richter", m, "Richter", "Richters", kPerson | kWork},
    {"waiter", "", "Kellner", m, "Kellner", "Kellners", kPerson | kWork},
    {"driver", "", "Fahrer", m, "Fahrer", "Fahrers", kPerson | kWork},
    {"engineer", "", "Ingenieur", m, "Ingenieure", "Ingenieurs", kPerson | kWork},
    {"tourist", "", "Tourist", m, "Touristen", "Touristen", kPerson},
    {"king", "", "König", m, "Könige", "Königs", kPerson | kUnique},
    {"queen", "", "Königin", f, "Königinnen", "Königin", kPerson | kUnique},
    {"family", "", "Familie", f, "Familien", "Familie", kPerson},
    {"Anna", "", "Anna", f, "", "Annas", kPerson | kName},
    {"Maria", "", "Maria", f, "", "Marias", kPerson | kName},
    {"Clara", "", "Clara", f, "", "Claras", kPerson | kName},
    {"Peter", "", "Peter", m, "", "Peters", kPerson | kName},
    {"Paul", "", "Paul", m, "", "Pauls", kPerson | kName},
    {"Martin", "", "Martin", m, "", "Martins", kPerson | kName},
};

constexpr Noun kAnimals[] = {
    {"dog", "", "Hund", m, "Hunde", "Hundes", kAnimal | kPet},
    {"cat", "", "Katze", f, "Katzen", "Katze", kAnimal | kPet},
    {"horse", "", "Pferd", n, "Pferde", "Pferdes", kAnimal | kFarm},
    {"cow", "", "Kuh", f, "Kühe", "Kuh", kAnimal | kFarm},
    {"hen", "", "Henne", f, "Hennen", "Henne", kAnimal | kFarm},
    {"pig", "", "Schwein", n, "Schweine", "Schweins", kAnimal | kFarm},
    {"goat", "", "Ziege", f, "Ziegen", "Ziege", kAnimal | kFarm},
    {"duck", "", "Ente", f, "Enten", "Ente", kAnimal | kFarm},
    {"goose", "geese", "Gans", f, "Gänse", "Gans", kAnimal | kFarm},
    {"bird", "", "Vogel", m, "Vögel", "Vogels", kAnimal | kWild},
    {"mouse", "mice", "Maus", f, "Mäuse", "Maus", kAnimal | kWild},
    {"rabbit", "", "Kaninchen", n, "Kaninchen", "Kaninchens", kAnimal | kPet},
    {"bear", "", "Bär", m, "Bären", "Bären", kAnimal | kWild},
    {"wolf", "wolves", "Wolf", m, "Wölfe", "Wolfes", kAnimal | kWild},
    {"fox", "", "Fuchs", m, "Füchse", "Fuchses", kAnimal | kWild},
};

constexpr Noun kMeals[] = {
    {"bread", "", "Brot", n, "", "Brotes", kFood | kBaked},
    {"cake", "", "Kuchen", m, "Kuchen", "Kuchens", kFood | kBaked | kSweet},
    {"apple", "", "Apfel", m, "Äpfel", "Apfels", kFood | kSweet},
    {"pear", "", "Birne", f, "Birnen", "Birne", kFood | kSweet},
    {"cherry", "", "Kirsche", f, "Kirschen", "Kirsche", kFood | kSweet},
    {"orange", "", "Orange", f, "Orangen", "Orange", kFood | kSweet},
    {"egg", "", "Ei", n, "Eier", "Eis", kFood | kCookable},
    {"potato", "", "Kartoffel", f, "Kartoffeln", "Kartoffel", kFood | kCookable},
    {"soup", "", "Suppe", f, "Suppen", "Suppe", kFood | kCookable},
    {"sausage", "", "Wurst", f, "Würste", "Wurst", kFood | kCookable},
    {"tomato", "", "Tomate", f, "Tomaten", "Tomate", kFood},
    {"cheese", "", "Käse", m, "", "Käses", kFood},
    {"meat", "", "Fleisch", n, "", "Fleisches", kFood | kCookable},
    {"honey", "", "Honig", m, "", "Honigs", kFood | kSweet},
    {"water", "", "Wasser", n, "", "Wassers", kDrink},
    {"milk", "", "Milch", f, "", "Milch", kDrink},
    {"coffee", "", "Kaffee", m, "", "Kaffees", kDrink},
    {"tea", "", "Tee", m, "", "Tees", kDrink},
    {"wine", "", "Wein", m, "", "Weins", kDrink},
    {"beer", "", "Bier", n, "", "Biers", kDrink},
};

constexpr Noun kThings[] = {
    {"book", "", "Buch", n, "Bücher", "Buches", kText | kThing | kFlat},
    {"newspaper", "", "Zeitung", f, "Zeitungen", "Zeitung", kText | kFlat},
    {"letter", "", "Brief", m, "Briefe", "Briefes", kText | kFlat | kAnswerable},
    {"postcard", "", "Postkarte", f, "Postkarten", "Postkarte", kText | kFlat},
    {"poem", "", "Gedicht", n, "Gedichte", "Gedichtes", kText | kLearnable},
    {"novel", "", "Roman", m, "Romane", "Romans", kText},
    {"report", "", "Bericht", m, "Berichte", "Berichts", kText},
    {"story", "", "Geschichte", f, "Geschichten", "Geschichte", kText | kTale},
    {"joke", "", "Witz", m, "Witze", "Witzes", kTale},
    {"secret", "", "Geheimnis", n, "Geheimnisse", "Geheimnisses", kTale},
    {"song", "", "Lied", n, "Lieder", "Liedes", kSong | kLearnable},
    {"language", "", "Sprache", f, "Sprachen", "Sprache", kLearnable},
    {"word", "", "Wort", n, "Wörter", "Wortes", kLearnable},
    {"question", "", "Frage", f, "Fragen", "Frage", kTask | kAnswerable},
    {"problem", "", "Problem", n, "Probleme", "Problems", kTask | kSolvable},
    {"riddle", "", "Rätsel", n, "Rätsel", "Rätsels", kTask | kSolvable},
    {"exercise", "", "Aufgabe", f, "Aufgaben", "Aufgabe", kTask | kSolvable},
    {"plan", "", "Plan", m, "Pläne", "Plans", kTask},
    {"car", "", "Auto", n, "Autos", "Autos", kVehicle},
    {"bicycle", "", "Fahrrad", n, "Fahrräder", "Fahrrads", kVehicle},
    {"boat", "", "Boot", n, "Boote", "Bootes", kVehicle},
    {"bus", "buses", "Bus", m, "Busse", "Busses", kPublic},
    {"train", "", "Zug", m, "Züge", "Zuges", kPublic},
    {"ship", "", "Schiff", n, "Schiffe", "Schiffes", kPublic},
    {"coat", "", "Mantel", m, "Mäntel", "Mantels", kClothes | kFlat},
    {"jumper", "", "Pullover", m, "Pullover", "Pullovers", kClothes | kFlat},
    {"shirt", "", "Hemd", n, "Hemden", "Hemdes", kClothes | kFlat},
    {"dress", "", "Kleid", n, "Kleider", "Kleides", kClothes | kFlat},
    {"jacket", "", "Jacke", f, "Jacken", "Jacke", kClothes | kFlat},
    {"shoe", "", "Schuh", m, "Schuhe", "Schuhs", kClothes},
    {"key", "", "Schlüssel", m, "Schlüssel", "Schlüssels", kThing | kFlat},
    {"knife", "knives", "Messer", n, "Messer", "Messers", kThing | kFlat},
    {"spoon", "", "Löffel", m, "Löffel", "Löffels", kThing | kFlat},
    {"map", "", "Karte", f, "Karten", "Karte", kThing | kFlat},
    {"plate", "", "Teller", m, "Teller", "Tellers", kThing | kUpright | kVessel},
    {"cup", "", "Tasse", f, "Tassen", "Tasse", kThing | kUpright | kVessel},
    {"glass", "", "Glas", n, "Gläser", "Glases", kThing | kUpright | kVessel},
    {"bottle", "", "Flasche", f, "Flaschen", "Flasche", kThing | kUpright | kVessel | kOpenable},
    {"bag", "", "Tasche", f, "Taschen", "Tasche", kThing | kUpright | kOpenable},
    {"suitcase", "", "Koffer", m, "Koffer", "Koffers", kThing | kUpright | kOpenable},
    {"box", "", "Kiste", f, "Kisten", "Kiste", kThing | kUpright | kOpenable},
    {"umbrella", "", "Regenschirm", m, "Regenschirme", "Regenschirms", kThing},
    {"lamp", "", "Lampe", f, "Lampen", "Lampe", kThing | kUpright | kDevice},
    {"computer", "", "Computer", m, "Computer", "Computers", kThing | kDevice},
    {"radio", "", "Radio", n, "Radios", "Radios", kThing | kUpright | kDevice},
    {"clock", "", "Uhr", f, "Uhren", "Uhr", kThing | kUpright},
    {"picture", "", "Bild", n, "Bilder", "Bildes", kThing},
    {"ball", "", "Ball", m, "Bälle", "Balles", kThing},
    {"ring", "", "Ring", m, "Ringe", "Ringes", kThing | kFlat},
    {"gift", "", "Geschenk", n, "Geschenke", "Geschenks", kThing},
    {"flower", "", "Blume", f, "Blumen", "Blume", kPlant},
    {"rose", "", "Rose", f, "Rosen", "Rose", kPlant},
    {"tree", "", "Baum", m, "Bäume", "Baumes", kPlant | kView},
    {"table", "", "Tisch", m, "Tische", "Tisches", kFurniture | kSurface},
    {"chair", "", "Stuhl", m, "Stühle", "Stuhls", kFurniture | kSurface},
    {"bed", "", "Bett", n, "Betten", "Bettes", kFurniture | kSurface},
    {"cupboard", "", "Schrank", m, "Schränke", "Schranks", kFurniture | kOpenable},
    {"sofa", "", "Sofa", n, "Sofas", "Sofas", kFurniture | kSurface},
    {"door", "", "Tür", f, "Türen", "Tür", kOpenable},
    {"window", "", "Fenster", n, "Fenster", "Fensters", kOpenable},
    {"party", "", "Feier", f, "Feiern", "Feier", kEvent},
    {"journey", "", "Reise", f, "Reisen", "Reise", kEvent},
    {"lesson", "", "Stunde", f, "Stunden", "Stunde", kEvent},
};

constexpr Noun kPlaceNouns[] = {
    {"garden", "", "Garten", m, "Gärten", "Gartens", kPlace | kHome | kView, {"in", "in", "into", "in"}},
    {"kitchen", "", "Küche", f, "Küchen", "Küche", kPlace | kHome | kRoom, {"in", "in", "into", "in"}},
    {"room", "", "Zimmer", n, "Zimmer", "Zimmers", kPlace | kHome | kRoom, {"in", "in", "into", "in"}},
    {"office", "", "Büro", n, "Büros", "Büros", kPlace | kHome | kRoom, {"in", "in", "into", "in"}},
    {"house", "", "Haus", n, "Häuser", "Hauses", kPlace | kHome | kBuilding, {"in", "in", "into", "in"}},
    {"castle", "", "Schloss", n, "Schlösser", "Schlosses", kPlace | kBuilding | kView, {"in", "in", "into", "in"}},
    {"church", "", "Kirche", f, "Kirchen", "Kirche", kPlace | kBuilding | kView, {"in", "in", "into", "in"}},
    {"museum", "", "Museum", n, "Museen", "Museums", kPlace | kTrip | kBuilding, {"in", "in", "to", "in"}},
    {"restaurant", "", "Restaurant", n, "Restaurants", "Restaurants", kPlace | kBuilding, {"in", "in", "to", "in"}},
    {"hotel", "", "Hotel", n, "Hotels", "Hotels", kPlace | kTrip | kBuilding, {"in", "in", "to", "zu"}},
    {"school", "", "Schule", f, "Schulen", "Schule", kPlace | kBuilding, {"at", "in", "to", "zu"}},
    {"hospital",
     "",
     "Krankenhaus",
     n,
     "Krankenhäuser",
     "Krankenhauses",
     kPlace | kTrip | kBuilding,
     {"in", "in", "to", "in"}},
    {"station", "", "Bahnhof", m, "Bahnhöfe", "Bahnhofs", kPlace | kTrip | kBuilding, {"at", "an", "to", "zu"}},
    {"market", "", "Markt", m, "Märkte", "Marktes", kPlace | kTrip, {"at", "auf", "to", "auf"}},
    {"park", "", "Park", m, "Parks", "Parks", kPlace | kTrip | kView, {"in", "in", "into", "in"}},
    {"forest", "", "Wald", m, "Wälder", "Waldes", kPlace | kTrip | kView, {"in", "in", "into", "in"}},
    {"village", "", "Dorf", n, "Dörfer", "Dorfes", kPlace | kTrip | kTown | kView, {"in", "in", "to", "in"}},
    {"city", "", "Stadt", f, "Städte", "Stadt", kPlace | kTrip | kTown, {"in", "in", "to", "in"}},
    {"lake", "", "See", m, "Seen", "Sees", kPlace | kTrip | kView, {"at", "an", "to", "zu"}},
    {"beach", "", "Strand", m, "Strände", "Strandes", kPlace | kTrip | kView, {"on", "an", "to", "zu"}},
    {"bridge", "", "Brücke", f, "Brücken", "Brücke", kPlace | kView, {"on", "auf", "to", "zu"}},
    {"street", "", "Straße", f, "Straßen", "Straße", kPlace, {"on", "auf", "into", "auf"}},
    {"mountain", "", "Berg", m, "Berge", "Berges", kPlace | kTrip | kView, {"on", "auf", "to", "zu"}},
};

}  // namespace

std::span<const Noun> nouns() {
  static const std::vector<Noun> all = [] {
    std::vector<Noun> result;
    for (const std::span<const Noun> part :
         {std::span<const Noun>(kPeople), std::span<const Noun>(kAnimals), std::span<const Noun>(kMeals),
          std::span<const Noun>(kThings), std::span<const Noun>(kPlaceNouns)}) {
      result.insert(result.end(), part.begin(), part.end());
    }
    return result;
  }();
  return all;
}

const Noun& noun(std::string_view english) {
  for (const Noun& candidate : nouns()) {
    if (candidate.english == english) return candidate;
  }
  throw std::invalid_argument(fmt::format("no noun '{}' in the lexicon", english));
}

}  // namespace dragoman::demo
