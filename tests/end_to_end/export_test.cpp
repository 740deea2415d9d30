#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Export, WritesWhatCTranslate2Loads) {
  const TemporaryFolder folder;
  const std::string output = folder / "exported";
  const Ended ended = dragoman({"export", "--model", shared_model(), "--format", "ctranslate2", "--output", output});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, "");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(output)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names,
              ElementsAre("config.json", "model.bin", "shared_vocabulary.json", "tokenizer.spm", "written_by.txt"));
  const auto config = nlohmann::json::parse(read_text(output + "/config.json"));
  EXPECT_EQ(config["eos_token"], "</s>");
  EXPECT_THAT(nlohmann::json::parse(read_text(output + "/shared_vocabulary.json")).get<std::vector<std::string>>(),
              Contains(config["unk_token"].get<std::string>()));
  // Version 6, and the name of what the weights are for, with its length in 16 bits.
  EXPECT_THAT(read_text(output + "/model.bin").substr(0, 30), HasSubstr("TransformerSpec"));
}

TEST(Export, WritesRotaryPositionsAndRefusesWhatHasNoForm) {
  const TemporaryFolder folder;
  const TinyCorpus corpus(folder);
  const auto exported = [&](const std::string& positions) {
    std::vector<std::string> words = tiny_training(corpus, folder / positions, 1);
    *(std::find(words.begin(), words.end(), "--positions") + 1) = positions;
    EXPECT_EQ(dragoman(words).exit_code, 0);
    return dragoman({"export", "--model", folder / positions, "--output", folder / (positions + ".exported")});
  };
  EXPECT_EQ(exported("rotary").exit_code, 0);
  const std::string variables = read_text(folder / "rotary.exported/model.bin");
  EXPECT_THAT(variables, HasSubstr("encoder/layer_0/self_attention/rotary_dim"));
  EXPECT_THAT(variables, Not(HasSubstr("position_encodings")));
  expect_refusal(exported("relative"), 1, {"positions relative", "cannot be exported"});
}

// What was imported, exported again and imported anew.
void expect_same_again(const std::string& fixture, const std::string& format, const std::string& said,
                       const std::vector<std::string>& languages) {
  const TemporaryFolder folder;
  const std::string model = folder / "model", theirs = folder / "theirs", again = folder / "again";
  ASSERT_EQ(dragoman({"import", "-q", fixture, "--output", model}).exit_code, 0);
  const Ended ended = dragoman({"export", "--model", model, "--format", format, "--output", theirs});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr(said));
  ASSERT_EQ(dragoman({"import", "-q", theirs, "--output", again}).exit_code, 0);
  std::ofstream(folder / "source") << "The old man laughs.\nWhy?\n";
  const auto translated = [&](const std::string& by) {
    std::vector<std::string> words = {"translate", "-q", "--model", by, "--input", folder / "source"};
    words.insert(words.end(), languages.begin(), languages.end());
    return dragoman(words);
  };
  const Ended before = translated(model), after = translated(again);
  EXPECT_EQ(before.exit_code, 0) << before.err;
  EXPECT_EQ(after.out, before.out);
}

TEST(Export, OfAModelOfTransformersTranslatesTheSameAgain) {
  expect_same_again(DRAGOMAN_FIXTURES "/multilingual/nllb", "huggingface",
                    "M2M100ForConditionalGeneration with NllbTokenizer",
                    {"--source-lang", "en", "--target-lang", "de"});
}

TEST(Export, OfAModelOfMarianTranslatesTheSameAgain) {
  expect_same_again(DRAGOMAN_FIXTURES "/marian_files/opus", "marian", "marian-decoder -c decoder.yml", {});
}

TEST(Export, NeverWritesOverAModel) {
  expect_refusal(dragoman({"export", "--model", shared_model(), "--output", shared_model()}), 2,
                 {"--output", "--model", "name another"});
  expect_refusal(dragoman({"export", "--model", shared_model(), "--output", "/proc/none"}), 1, {"/proc/none"});
  expect_refusal(dragoman({"export", "--model", shared_model()}), 2, {"--output"});
}

}  // namespace
}  // namespace dragoman
