// What is said when something is wrong: a sentence of ours, in one line, with the remedy.
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class Messages : public ::testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string text_ = folder_.file("text", "A man sleeps.\n");
};

TEST_F(Messages, NamesOfFilesMayBeAnyBytes) {
  const std::string latin1 = folder_.file("gr\xFCn.de", "A man sleeps.\n");
  const std::string shown = folder_ / "gr\\xfcn.de";
  const Ended json = dragoman({"evaluate", "--hypothesis", latin1, text_, "--reference", text_, "--format", "json"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  EXPECT_THAT(nlohmann::json::parse(json.out).dump(), HasSubstr("gr\\\\xfcn.de"));
  const Ended page =
      dragoman({"evaluate", "--hypothesis", latin1, "--reference", text_, "--html", folder_ / "page.html"});
  EXPECT_EQ(page.exit_code, 0) << page.err;
  expect_refusal(dragoman({"evaluate", "--hypothesis", folder_ / "no\nsuch", "--reference", text_}), 1,
                 {folder_ / "no\\nsuch", "cannot open"});
  expect_refusal(dragoman({"translate", "--model", latin1, "--input", text_}), 1, {shown});
}

TEST_F(Messages, ModelsMayHaveSuchNames) {
  const std::string model = copy_of_model(folder_, "mod\xE8le");
  const std::string source = folder_.file("source", join_lines(tiny_source_lines(3, 5)));
  const std::string target = folder_.file("target", join_lines(tiny_source_lines(3, 5)));
  const Ended page =
      dragoman({"attention", "--model", model, "--source", source, "--html", folder_ / "a.html", "--threads", "1"});
  EXPECT_EQ(page.exit_code, 0) << page.err;
  const Ended tuned =
      dragoman({"train", "--init-from", model, "--train-source", source, "--train-target", target, "--valid-source",
                source, "--valid-target", target, "--max-steps", "1", "--threads", "1", "--model", folder_ / "tuned"});
  EXPECT_EQ(tuned.exit_code, 0) << tuned.err;
}

TEST_F(Messages, ErrorsOfTheSystemAreSentences) {
  fs::create_symlink("loop", folder_ / "loop");
  const Ended loop = dragoman({"translate", "--model", folder_ / "loop", "--input", text_});
  expect_refusal(loop, 1, {folder_ / "loop"});
  EXPECT_THAT(loop.err, Not(HasSubstr("filesystem error")));
}

TEST_F(Messages, NameTheOption) {
  expect_refusal(dragoman({"evaluate", "--hypothesis", text_, "--reference", text_, "--confidence", "--seed", "-1"}), 2,
                 {"--seed: '-1' is not a whole number of at least 0"});
}

TEST_F(Messages, OneLineIsNotSeveral) {
  const std::string two = folder_.file("two", "a\nb\n");
  expect_refusal(dragoman({"evaluate", "--hypothesis", text_, "--reference", two}), 1,
                 {text_ + " has 1 line, " + two + " has 2;"});
}

TEST_F(Messages, MetricsAreKnownByAnySpelling) {
  const auto metrics = [&](const std::vector<std::string>& names) {
    std::vector<std::string> words = {"evaluate", "--hypothesis", text_, "--reference", text_, "--metrics"};
    words.insert(words.end(), names.begin(), names.end());
    return dragoman(words);
  };
  const std::string expected = metrics({"bleu", "chrf"}).out;
  EXPECT_THAT(expected, HasSubstr("chrF2|"));
  EXPECT_EQ(metrics({"bleu,chrf"}).out, expected);
  EXPECT_EQ(metrics({"BLEU", "chrF"}).out, expected);
  EXPECT_THAT(metrics({"ROUGE-L"}).out, HasSubstr("ROUGE-L|"));
  EXPECT_THAT(metrics({"chrf++"}).out, HasSubstr("chrF2++|"));
  EXPECT_THAT(metrics({"chrf++", "--chrf-word-order", "1"}).out, HasSubstr("chrF2+|"));
  expect_refusal(metrics({"bleu,bleu"}), 2, {"--metrics: bleu is there twice"});
  expect_refusal(metrics({"bleu++"}), 2, {"--metrics: 'bleu++' is none of bleu"});
  expect_refusal(metrics({"bleu,"}), 2, {"--metrics: '' is none of bleu"});
}

TEST_F(Messages, OutputsAreNotCompressed) {
  expect_refusal(dragoman({"evaluate", "--hypothesis", text_, "--reference", text_, "--html", folder_ / "x.gz"}), 2,
                 {folder_ / "x.gz", "plain text", "| gzip"});
  EXPECT_FALSE(fs::exists(folder_ / "x.gz"));
}

TEST_F(Messages, ModelsOfOtherProgramsAreNamed) {
  fs::create_directory(folder_ / "hf");
  folder_.file("hf/config.json", R"({"model_type": "marian"})");
  expect_refusal(dragoman({"translate", "--model", folder_ / "hf", "--input", text_}), 1,
                 {folder_ / "hf", "is a Hugging Face model; `dragoman import --from "});
}

TEST_F(Messages, OptionsOfOtherArchitecturesAreRefused) {
  const TinyCorpus corpus(folder_);
  const auto train = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = tiny_training(corpus, folder_ / "model", 1);
    words.insert(words.end(), more.begin(), more.end());
    return dragoman(words);
  };
  using Case = std::pair<std::vector<std::string>, std::string>;
  for (const auto& [words, message] : std::vector<Case>{
           {{"--kernel-width", "5"},
            "--kernel-width has no effect with --architecture transformer: it is an option of conv"},
           {{"--architecture", "rnn", "--layer-dropout", "0.1"},
            "--layer-dropout has no effect with --architecture rnn"},
           {{"--architecture", "conv", "--norm", "post"},
            "--norm has no effect with --architecture conv: it is an option of transformer, rnn and language-model"},
           {{"--architecture", "rnn", "--activation", "gelu"}, "--activation has no effect"},
           {{"--architecture", "conv", "--no-input-feeding"}, "--input-feeding has no effect"}}) {
    expect_refusal(train(words), 2, {message});
  }
  EXPECT_FALSE(fs::exists(folder_ / "model"));
}

TEST_F(Messages, WhatIsNoTextIsRefusedByEveryCommand) {
  const std::string model = shared_model();
  const std::string utf16 = folder_.file("utf16", std::string("A\0 \0m\0a\0n\0\n\0", 12));
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"translate", "--model", model, "--input", utf16},
           {"score", "--model", model, "--source", utf16, "--target", utf16},
           {"attention", "--model", model, "--source", utf16},
           {"heads", "--model", model, "--source", utf16, "--target", utf16},
           {"evaluate", "--hypothesis", utf16, "--reference", utf16},
           {"train", "--train-source", utf16, "--train-target", utf16, "--valid-source", utf16, "--valid-target", utf16,
            "--model", folder_ / "model"}}) {
    expect_refusal(dragoman(words), 1,
                   {utf16 + ": is text in UTF-16; convert it: iconv -f utf-16le -t utf-8 " + utf16});
  }
  ProgramOptions options;
  options.input = "BZh91AY&SY\x12\x34";
  expect_refusal(dragoman({"translate", "--model", model}, options), 1,
                 {"standard input: is compressed by bzip2; unpack it: bzip2 -dc FILE | dragoman ..."});
}

TEST_F(Messages, PipesAreNoTextToReadTwice) {
  const std::string fifo = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  expect_refusal(dragoman({"heads", "--model", shared_model(), "--source", fifo, "--target", text_}), 1,
                 {fifo + ": is a pipe", "write it to a file first"});
  expect_refusal(dragoman({"train", "--train-source", text_, "--train-target", fifo, "--valid-source", text_,
                           "--valid-target", text_, "--model", folder_ / "model"}),
                 1, {fifo + ": is a pipe", "write it to a file first"});
  EXPECT_FALSE(fs::exists(folder_ / "model"));
}

}  // namespace
}  // namespace dragoman
