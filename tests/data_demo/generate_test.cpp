#include "data/demo/generate.h"

#include "base/atomic_file.h"
#include "base/utf8.h"
#include "data/demo/composer.h"
#include "data/demo/english_morphology.h"
#include "data/demo/held_out.h"
#include "tests/base/temporary_folder.h"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>

namespace dragoman::demo {
namespace {

const DemoCorpus& corpus() {
  static const DemoCorpus made = generate_demo_corpus({});
  return made;
}

std::vector<Pair> all_pairs() {
  std::vector<Pair> all = corpus().train;
  all.insert(all.end(), corpus().valid.begin(), corpus().valid.end());
  all.insert(all.end(), corpus().test.begin(), corpus().test.end());
  return all;
}

std::vector<Pair> held_out_pairs() {
  std::vector<Pair> pairs = corpus().valid;
  pairs.insert(pairs.end(), corpus().test.begin(), corpus().test.end());
  return pairs;
}

std::size_t count_matching(const std::vector<Pair>& pairs, std::string Pair::*side, const char* pattern) {
  const std::regex expression(pattern);
  return static_cast<std::size_t>(std::count_if(
      pairs.begin(), pairs.end(), [&](const Pair& pair) { return std::regex_search(pair.*side, expression); }));
}

TEST(DemoCorpus, BeginsItsTestPartWithThePairsThatAreAlignedByHand) {
  std::string english, german;
  for (std::size_t i = 0; i < 50; ++i) {
    english += corpus().test[i].english + "\n";
    german += corpus().test[i].german + "\n";
  }
  const std::filesystem::path folder = std::filesystem::path(DRAGOMAN_FIXTURES) / "../../data/alignment";
  EXPECT_EQ(read_file(folder / "demo.en"), english);
  EXPECT_EQ(read_file(folder / "demo.de"), german);
}

TEST(DemoCorpus, HasTheSizesAskedFor) {
  EXPECT_EQ(corpus().train.size(), 20000u);
  EXPECT_EQ(corpus().valid.size(), 500u);
  EXPECT_EQ(corpus().test.size(), 500u);
}

// Any change of words, grammar or random numbers changes the corpus, and with it the scores that are quoted for it:
// this value changes only together with them.
TEST(DemoCorpus, IsTheSameEverywhere) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const Pair& pair : all_pairs()) {
    for (const char byte : pair.english + '\t' + pair.german + '\n') {
      hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    }
  }
  EXPECT_EQ(hash, 15667909767895473855u);
}

TEST(DemoCorpus, FollowsTheSeed) {
  const DemoCorpus one = generate_demo_corpus({.seed = 7, .train_size = 2000, .held_out_size = 20});
  const DemoCorpus again = generate_demo_corpus({.seed = 7, .train_size = 2000, .held_out_size = 20});
  const DemoCorpus other = generate_demo_corpus({.seed = 8, .train_size = 2000, .held_out_size = 20});
  EXPECT_EQ(one.test[0].german, again.test[0].german);
  EXPECT_NE(one.train[0].german, other.train[0].german);
}

TEST(DemoCorpus, NoEnglishSentenceOccursTwice) {
  std::set<std::string> seen;
  for (const Pair& pair : all_pairs()) EXPECT_TRUE(seen.insert(pair.english).second) << pair.english;
}

TEST(DemoCorpus, OneEnglishSentenceMeansOneGermanSentence) {
  std::map<std::string, std::string> translations;
  for (std::uint64_t item = 0; item < 60000; ++item) {
    Dice dice(3, item);
    Composer composer(dice);
    try {
      const Sentence sentence = composer.compose();
      const std::string german = realise_german(sentence);
      const auto [entry, fresh] = translations.emplace(realise_english(sentence), german);
      EXPECT_EQ(entry->second, german) << entry->first;
    } catch (const DeadEnd&) {
      continue;
    }
  }
  EXPECT_GT(translations.size(), 40000u);
}

TEST(DemoCorpus, EveryHeldOutWordOccursInTraining) {
  std::set<std::string> english, german;
  for (const Pair& pair : corpus().train) {
    for (const std::string& word : words_of(pair.english)) english.insert(word);
    for (const std::string& word : words_of(pair.german)) german.insert(word);
  }
  for (const Pair& pair : held_out_pairs()) {
    for (const std::string& word : words_of(pair.english)) EXPECT_TRUE(english.contains(word)) << word;
    for (const std::string& word : words_of(pair.german)) EXPECT_TRUE(german.contains(word)) << word;
  }
}

TEST(DemoCorpus, EveryHeldOutPairIsNewInSomeWay) {
  std::map<unsigned, std::size_t> in_test;
  for (const Pair& pair : corpus().test) {
    EXPECT_NE(pair.held_out, 0u) << pair.english;
    for (unsigned bit = 1; bit <= kVerbObject; bit *= 2) in_test[bit] += (pair.held_out & bit) ? 1 : 0;
  }
  for (unsigned bit = 1; bit <= kVerbObject; bit *= 2) EXPECT_GE(in_test[bit], 40u) << bit;
}

// What the flags say, read off the text.
TEST(DemoCorpus, TrainingNeverShowsTheHeldOutStructures) {
  const std::pair<std::string Pair::*, const char*> kStructures[] = {
      {&Pair::english,
       " (man|boy|teacher|doctor|baker|farmer|women|woman)s? who (do|does|did) not "},  // negated relative clause
      {&Pair::german, " worden\\?$"},                                                   // question in the passive
      {&Pair::english, " (in|into|under|behind|with|of) (the|this|my) [a-z]+'s "},      // genitive in a phrase
      {&Pair::german, "^(Weil|Wenn|Obwohl) .*, (hat|haben|will|kann|muss) .* angerufen\\.$"},  // bracket after a clause
      {&Pair::german,
       "^(Heute|Gestern|Morgen|Am|Um|Im) .*, (dass|weil|obwohl|ob|wenn) .* "
       "(ankommt|ankam|einlud|anrief|aufstand|aufsteht|mitbringt|mitbrachte|zuhört|zuhörte|einschlief|einkaufte)\\.$"},
  };
  for (const auto& [side, pattern] : kStructures) {
    EXPECT_EQ(count_matching(corpus().train, side, pattern), 0u) << pattern;
    EXPECT_GT(count_matching(held_out_pairs(), side, pattern), 0u) << pattern;
  }
}

TEST(DemoCorpus, TrainingNeverShowsTheHeldOutPairs) {
  std::string train, held_out;
  for (const Pair& pair : corpus().train) train += pair.english + '\n';
  for (const Pair& pair : held_out_pairs()) held_out += pair.english + '\n';
  std::set<std::string> shown;  // adjective and the word after it
  auto collect = [](const std::string& text, auto&& take) {
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
      const std::vector<std::string> words = words_of(std::string_view(text).substr(begin, end - begin));
      for (std::size_t i = 1; i < words.size(); ++i) take(words[i - 1] + ' ' + words[i]);
    }
  };
  collect(train, [&](std::string pair) { shown.insert(std::move(pair)); });
  std::set<std::string> apart;
  for (const Adjective& adjective : adjectives()) {
    for (const Noun& noun : nouns()) {
      if (!noun.is(adjective.kinds) || noun.is(kName) || !is_held_out_pair(adjective, noun)) continue;
      for (const std::string& form : {std::string(noun.english), english_plural(noun)}) {
        apart.insert(std::string(adjective.english) + ' ' + form);
      }
    }
  }
  for (const std::string& pair : apart) EXPECT_FALSE(shown.contains(pair)) << pair;
  std::size_t tested = 0;
  collect(held_out, [&](const std::string& pair) { tested += apart.contains(pair) ? 1 : 0; });
  EXPECT_GE(tested, 100u);
}

TEST(DemoCorpus, IsCleanText) {
  double words = 0;
  for (const Pair& pair : all_pairs()) {
    for (const std::string& side : {pair.english, pair.german}) {
      EXPECT_FALSE(find_invalid_utf8(side)) << side;
      EXPECT_EQ(side.find("  "), std::string::npos) << side;
      EXPECT_EQ(side.find(" ,"), std::string::npos) << side;
      EXPECT_EQ(side.find(",,"), std::string::npos) << side;
      EXPECT_NE(std::string_view(".?!").find(side.back()), std::string_view::npos) << side;
      EXPECT_FALSE(side.front() >= 'a' && side.front() <= 'z') << side;
      const std::size_t count = words_of(side).size();
      EXPECT_GE(count, 2u) << side;
      EXPECT_LE(count, 20u) << side;
      words += static_cast<double>(count);
    }
  }
  const double mean = words / (2.0 * static_cast<double>(all_pairs().size()));
  EXPECT_GT(mean, 8.0);
  EXPECT_LT(mean, 12.0);
}

TEST(DemoCorpus, RefusesSizesBeyondTheGrammar) {
  EXPECT_THROW(generate_demo_corpus({.train_size = 1000, .held_out_size = 100, .max_words = 1}), std::invalid_argument);
}

TEST(DemoCorpus, IsWrittenLineByLine) {
  const TemporaryFolder temporary;
  const std::filesystem::path folder = temporary.path() / "made" / "here";
  DemoCorpus small;
  small.train = {{"We go.", "Wir gehen."}, {"I see.", "Ich sehe."}};
  small.valid = {{"You go.", "Du gehst."}};
  write_demo_corpus(small, folder);
  EXPECT_EQ(read_file(folder / "train.en"), "We go.\nI see.\n");
  EXPECT_EQ(read_file(folder / "train.de"), "Wir gehen.\nIch sehe.\n");
  EXPECT_EQ(read_file(folder / "valid.de"), "Du gehst.\n");
  EXPECT_EQ(read_file(folder / "test.en"), "");
}

}  // namespace
}  // namespace dragoman::demo
