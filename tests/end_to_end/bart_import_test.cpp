// BART and Pegasus through the whole program; what transformers makes of the same text: see
// tests/fixtures/bart_golden.py.
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BartImport : public testing::Test {
 protected:
  std::string imported(const std::string& name) {
    const std::string model = folder_ / name;
    const Ended ended = dragoman({"import", DRAGOMAN_FIXTURES "/bart/" + name, "--output", model});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return model;
  }

  // Two updates of `model`, the folder at place 4.
  std::vector<std::string> tuning_of(const std::string& model, const std::string& source,
                                     const std::string& target) const {
    return {"train",
            "--init-from",
            model,
            "--model",
            folder_ / "tuned",
            "--train-source",
            source,
            "--train-target",
            target,
            "--valid-source",
            source,
            "--valid-target",
            target,
            "--max-length",
            "40",
            "--max-steps",
            "2",
            "-q"};
  }

  // Compares the lines that transformers has searched so.
  std::size_t expect_same(const std::string& name, const std::string& search, std::vector<std::string> options) {
    constexpr std::size_t kLongest = 47;  // ends of what is cut there differ, but for its own rules
    std::ifstream file(DRAGOMAN_FIXTURES "/bart/" + name + "/golden.json");
    std::string sources;
    std::vector<std::string> expected;
    for (const auto& line : nlohmann::json::parse(file)) {
      if (!line.contains(search) || (search != "default" && line[search]["ids"].size() >= kLongest)) continue;
      sources += line["source"].get<std::string>() + "\n";
      expected.push_back(line[search]["text"]);
    }
    options.insert(options.begin(), {"translate", "--model", folder_ / name, "-q", "--guard", "off"});
    ProgramOptions reading;
    reading.input = sources;
    const Ended ended = dragoman(options, reading);
    EXPECT_EQ(ended.out, join_lines(expected)) << name << " " << search << ended.err;
    return expected.size();
  }

  const TemporaryFolder folder_;
};

TEST_F(BartImport, TranslatesAsTransformersDoes) {
  for (const std::string name : {"plain", "json", "pegasus"}) {
    imported(name);
    EXPECT_GT(expect_same(name, "greedy", {"--beam-size", "1"}), 8u);
    EXPECT_GT(expect_same(name, "default", {"--search-rules", "huggingface", "--length-penalty", "1"}), 15u);
  }
  EXPECT_GT(expect_same("plain", "beam", {}), 6u);
  EXPECT_GT(expect_same("pegasus", "beam", {}), 6u);
}

TEST_F(BartImport, MakesAModelForTheOtherCommands) {
  const std::string model = imported("json");
  EXPECT_TRUE(fs::exists(model + "/tokenizer.merges"));
  const std::string source = folder_.file("a", "the old man's dog\nx\nan apple 🙂\n"),
                    target = folder_.file("b", "der Hund\ny\nein Apfel 🙂\n");
  const Ended score = dragoman({"score", "--model", model, "--source", source, "--target", target});
  EXPECT_EQ(count_lines(score.out), 3u) << score.err;
  EXPECT_EQ(dragoman({"evaluate", "--model", model, "--source", source, "--reference", target}).exit_code, 0);
  EXPECT_THAT(dragoman({"info", model}).out, HasSubstr("480 (byte-level BPE), of both sides"));
  const Ended attention = dragoman({"attention", "--model", model, "--source", source, "--json", "-"});
  EXPECT_EQ(count_lines(attention.out), 3u) << attention.err;
  const std::string small = folder_ / "int8";
  ASSERT_EQ(dragoman({"quantize", "--model", model, "--output", small}).exit_code, 0);
  ProgramOptions reading;
  reading.input = "the old man's dog 🙂\n";
  const Ended quantised = dragoman({"translate", "--model", small, "--alignment"}, reading);
  EXPECT_THAT(quantised.out, HasSubstr(" ||| ")) << quantised.err;
  const std::vector<std::string> tuning = tuning_of(model, source, target);
  const Ended tuned = dragoman(tuning);
  EXPECT_EQ(tuned.exit_code, 0) << tuned.err;
  EXPECT_EQ(read_text(folder_ / "tuned/tokenizer.merges"), read_text(model + "/tokenizer.merges"));
  std::vector<std::string> grown = tuning;
  grown[4] = folder_ / "grown";
  grown.insert(grown.end(), {"--add-tokens", folder_.file("more", "🙂\nold man\n")});
  const Ended with_more = dragoman(grown);
  EXPECT_EQ(with_more.exit_code, 0) << with_more.err;
  EXPECT_THAT(dragoman({"info", folder_ / "grown"}).out, HasSubstr("482 (byte-level BPE)"));
  EXPECT_EQ(count_lines(dragoman({"translate", "--model", folder_ / "grown", "-q"}, reading).out), 1u);
  std::vector<std::string> sampled = tuning;
  sampled[4] = folder_ / "sampled";
  sampled.insert(sampled.end(), {"--subword-sampling", "0.1"});
  expect_refusal(dragoman(sampled), 2, {"subword-sampling needs a unigram or BPE model of SentencePiece"});
}

TEST_F(BartImport, PegasusIsTrainedFurther) {
  const std::string model = imported("pegasus");
  const std::string source = folder_.file("a", "the old man\nx\n"), target = folder_.file("b", "der alte Mann\ny\n");
  std::vector<std::string> tuning = tuning_of(model, source, target);
  tuning.insert(tuning.end(), {"--subword-sampling", "0.2"});
  const Ended tuned = dragoman(tuning);
  EXPECT_EQ(tuned.exit_code, 0) << tuned.err;
}

TEST_F(BartImport, ADamagedTokenizerIsNamed) {
  const std::string model = imported("plain");
  std::ofstream(model + "/tokenizer.merges", std::ios::app) << "x y\n";
  ProgramOptions reading;
  reading.input = "x\n";
  expect_refusal(dragoman({"translate", "--model", model}, reading), 1, {"tokenizer.merges"});
  fs::remove(model + "/tokenizer.merges");
  // The vocabulary that is left is none of words.
  expect_refusal(dragoman({"translate", "--model", model}, reading), 1,
                 {"tokenizer.merges: the model directory lacks this file"});
}

}  // namespace
}  // namespace dragoman
