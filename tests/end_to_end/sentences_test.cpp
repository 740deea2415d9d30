#include "tests/end_to_end/translate_fixture.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// Lines of several sentences, in the tiny language with ends of sentences that need no capital behind them.
class Sentences : public Translate {
 protected:
  const std::string one_ = "house tree。", other_ = "old dog";
  const std::string both_ = one_ + other_;
};

TEST_F(Sentences, AreTranslatedOneByOneUnlessAskedNotTo) {
  const auto alone = lines_of(translate_text(one_ + "\n" + other_ + "\n").out);
  ASSERT_EQ(alone.size(), 2u);
  const std::string joined = alone[0] + alone[1] + "\n";
  EXPECT_EQ(translate_text(both_ + "\n").out, joined) << "the model has learned from single sentences";
  EXPECT_EQ(translate_text(both_ + "\n", {"--split-sentences", "on"}).out, joined);
  EXPECT_NE(translate_text(both_ + "\n", {"--split-sentences", "off"}).out, joined);
  EXPECT_EQ(translate_text(one_ + " \u3000" + other_ + "\n").out, alone[0] + " \u3000" + alone[1] + "\n");
}

TEST_F(Sentences, OfOneALineNothingChanges) {
  const Ended split = translate({"--input", input_, "--split-sentences", "on", "--format", "json"});
  EXPECT_EQ(split.exit_code, 0);
  EXPECT_EQ(split.out, translate({"--input", input_, "--split-sentences", "off", "--format", "json"}).out);
}

TEST_F(Sentences, JsonScoresAndAlignmentsAreThoseOfAll) {
  const auto object = [&](const std::string& line) {
    return json::parse(translate_text(line + "\n", {"--format", "json", "--alignment"}).out)["translations"][0];
  };
  const json first = object(one_), second = object(other_), both = object(both_);
  EXPECT_EQ(both["text"], first["text"].get<std::string>() + second["text"].get<std::string>());
  EXPECT_NEAR(both["log_prob"], first["log_prob"].get<double>() + second["log_prob"].get<double>(), 1e-6);
  const auto appended = [](json list, const json& more) {
    list.insert(list.end(), more.begin(), more.end());
    return list;
  };
  EXPECT_EQ(both["tokens"], appended(first["tokens"], second["tokens"]));
  EXPECT_EQ(both["token_log_probs"], appended(first["token_log_probs"], second["token_log_probs"]));
  EXPECT_NEAR(both["score"], both["log_prob"].get<double>() / static_cast<double>(both["tokens"].size()), 1e-6);
  // Without a blank the last word of the first sentence and the first of the second are one, on both sides.
  for (const json& link : second["alignment"]) {
    EXPECT_THAT(both["alignment"], ::testing::Contains(json{link[0].get<int>() + 1, link[1].get<int>() + 1}));
  }

  const auto nbest = lines_of(translate_text(both_ + "\n", {"--n-best", "3"}).out);
  ASSERT_EQ(nbest.size(), 3u);
  EXPECT_THAT(nbest[0], ::testing::StartsWith("0 ||| " + both["text"].get<std::string>() + " ||| "));
}

TEST_F(Sentences, EvaluateTranslatesAsTranslateDoes) {
  const std::string source = folder_.file("source", both_ + "\n"), reference = folder_.file("reference", "baum haus\n");
  for (const std::string way : {"on", "off"}) {
    const std::string out = folder_ / way;
    const Ended ended = dragoman({"evaluate", "--model", model_, "--source", source, "--reference", reference,
                                  "--split-sentences", way, "--write-hypotheses", out, "--threads", "1"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(read_text(out), translate_text(both_ + "\n", {"--split-sentences", way}).out);
  }
}

TEST_F(Sentences, ScoreIsThatOfTheTranslation) {
  const auto score = [&](const std::string& source, const std::string& target, const std::string& way) {
    const std::string sources = folder_.file("s", source + "\n"), targets = folder_.file("t", target + "\n");
    return std::stod(dragoman({"score", "--model", model_, "--source", sources, "--target", targets,
                               "--split-sentences", way, "--normalisation", "none", "--threads", "1"})
                         .out);
  };
  const double sum = score(one_, "baum haus。", "on") + score(other_, "hund alt", "on");
  EXPECT_NEAR(score(both_, "baum haus。hund alt", "on"), sum, 1e-4);
  EXPECT_NEAR(score(both_, "baum haus。hund alt", "auto"), sum, 1e-4);
  EXPECT_GT(std::abs(score(both_, "baum haus。hund alt", "off") - sum), 1e-3);
}

TEST_F(Sentences, WhatAnInterruptedOutputWasSplitByIsPartOfIt) {
  const std::string dumped = dragoman({"translate", "--model", model_, "--dump-config"}).out;
  EXPECT_THAT(dumped, HasSubstr("split-sentences: auto"));
}

TEST_F(Sentences, TheTrainingsTextIsDescribedInTheConfig) {
  const json config = json::parse(read_text(model_ + "/config.json"));
  EXPECT_EQ(config["one_sentence_share"], 1.0);
  EXPECT_GT(config["source_length_mean"], 2);
  EXPECT_LE(config["source_length_p99"], config["source_length_p999"]);
  EXPECT_LE(config["source_length_p999"], config["source_length_max"]);
  EXPECT_FALSE(config.contains("source_lang"));
}

TEST_F(Sentences, LanguagesAreStoredAndInherited) {
  const TinyCorpus corpus(folder_, 50);
  const std::string model = folder_ / "with_languages";
  std::vector<std::string> words = tiny_training(corpus, model, 1);
  words.insert(words.end(), {"--source-lang", "EN", "--target-lang", "pt_br"});
  EXPECT_EQ(dragoman(words).exit_code, 0);
  json config = json::parse(read_text(model + "/config.json"));
  EXPECT_EQ(config["source_lang"], "en");
  EXPECT_EQ(config["target_lang"], "pt-BR");

  words = {"train",
           "--init-from",
           model,
           "--model",
           folder_ / "tuned",
           "--max-steps",
           "1",
           "--threads",
           "1",
           "--train-source",
           corpus.train_source,
           "--train-target",
           corpus.train_target,
           "--valid-source",
           corpus.valid_source,
           "--valid-target",
           corpus.valid_target,
           "--target-lang",
           "de"};
  EXPECT_EQ(dragoman(words).exit_code, 0);
  config = json::parse(read_text((folder_ / "tuned") + "/config.json"));
  EXPECT_EQ(config["source_lang"], "en");
  EXPECT_EQ(config["target_lang"], "de");
  words.back() = "german";
  expect_refusal(dragoman(words), 2, {"--target-lang", "'german' is no language code"});
}

TEST_F(Sentences, UnknownTextIsReported) {
  const Ended ended = translate_text("house 日本\nold dog\n\u4e2d\u6587\n");
  EXPECT_THAT(ended.err, HasSubstr("2 lines have characters that the model does not know, 4 in all, 1 nothing else: "
                                   "lines 1, 3"));
  EXPECT_THAT(translate_text("old dog\n").err, Not(HasSubstr("know")));
  const auto objects = lines_of(translate_text("house 日本\nold dog\n", {"--format", "json"}).out);
  EXPECT_EQ(json::parse(objects[0])["unknown_characters"], 2);
  EXPECT_FALSE(json::parse(objects[1]).contains("unknown_characters"));
}

TEST_F(Sentences, FineTuningOnUnknownTextSaysSo) {
  const TinyCorpus corpus(folder_, 50);
  std::string text;
  for (int i = 0; i < 50; ++i) text += "\u4e2d\u6587 \u0436\n";
  const std::string unknown = folder_.file("unknown", text);
  const Ended ended = dragoman({"train", "--init-from", model_, "--model", folder_ / "tuned", "--max-steps", "1",
                                "--threads", "1", "--train-source", unknown, "--train-target", corpus.train_target,
                                "--valid-source", corpus.valid_source, "--valid-target", corpus.valid_target});
  EXPECT_THAT(ended.err, HasSubstr("does not know 100 % of the characters of the source text"));
  EXPECT_THAT(ended.err, Not(HasSubstr("of the target text")));
}

TEST_F(Sentences, WhatShowsNothingIsAnEmptyLine) {
  const Ended ended = translate_text("\u00ad\u00ad\n\u200c\u200d\n\ufe0f\n\u200e \u2067\nold dog\n");
  const auto lines = lines_of(ended.out);
  ASSERT_EQ(lines.size(), 5u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(lines[i], "") << i;
  EXPECT_NE(lines[4], "");
}

TEST_F(Sentences, APairTooLongToScoreIsNamedAndStopsNothing) {
  std::string longest;
  for (int i = 0; i < 2000; ++i) longest += "house tree ";
  const std::string source = folder_.file("s", "house\n" + longest + "\ntree\n"),
                    target = folder_.file("t", "haus\nhaus\nbaum\n");
  const Ended plain = dragoman({"score", "--model", model_, "--source", source, "--target", target, "--threads", "1"});
  EXPECT_EQ(plain.exit_code, 0);
  const auto lines = lines_of(plain.out);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1], "nan");
  EXPECT_LT(std::stod(lines[2]), 0);
  EXPECT_THAT(plain.err, HasSubstr(source + ": line 2: no score: a side is longer than 1024 tokens (--max-length)"));
  const auto objects = lines_of(dragoman({"score", "--model", model_, "--source", source, "--target", target,
                                          "--format", "json", "--max-length", "10000", "--threads", "1"})
                                    .out);
  ASSERT_EQ(objects.size(), 3u);
  EXPECT_LT(json::parse(objects[1])["score"], 0);
  const auto refused = lines_of(dragoman({"score", "--model", model_, "--source", source, "--target", target,
                                          "--format", "json", "--threads", "1"})
                                    .out);
  EXPECT_TRUE(json::parse(refused[1])["score"].is_null());
}

}  // namespace
}  // namespace dragoman
