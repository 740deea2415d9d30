#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// The words of the demonstration corpus. Every English word has one German counterpart within each construction, so
/// that an English sentence of the corpus has exactly one translation.
namespace dragoman::demo {

enum class Gender { masculine, feminine, neuter };
enum class Case { nominative, accusative, dative, genitive };
enum class Person { first, second, third };

/// What a noun denotes; verbs and adjectives name the kinds they go with, which keeps sentences plausible.
enum Kind : std::uint64_t {
  kPerson = 1ull << 0,
  kName = 1ull << 1,  // proper names: no article, no adjective
  kAnimal = 1ull << 2,
  kFarm = 1ull << 3,
  kWild = 1ull << 4,
  kFood = 1ull << 5,
  kSweet = 1ull << 6,
  kCookable = 1ull << 7,
  kBaked = 1ull << 8,
  kDrink = 1ull << 9,
  kText = 1ull << 10,
  kVehicle = 1ull << 11,
  kClothes = 1ull << 12,
  kThing = 1ull << 13,
  kFlat = 1ull << 14,     // is laid (legen)
  kUpright = 1ull << 15,  // is stood (stellen)
  kVessel = 1ull << 16,
  kDevice = 1ull << 17,
  kOpenable = 1ull << 18,
  kSurface = 1ull << 19,
  kBuilding = 1ull << 20,
  kTown = 1ull << 21,
  kPlant = 1ull << 22,
  kSong = 1ull << 23,
  kLearnable = 1ull << 24,
  kTask = 1ull << 25,
  kTale = 1ull << 26,
  kRoom = 1ull << 27,
  kEvent = 1ull << 28,
  kPublic = 1ull << 29,  // vehicles with a timetable
  kPlace = 1ull << 30,
  kFurniture = 1ull << 31,
  kView = 1ull << 32,  // landscape
  kPet = 1ull << 33,
  kRelative = 1ull << 34,
  kWork = 1ull << 35,  // professions
  kTrip = 1ull << 36,  // where one drives to
  kHome = 1ull << 37,  // places that people have for themselves
  kAnswerable = 1ull << 38,
  kSolvable = 1ull << 39,
  kUnique = 1ull << 40,  // not spoken of in the plural
  kYoung = 1ull << 41,   // of a child's age
};
using Kinds = std::uint64_t;

/// Prepositions of a place, for being there (dative) and for going there (zu with the dative, others with the
/// accusative).
struct Locative {
  std::string_view at_english, at_german, to_english, to_german;
};

struct Noun {
  std::string_view english, english_plural;  // empty plural: regular
  std::string_view german;
  Gender gender;
  std::string_view german_plural;    // empty: mass noun or name, never counted
  std::string_view german_genitive;  // a masculine one without final -s marks the weak declension (den Jungen)
  Kinds kinds;
  Locative place{};

  bool countable() const { return !german_plural.empty(); }
  bool is(Kinds any_of) const { return (kinds & any_of) != 0; }
};

struct Adjective {
  std::string_view english, german;
  std::string_view stem;                                     // attributive stem where it differs (teur-)
  std::string_view english_comparative, german_comparative;  // empty: not compared
  Kinds kinds;
  bool state = false;  // a passing state, a reason or condition for an action (hungry)
};

/// What a verb takes beside its subject.
enum class Frame {
  intransitive,
  motion,        // a direction
  location,      // a place where
  transitive,    // accusative
  dative,        // dative only
  ditransitive,  // dative person, accusative thing
  prepositional,
  placing,      // accusative thing, onto a surface
  lying,        // a thing, on a surface
  experiencer,  // English subject = German dative (gefallen)
  copula,
  clausal,
};

/// What else is known of a verb: the adverbs of manner that go with it, and how it may be used.
enum Trait : unsigned {
  kPace = 1,
  kSound = 2,
  kQuality = 4,
  kCare = 8,
  kStative = 16,    // a state: only present and past, no time of day
  kSomewhere = 32,  // done at a place
  kUnwilled = 64,   // happens to one: no purpose, no command
};

struct EnglishVerb {
  std::string_view base, past{}, participle{};  // empty: regular
  std::string_view particle{};
};

struct GermanVerb {
  std::string_view infinitive;                     // without the separable prefix
  std::string_view third{}, past{}, participle{};  // empty: regular; the participle without the prefix
  std::string_view prefix{};                       // separable
  bool with_sein = false;
  bool reflexive = false;
};

/// A governed preposition.
struct Preposition {
  std::string_view english, german;
  Case german_case;
};

struct Verb {
  EnglishVerb english;
  GermanVerb german;
  Frame frame;
  Kinds subjects = kPerson;
  Kinds objects = 0;
  unsigned traits = 0;
  Preposition preposition{"", "", Case::dative};     // `to` alone: the English indirect object follows the direct one
  std::string_view fixed_english{}, fixed_german{};  // a bare complement (play football, Fußball spielen)
};

struct Modal {
  std::string_view auxiliary;  // "can"; empty where a full verb serves (want to)
  std::string_view verb;       // base of that verb
  std::string_view tail;       // between auxiliary or verb and the infinitive: "to", "like to"
  bool past;
  bool negatable;
  std::string_view german_singular, german_second, german_plural;
};

enum TenseSet : unsigned { kPresent = 1, kPast = 2, kPerfect = 4, kFuture = 8, kModal = 16 };

struct Adverb {
  std::string_view english, german;
  unsigned tenses = 0;  // TenseSet, of adverbs of time and frequency
  unsigned traits = 0;  // of adverbs of manner: the verbs they go with
};

/// A subordinate clause that is said as it stands: circumstances such as the weather.
struct Circumstance {
  std::string_view english, german;
  bool past;
};

std::span<const Noun> nouns();
std::span<const Verb> verbs();
std::span<const Adjective> adjectives();
std::span<const Modal> modals();
std::span<const Adverb> time_adverbs();
std::span<const Adverb> frequency_adverbs();
std::span<const Adverb> manner_adverbs();
std::span<const Preposition> surface_prepositions();
std::span<const Circumstance> circumstances();

/// The entry with this English word, a verb also by its particle ("pick up"). Throws std::invalid_argument if there is
/// none.
const Noun& noun(std::string_view english);
const Verb& verb(std::string_view english, Frame frame);
const Adjective& adjective(std::string_view english);
const Modal& modal(std::string_view english);

}  // namespace dragoman::demo
