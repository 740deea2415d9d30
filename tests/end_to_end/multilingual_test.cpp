#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;

// One model of the tiny language pair in both directions, trained once for all tests of this process.
class Multilingual : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const TinyCorpus corpus(*folder_);
    const auto map = [](const std::string& source, const std::string& target, const std::string& valid_source,
                        const std::string& valid_target, const char* languages) {
      return "- train-source: " + source + "\n  train-target: " + target + "\n  valid-source: " + valid_source +
             "\n  valid-target: " + valid_target + "\n" + languages;
    };
    const std::string list = folder_->file(
        "corpora.yaml", "corpora:\n" +
                            map(corpus.train_source, corpus.train_target, corpus.valid_source, corpus.valid_target,
                                "  source-lang: en\n  target-lang: de\n") +
                            map(corpus.train_target, corpus.train_source, corpus.valid_target, corpus.valid_source,
                                "  source-lang: de\n  target-lang: en\n  weight: 0.5\n"));
    std::vector<std::string> words = tiny_training(corpus, model(), 150);
    for (const char* of_one : {"--train-source", "--train-target", "--valid-source", "--valid-target"}) {
      const auto found = std::find(words.begin(), words.end(), of_one);
      words.erase(found, found + 2);
    }
    words.insert(words.end(), {"-c", list});
    trained_ = new Ended(dragoman(words));
  }

  static void TearDownTestSuite() {
    delete trained_;
    delete folder_;
  }

  static std::string model() { return *folder_ / "model"; }

  static Ended translate(const std::vector<std::string>& arguments, const std::string& input) {
    std::vector<std::string> words = {"translate", "--model", model()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    ProgramOptions options;
    options.input = input;
    return dragoman(words, options);
  }

  static std::set<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::set<std::string> words;
    for (std::string word; stream >> word;) words.insert(word);
    return words;
  }

  static bool is_english(const std::string& text) {
    const std::set<std::string> known = words_of(join_lines(tiny_source_lines(200, 3)));
    const std::set<std::string> words = words_of(text);
    return std::includes(known.begin(), known.end(), words.begin(), words.end());
  }

  static std::string german_lines() {
    std::string lines;
    for (const std::string& line : tiny_source_lines(20, 5)) lines += tiny_target_line(line) + "\n";
    return lines;
  }

  static inline TemporaryFolder* folder_ = nullptr;
  static inline Ended* trained_ = nullptr;
};

TEST_F(Multilingual, TrainsOnTheCorporaOfAFile) {
  ASSERT_EQ(trained_->exit_code, 0) << trained_->err;
  EXPECT_THAT(trained_->err, HasSubstr("800 pairs kept"));
  EXPECT_THAT(trained_->err, HasSubstr("de-en "));
  const Ended info = dragoman({"info", "--format", "json", model()});
  EXPECT_THAT(info.out, HasSubstr("\"de\"")) << info.err;
}

TEST_F(Multilingual, TranslatesIntoTheLanguageThatIsAskedFor) {
  const std::string english = join_lines(tiny_source_lines(20, 5));
  const Ended into_german = translate({"--target-lang", "de"}, english);
  ASSERT_EQ(into_german.exit_code, 0) << into_german.err;
  EXPECT_EQ(count_lines(into_german.out), 20u);
  EXPECT_FALSE(is_english(into_german.out)) << into_german.out;
  const Ended into_english = translate({"--target-lang", "en"}, german_lines());
  EXPECT_TRUE(is_english(into_english.out)) << into_english.out;
  expect_refusal(translate({}, english), 2, {"the model knows several languages; add --target-lang CODE, of de en"});
  expect_refusal(translate({"--target-lang", "fr"}, english), 2, {"does not know --target-lang fr"});
}

TEST_F(Multilingual, TranslatesEachLineIntoItsOwnLanguage) {
  const std::string english = tiny_source_lines(1, 5).front(), german = tiny_target_line(english);
  const auto line = [](const std::string& text, const std::string& language) {
    return nlohmann::json{{"text", text}, {"target_lang", language}}.dump() + "\n";
  };
  const std::string lines = line(english, "de") + line(german, "en") + line(english, "de");
  const Ended ended = translate({"--target-lang", "de", "--input-format", "json"}, lines);
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::string into_german = translate({"--target-lang", "de"}, english + "\n").out;
  EXPECT_EQ(ended.out, into_german + translate({"--target-lang", "en"}, german + "\n").out + into_german);
  expect_refusal(translate({"--target-lang", "de", "--input-format", "json"}, line(english, "fr")), 1,
                 {"line 1: ", "does not know --target-lang fr"});
}

// Whichever language is translated first, and by how many models.
TEST_F(Multilingual, ReportsLinesInOrderAndOnce) {
  std::string lines;
  const std::vector<std::string> texts = tiny_source_lines(20, 5);
  const std::string longest = *std::ranges::max_element(texts, {}, &std::string::size);
  for (const char* language : {"de", "en", "en", "de"})
    lines += nlohmann::json{{"text", longest}, {"target_lang", language}}.dump() + "\n";
  const std::vector<std::string> cut{"--target-lang", "de", "--input-format", "json", "--max-length", "2"};
  EXPECT_THAT(translate(cut, lines).err, HasSubstr("4 translations were cut"));
  EXPECT_THAT(translate(cut, lines).err, HasSubstr(": lines 1, 2, 3, 4\n"));
  std::vector<std::string> via = cut;
  via.insert(via.end(), {"--via", model(), "--via-lang", "en"});
  EXPECT_THAT(translate(via, lines).err, HasSubstr("4 translations were cut"));
  EXPECT_THAT(translate(via, lines).err, HasSubstr(": lines 1, 2, 3, 4\n"));
}

TEST_F(Multilingual, TranslatesThroughALanguageBetween) {
  const std::string german = german_lines();
  const Ended english = translate({"--target-lang", "en"}, german);
  const Ended expected = translate({"--target-lang", "de"}, english.out);
  const Ended both = translate({"--target-lang", "de", "--via", model(), "--via-lang", "en"}, german);
  ASSERT_EQ(both.exit_code, 0) << both.err;
  EXPECT_EQ(both.out, expected.out);
  const Ended json = translate(
      {"--target-lang", "de", "--via", model(), "--via-lang", "en", "--format", "json", "--alignment"}, german);
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const auto first = nlohmann::json::parse(json.out.substr(0, json.out.find('\n')));
  EXPECT_EQ(first["via"].get<std::string>() + "\n", english.out.substr(0, english.out.find('\n') + 1));
  EXPECT_EQ(first["source"].get<std::string>() + "\n", german.substr(0, german.find('\n') + 1));
  expect_refusal(translate({"--target-lang", "de", "--via", model()}, german), 2,
                 {"--via-lang is the language between"});
  expect_refusal(translate({"--target-lang", "de", "--via-lang", "en"}, german), 2, {"give --via, too"});
}

TEST_F(Multilingual, TranslatesPunctuationInItsPlainForms) {
  const Ended plain = translate({"--target-lang", "de"}, "old (dog)\n");
  const Ended wide = translate({"--target-lang", "de", "--normalise", "moses"}, "old\uFF08dog\uFF09\u200B\n");
  EXPECT_EQ(wide.exit_code, 0) << wide.err;
  EXPECT_EQ(wide.out, plain.out);
}

TEST_F(Multilingual, ContinuesWhatTwoModelsBegan) {
  const std::string input = folder_->file("input.de", german_lines()), output = *folder_ / "output.de";
  const std::vector<std::string> arguments = {"--target-lang", "de",   "--via",   model(), "--via-lang", "en",
                                              "--output",      output, "--input", input};
  const Ended ended = translate(arguments, "");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(count_lines(read_text(output)), 20u);
}

TEST_F(Multilingual, IsEvaluatedAndTunedWithItsLanguages) {
  const TinyCorpus corpus(*folder_);
  const Ended score = dragoman({"evaluate", "--model", model(), "--target-lang", "de", "--source", corpus.valid_source,
                                "--reference", corpus.valid_target});
  EXPECT_EQ(score.exit_code, 0) << score.err;
  std::vector<std::string> words = tiny_training(corpus, *folder_ / "tuned", 5);
  for (const char* of_model : {"--preset", "--encoder-layers", "--decoder-layers", "--width", "--feed-forward-width",
                               "--heads", "--vocab-size", "--tokenizer-algorithm", "--positions"}) {
    const auto found = std::find(words.begin(), words.end(), of_model);
    if (found != words.end()) words.erase(found, found + 2);
  }
  words.insert(words.end(), {"--init-from", model(), "--source-lang", "en", "--target-lang", "de", "--add-tokens",
                             folder_->file("tokens", "COVID-19\n")});
  const Ended tuned = dragoman(words);
  ASSERT_EQ(tuned.exit_code, 0) << tuned.err;
  ProgramOptions options;
  options.input = "old dog COVID-19\n";
  const Ended ended = dragoman({"translate", "--model", *folder_ / "tuned"}, options);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.err.find("unknown"), std::string::npos) << ended.err;
}

TEST_F(Multilingual, DumpsTheListThatItReads) {
  const std::string list = *folder_ / "corpora.yaml";
  const Ended dump = dragoman({"train", "-c", list, "--dump-config"});
  ASSERT_EQ(dump.exit_code, 0) << dump.err;
  EXPECT_THAT(dump.out, HasSubstr("target-lang: de"));
  EXPECT_EQ(dragoman({"train", "-c", folder_->file("dump.yaml", dump.out), "--dump-config"}).out, dump.out);
}

// Read by a person, who has the line at hand.
TEST_F(Multilingual, NamesTheLineOfAListThatIsWrong) {
  const auto refusal = [&](const std::string& text) {
    return dragoman({"train", "-c", folder_->file("wrong.yaml", text), "--model", *folder_ / "none"});
  };
  expect_refusal(refusal("corpora:\n- train-sources: a\n"), 2,
                 {"wrong.yaml:2: train-sources is not an option of train; the nearest known one is train-source"});
  expect_refusal(refusal("corpora:\n- train-source: a\n  weight: heavy\n"), 2,
                 {"wrong.yaml:3: weight: 'heavy' is not"});
  expect_refusal(refusal("corpora: a.yaml\n"), 2, {"wrong.yaml:1: corpora is a list of maps"});
  expect_refusal(refusal("corpora:\n- train-tsv: a\n  valid-tsv: b\n  source-lang: en\n"), 2,
                 {"each of the corpora needs source-lang and target-lang"});
  expect_refusal(refusal("train-source: x\ncorpora:\n- train-tsv: a\n"), 2, {"contradict each other"});
  expect_refusal(refusal("seed:\n- a: 1\n"), 2, {"wrong.yaml:1: seed: an item is not a plain value"});
}

}  // namespace
}  // namespace dragoman
