#include "data/demo/held_out.h"

#include "tests/data_demo/phrases.h"

#include <gtest/gtest.h>

namespace dragoman::demo {
namespace {

// The structures alone: whether a pair of words is held out depends on a hash.
unsigned structures(const Sentence& sentence) {
  return held_out_in(sentence) & kHeldOutStructures;
}

Clause get_up() {
  return clause(the("man"), verb("get up", Frame::intransitive));
}
Clause call(Tense tense) {
  return transitive(the("woman"), "call", the("doctor"), tense);
}

TEST(HeldOut, SeparableVerbAfterAFrontedAdverbial) {
  Clause main = clause(the("man"), verb("sleep", Frame::intransitive));
  main.time = &time_adverb("today");
  EXPECT_EQ(structures(joined(main, kBecause, get_up())), 0u);
  main.front = Front::time;
  EXPECT_EQ(structures(joined(main, kBecause, get_up())), kSeparableAfterFront);
  EXPECT_EQ(structures(joined(main, kAnd, get_up())), 0u);
  EXPECT_EQ(structures(joined(main, kBecause, main)), 0u);
  EXPECT_EQ(structures(statement(main)), 0u);
}

TEST(HeldOut, SeparableVerbInTheRightBracketAfterASubordinateClause) {
  EXPECT_EQ(structures(joined(call(Tense::perfect), kBecause, get_up(), true)), kSeparableAfterSubordinate);
  EXPECT_EQ(structures(joined(call(Tense::present), kBecause, get_up(), true)), 0u);
  EXPECT_EQ(structures(joined(call(Tense::perfect), kBecause, get_up(), false)), 0u);
}

TEST(HeldOut, NegatedRelativeClause) {
  NounPhrase man = the("man");
  Clause relative = clause(gap(man), verb("sleep", Frame::intransitive));
  man.relative = std::make_shared<const Clause>(relative);
  EXPECT_EQ(structures(statement(clause(man, verb("laugh", Frame::intransitive)))), 0u);
  relative.negated = true;
  man.relative = std::make_shared<const Clause>(relative);
  EXPECT_EQ(structures(statement(clause(man, verb("laugh", Frame::intransitive)))), kNegatedRelative);
  // In whichever phrase it stands.
  EXPECT_EQ(structures(statement(transitive(the("woman"), "see", man))), kNegatedRelative);
}

TEST(HeldOut, PassiveQuestionAndGenitiveInAPhrase) {
  Clause sold = transitive(the("house"), "sell", the("house"));
  sold.accusative.reset();
  sold.passive = true;
  EXPECT_EQ(structures(statement(sold)), 0u);
  EXPECT_EQ(structures(question(sold)), kPassiveQuestion);
  Clause main = clause(the("man"), verb("sleep", Frame::intransitive));
  main.place = {{"in", "in", Case::dative}, of_owner(the("garden"), the("baker"))};
  EXPECT_EQ(structures(statement(main)), kGenitiveInPhrase);
  Clause object = transitive(the("man"), "find", of_owner(the("key"), the("baker")));
  EXPECT_EQ(structures(statement(object)), 0u);
}

TEST(HeldOut, WordPairsWhereverTheyStand) {
  const Adjective* apart = nullptr;
  const Adjective* together = nullptr;
  for (const Adjective& each : adjectives()) (is_held_out_pair(each, noun("car")) ? apart : together) = &each;
  ASSERT_NE(apart, nullptr);
  ASSERT_NE(together, nullptr);
  NounPhrase car = the("car");
  car.adjectives = {apart};
  EXPECT_TRUE(held_out_in(statement(copula(car, "old"))) & kAdjectiveNoun);
  EXPECT_TRUE(held_out_in(joined(get_up(), kBecause, copula(car, "old"))) & kAdjectiveNoun);
  car.adjectives = {together};
  EXPECT_FALSE(held_out_in(statement(copula(car, "old"))) & kAdjectiveNoun);

  for (const Noun& each : nouns()) {
    const bool held_out = is_held_out_pair(verb("buy", Frame::transitive), each);
    const unsigned found = held_out_in(statement(transitive(the("man"), "buy", the(each.english))));
    EXPECT_EQ((found & kVerbObject) != 0, held_out) << each.english;
  }
}

}  // namespace
}  // namespace dragoman::demo
