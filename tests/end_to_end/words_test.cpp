// Models of words: text whose tokens white space separates, by lists of them.
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// All words of a file behind the special ones, without <s> and <pad>.
std::string vocabulary_of(const std::string& file) {
  std::istringstream text(read_text(file));
  const std::set<std::string> words{std::istream_iterator<std::string>(text), {}};
  std::string vocabulary = "<none>\n</s>\n<unk>\n";
  for (const std::string& word : words) vocabulary += word + "\n";
  return vocabulary;
}

TEST(Words, ATrainingTakesListsOfThem) {
  const TemporaryFolder folder;
  const TinyCorpus corpus(folder);
  const std::string model = folder / "model";
  const std::string source = folder.file("words.en", vocabulary_of(corpus.train_source));
  const std::string target = folder.file("words.de", vocabulary_of(corpus.train_target));
  std::vector<std::string> words = tiny_training(corpus, model, 150);
  for (const char* learned : {"--vocab-size", "--tokenizer-algorithm"}) {
    const auto option = std::ranges::find(words, learned);
    words.erase(option, option + 2);
  }
  words.insert(words.end(),
               {"--source-tokenizer", source, "--target-tokenizer", target, "--tied-embeddings", "target"});
  const Ended trained = dragoman(words);
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_EQ(read_text(fs::path(model) / "source.vocabulary"), read_text(source));
  EXPECT_EQ(read_text(fs::path(model) / "target.vocabulary"), read_text(target));

  ProgramOptions lines;
  lines.input = "old dog  sees\n\nold elephant\n";
  const Ended translated = dragoman({"translate", "--model", model}, lines);
  EXPECT_EQ(translated.exit_code, 0) << translated.err;
  EXPECT_THAT(translated.out, ::testing::StartsWith("sieht alt hund\n\n"));
  EXPECT_THAT(translated.err, HasSubstr("the model knows 3 of 11 characters"));
  EXPECT_EQ(dragoman({"seal", "--model", model}).exit_code, 0);
  EXPECT_EQ(dragoman(words).exit_code, 0) << "it is finished";

  const std::string other = folder.file("damaged.en", "<pad>\n</s>\n<unk>\nold\nold\n");
  std::vector<std::string> refused = words;
  *(std::ranges::find(refused, "--source-tokenizer") + 1) = other;
  *(std::ranges::find(refused, "--model") + 1) = folder / "another";
  expect_refusal(dragoman(refused), 1, {other, "line 5", "'old' is there already, in line 4"});
}

}  // namespace
}  // namespace dragoman
