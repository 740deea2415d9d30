#include "data/demo/syntax.h"
#include "tests/data_demo/phrases.h"

#include <gtest/gtest.h>

// Both realisations of each construction, word for word.
namespace dragoman::demo {
namespace {

void expect(const Sentence& sentence, std::string_view english, std::string_view german) {
  EXPECT_EQ(realise_english(sentence), english);
  EXPECT_EQ(realise_german(sentence), german);
}

Clause separable(Tense tense) {
  return transitive(the("mother"), "call", the("doctor"), tense);
}

TEST(Grammar, TheVerbComesSecondWhateverStandsFirst) {
  Clause main = transitive(the("baker", {"old"}), "sell", the("bread", {"fresh"}));
  main.time = &time_adverb("today");
  main.place = {{"at", "auf", Case::dative}, the("market")};
  expect(statement(main), "The old baker sells the fresh bread at the market today.",
         "Der alte Bäcker verkauft heute das frische Brot auf dem Markt.");
  main.front = Front::time;
  expect(statement(main), "Today the old baker sells the fresh bread at the market.",
         "Heute verkauft der alte Bäcker das frische Brot auf dem Markt.");
  main.front = Front::place;
  expect(statement(main), "At the market, the old baker sells the fresh bread today.",
         "Auf dem Markt verkauft der alte Bäcker heute das frische Brot.");
}

TEST(Grammar, SeparableVerbs) {
  expect(statement(separable(Tense::present)), "The mother calls the doctor.", "Die Mutter ruft den Arzt an.");
  expect(statement(separable(Tense::past)), "The mother called the doctor.", "Die Mutter rief den Arzt an.");
  expect(statement(separable(Tense::perfect)), "The mother has called the doctor.",
         "Die Mutter hat den Arzt angerufen.");
  expect(statement(separable(Tense::future)), "The mother will call the doctor.", "Die Mutter wird den Arzt anrufen.");
  expect(joined(copula(the("child"), "happy"), kBecause, separable(Tense::present)),
         "The child is happy because the mother calls the doctor.",
         "Das Kind ist glücklich, weil die Mutter den Arzt anruft.");
  expect(joined(copula(the("child"), "happy"), kBecause, separable(Tense::perfect)),
         "The child is happy because the mother has called the doctor.",
         "Das Kind ist glücklich, weil die Mutter den Arzt angerufen hat.");
  Clause pronoun = transitive(the("mother"), "pick up", person(Person::third));
  expect(statement(pronoun), "The mother picks him up.", "Die Mutter holt ihn ab.");
}

TEST(Grammar, PerfectWithHabenOrSein) {
  Clause main = clause(the_many("guest"), verb("arrive", Frame::intransitive), Tense::perfect);
  main.frequency = &frequency_adverb("already");
  expect(statement(main), "The guests have already arrived.", "Die Gäste sind schon angekommen.");
  expect(statement(transitive(person(Person::second), "eat", the("apple"), Tense::perfect)),
         "You have eaten the apple.", "Du hast den Apfel gegessen.");
}

TEST(Grammar, Modals) {
  Clause main = transitive(my("son"), "read", a("book", {"long"}), Tense::modal);
  main.modal = &modal("want");
  expect(statement(main), "My son wants to read a long book.", "Mein Sohn will ein langes Buch lesen.");
  main.negated = true;
  expect(statement(main), "My son does not want to read a long book.", "Mein Sohn will kein langes Buch lesen.");
  main.modal = &modal("can");
  expect(statement(main), "My son cannot read a long book.", "Mein Sohn kann kein langes Buch lesen.");
  main.negated = false;
  main.modal = &modal("would");
  expect(question(main), "Would my son like to read a long book?", "Möchte mein Sohn ein langes Buch lesen?");
}

TEST(Grammar, Negation) {
  Clause main = transitive(the("farmer"), "buy", the("car", {"red"}));
  main.negated = true;
  expect(statement(main), "The farmer does not buy the red car.", "Der Bauer kauft das rote Auto nicht.");
  main.accusative = a("car", {"red"});
  expect(statement(main), "The farmer does not buy a red car.", "Der Bauer kauft kein rotes Auto.");
  main.accusative = phrase(Determiner::none, "apple", {}, true);
  expect(statement(main), "The farmer does not buy apples.", "Der Bauer kauft keine Äpfel.");
  Clause waiting = clause(person(Person::first, true), verb("wait", Frame::prepositional), Tense::past);
  waiting.complement = {waiting.verb->preposition, the("train")};
  waiting.negated = true;
  expect(statement(waiting), "We did not wait for the train.", "Wir warteten nicht auf den Zug.");
  Clause ill = copula(person(Person::third, false, Gender::feminine), "ill");
  ill.negated = true;
  expect(statement(ill), "She is not ill.", "Sie ist nicht krank.");
}

TEST(Grammar, Questions) {
  Clause main = transitive(the("cook"), "prepare", the("party"), Tense::past);
  expect(question(main), "Did the cook prepare the party?", "Bereitete der Koch die Feier vor?");
  Clause who = main;
  who.subject = NounPhrase{};
  who.subject.form = Form::interrogative;
  expect(question(who), "Who prepared the party?", "Wer bereitete die Feier vor?");
  Clause what = main;
  what.accusative = who.subject;
  what.accusative->reference.thing = true;
  expect(question(what), "What did the cook prepare?", "Was bereitete der Koch vor?");
  Clause which = main;
  which.accusative = phrase(Determiner::which, "journey", {"long"});
  expect(question(which), "Which long journey did the cook prepare?", "Welche lange Reise bereitete der Koch vor?");
  Clause how_many =
      transitive(the_many("child"), "eat", phrase(Determiner::how_many, "apple", {"sweet"}, true), Tense::perfect);
  expect(question(how_many), "How many sweet apples have the children eaten?",
         "Wie viele süße Äpfel haben die Kinder gegessen?");
  Clause whom = clause(the("nurse"), verb("help", Frame::dative));
  whom.dative = who.subject;
  expect(question(whom), "Whom does the nurse help?", "Wem hilft die Krankenschwester?");
  const Adverb why{"why", "warum"};
  main.question = &why;
  expect(question(main), "Why did the cook prepare the party?", "Warum bereitete der Koch die Feier vor?");
}

TEST(Grammar, SubordinateClauses) {
  const Clause tired = copula(person(Person::third), "tired");
  const Clause sleeping = clause(the("gardener"), verb("sleep", Frame::intransitive));
  expect(joined(sleeping, kBecause, tired), "The gardener sleeps because he is tired.",
         "Der Gärtner schläft, weil er müde ist.");
  expect(joined(sleeping, kBecause, tired, true), "Because he is tired, the gardener sleeps.",
         "Weil er müde ist, schläft der Gärtner.");
  Clause saying = clause(the("teacher"), verb("say", Frame::clausal), Tense::past);
  saying.time = &time_adverb("yesterday");
  saying.front = Front::time;
  expect(joined(saying, kThat, transitive(the_many("student"), "learn", the("song"), Tense::past)),
         "Yesterday the teacher said that the students learned the song.",
         "Gestern sagte der Lehrer, dass die Studenten das Lied lernten.");
  Clause wanting = clause(the("woman"), verb("sing", Frame::intransitive), Tense::modal);
  wanting.modal = &modal("want");
  expect(joined(saying, kThat, wanting), "Yesterday the teacher said that the woman wants to sing.",
         "Gestern sagte der Lehrer, dass die Frau singen will.");
}

TEST(Grammar, RelativeClauses) {
  NounPhrase man = the("man");
  man.relative = std::make_shared<const Clause>(transitive(gap(man), "read", the("book")));
  expect(statement(clause(man, verb("laugh", Frame::intransitive))), "The man who reads the book laughs.",
         "Der Mann, der das Buch liest, lacht.");
  NounPhrase book = the("book");
  book.relative = std::make_shared<const Clause>(transitive(the("man"), "read", gap(book)));
  expect(statement(transitive(person(Person::first), "find", book, Tense::perfect)),
         "I have found the book that the man reads.", "Ich habe das Buch gefunden, das der Mann liest.");
  NounPhrase women = the_many("woman");
  Clause helping = clause(the("boy"), verb("help", Frame::dative));
  helping.dative = gap(women);
  women.relative = std::make_shared<const Clause>(helping);
  expect(statement(transitive(women, "call", the("doctor"))), "The women whom the boy helps call the doctor.",
         "Die Frauen, denen der Junge hilft, rufen den Arzt an.");
  NounPhrase friend_ = the("friend");
  Clause talking = clause(person(Person::first, true), verb("talk", Frame::prepositional));
  talking.complement = {talking.verb->preposition, gap(friend_)};
  friend_.relative = std::make_shared<const Clause>(talking);
  expect(statement(clause(friend_, verb("dance", Frame::intransitive))), "The friend with whom we talk dances.",
         "Der Freund, mit dem wir sprechen, tanzt.");
}

TEST(Grammar, PurposeClauses) {
  Clause going = clause(the("aunt"), verb("go", Frame::motion));
  going.place = {{"to", "zu", Case::dative}, the("station")};
  const NounPhrase she = person(Person::third, false, Gender::feminine);
  expect(joined(going, kPurpose, transitive(she, "pick up", the("child"))),
         "The aunt goes to the station to pick up the child.", "Die Tante geht zum Bahnhof, um das Kind abzuholen.");
  expect(joined(going, kPurpose, transitive(she, "buy", a("newspaper"))),
         "The aunt goes to the station to buy a newspaper.", "Die Tante geht zum Bahnhof, um eine Zeitung zu kaufen.");
}

TEST(Grammar, TwoWayPrepositions) {
  Clause putting = clause(the("waiter"), verb("place", Frame::placing));
  putting.accusative = the("glass");
  putting.place = {{"on", "auf", Case::accusative}, the("table")};
  expect(statement(putting), "The waiter places the glass on the table.", "Der Kellner stellt das Glas auf den Tisch.");
  Clause standing = clause(the("glass"), verb("stand", Frame::lying));
  standing.place = {{"on", "auf", Case::dative}, the("table")};
  expect(statement(standing), "The glass stands on the table.", "Das Glas steht auf dem Tisch.");
  Clause running = clause(the("wolf"), verb("run", Frame::motion), Tense::past);
  running.place = {{"into", "in", Case::accusative}, the("village")};
  expect(statement(running), "The wolf ran into the village.", "Der Wolf rannte ins Dorf.");
}

TEST(Grammar, DativeObjectsGenitivesAndNumerals) {
  Clause giving = clause(the("king"), verb("give", Frame::ditransitive), Tense::past);
  giving.dative = phrase(Determiner::definite, "child", {"poor"}, true);
  giving.accusative = phrase(Determiner::none, "apple", {"fresh"}, true);
  giving.accusative->count = 21;
  expect(statement(giving), "The king gave the poor children twenty-one fresh apples.",
         "Der König gab den armen Kindern einundzwanzig frische Äpfel.");
  giving.dative = person(Person::first);
  giving.time = &time_adverb("yesterday");
  giving.front = Front::time;
  expect(statement(giving), "Yesterday the king gave me twenty-one fresh apples.",
         "Gestern gab mir der König einundzwanzig frische Äpfel.");
  Clause explaining = clause(person(Person::first), verb("explain", Frame::ditransitive));
  explaining.dative = the("student");
  explaining.accusative = of_owner(the("plan", {"new"}), my("brother"));
  expect(statement(explaining), "I explain my brother's new plan to the student.",
         "Ich erkläre dem Studenten den neuen Plan meines Bruders.");
}

TEST(Grammar, ExperiencersAndReflexives) {
  Clause liking = transitive(the("man", {"old"}), "buy", the("picture"));
  liking.verb = &verb("like", Frame::experiencer);
  liking.accusative = the_many("car");
  expect(statement(liking), "The old man likes the cars.", "Dem alten Mann gefallen die Autos.");
  expect(joined(copula(the("girl"), "happy"), kBecause, liking),
         "The girl is happy because the old man likes the cars.",
         "Das Mädchen ist glücklich, weil dem alten Mann die Autos gefallen.");
  Clause waiting = clause(the("boy"), verb("look forward", Frame::prepositional));
  waiting.complement = {waiting.verb->preposition, the("party")};
  expect(statement(waiting), "The boy looks forward to the party.", "Der Junge freut sich auf die Feier.");
  expect(question(waiting), "Does the boy look forward to the party?", "Freut sich der Junge auf die Feier?");
  waiting.subject = person(Person::first);
  expect(question(waiting), "Do I look forward to the party?", "Freue ich mich auf die Feier?");
}

TEST(Grammar, PassiveComparisonAndCoordination) {
  Clause baked = transitive(the("cake"), "bake", the("cake"), Tense::past);
  baked.accusative.reset();
  baked.passive = true;
  baked.complement = {{"by", "von", Case::dative}, the("baker")};
  expect(statement(baked), "The cake was baked by the baker.", "Der Kuchen wurde vom Bäcker gebacken.");
  baked.tense = Tense::perfect;
  expect(statement(baked), "The cake has been baked by the baker.", "Der Kuchen ist vom Bäcker gebacken worden.");
  Clause older = copula(the("church"), "old");
  older.than = my("house");
  expect(statement(older), "The church is older than my house.", "Die Kirche ist älter als mein Haus.");
  Clause age = clause(person(Person::third), verb("be", Frame::copula));
  age.age = 12;
  expect(statement(age), "He is twelve years old.", "Er ist zwölf Jahre alt.");
  const Clause raining = copula(the("dog"), "tired");
  const Clause running = transitive(the("cat"), "catch", a("mouse"));
  expect(joined(raining, kAnd, running), "The dog is tired and the cat catches a mouse.",
         "Der Hund ist müde und die Katze fängt eine Maus.");
  expect(joined(raining, kBut, running), "The dog is tired, but the cat catches a mouse.",
         "Der Hund ist müde, aber die Katze fängt eine Maus.");
}

TEST(Grammar, Commands) {
  Sentence sentence = statement(transitive(person(Person::second), "open", the("window")));
  sentence.mood = Mood::command;
  expect(sentence, "Open the window!", "Öffne das Fenster!");
  sentence.polite = true;
  expect(sentence, "Please open the window.", "Bitte öffne das Fenster.");
  sentence.main = transitive(person(Person::second), "turn off", the("lamp"));
  expect(sentence, "Please turn off the lamp.", "Bitte schalte die Lampe aus.");
  sentence.main = transitive(person(Person::second), "forget", the("key"));
  sentence.main.negated = true;
  sentence.polite = false;
  expect(sentence, "Do not forget the key!", "Vergiss den Schlüssel nicht!");
}

}  // namespace
}  // namespace dragoman::demo
