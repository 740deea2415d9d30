#include "decoding/engine/translate_stream.h"

#include "decoding/engine/translator.h"
#include "tests/decoding/copy_model.h"
#include "tests/decoding/sample_engine.h"
#include "tests/decoding/sample_sentences.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Received {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> sources, texts, notices;
  std::int64_t lines = 0;
};

class TranslateStream : public ::testing::Test {
 protected:
  Received translate(const std::vector<std::string>& lines, const StreamOptions& stream) {
    std::ofstream(path_) << [&] {
      std::string text;
      for (const std::string& line : lines) text += line + "\n";
      return text;
    }();
    ModelConfig config;
    config.special_ids = sample_tokenizer().special_ids();
    model_->eval();
    const Translator translator(engine_of(model_, config), options_);
    LineReader reader(path_);
    Received received;
    received.lines =
        translate_stream([&](auto block, std::int64_t number,
                             LineReport& report) { return translator.translate(block, number, report); },
                         reader,
                         [&](std::int64_t number, const std::string& source, const Translation& translation) {
                           received.numbers.push_back(number);
                           received.sources.push_back(source);
                           received.texts.push_back(translation.outputs.at(0).text);
                         },
                         [&](const std::string& text) { received.notices.push_back(text); }, stream);
    return received;
  }

  void TearDown() override { std::filesystem::remove(path_); }

  std::string path_ = ::testing::TempDir() + "translate_stream_" +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt";
  std::shared_ptr<CopyModel> model_ = std::make_shared<CopyModel>(sample_tokenizer().vocabulary_size());
  TranslatorOptions options_;
};

TEST_F(TranslateStream, EveryLineInOrderWhateverTheBlocks) {
  std::vector<std::string> lines = sample_sentences(50);
  lines[7] = lines[49] = "";
  for (const StreamOptions& stream : {StreamOptions{1, 1000, 1000}, StreamOptions{7, 1 << 20, 1000},
                                      StreamOptions{1000, 100, 1000}, StreamOptions{8192, 1, 1000}, StreamOptions{}}) {
    const Received received = translate(lines, stream);
    EXPECT_EQ(received.lines, 50);
    EXPECT_EQ(received.sources, lines);
    EXPECT_EQ(received.texts, lines);
    for (std::size_t i = 0; i < received.numbers.size(); ++i) {
      EXPECT_EQ(received.numbers[i], static_cast<std::int64_t>(i) + 1);
    }
  }
}

TEST_F(TranslateStream, BlocksBoundWhatIsReadAhead) {
  // Equal lines of one block are translated once: 10 blocks of 4.
  translate(std::vector<std::string>(40, "the dog"), StreamOptions{4, 1 << 20, 1000});
  EXPECT_EQ(model_->sentences(), 10);
}

TEST_F(TranslateStream, ReadsNothingBehindTheLastLine) {
  const Received received = translate({"one", "two", "three"}, StreamOptions{8192, 1 << 20, 2});
  EXPECT_EQ(received.lines, 2);
  EXPECT_THAT(received.texts, ElementsAre("one", "two"));
}

TEST_F(TranslateStream, TellsOfEachBlockAndEndsWhereItIsTold) {
  std::vector<std::int64_t> ends;
  StreamOptions stream{2, 1 << 20, 1000};
  stream.block_done = [&](std::int64_t number) {
    ends.push_back(number);
    return number < 4;
  };
  const Received received = translate({"one", "two", "three", "four", "five", "six"}, stream);
  EXPECT_EQ(received.lines, 4);
  EXPECT_THAT(received.sources, ElementsAre("one", "two", "three", "four"));
  EXPECT_THAT(ends, ElementsAre(2, 4));
}

TEST_F(TranslateStream, BlocksAreAsLongAsTheTimeAllows) {
  std::vector<std::int64_t> ends;
  StreamOptions stream;
  stream.block_done = [&](std::int64_t number) {
    ends.push_back(number);
    return true;
  };
  // No block of so many lines takes no time, nor an hour.
  const std::vector<std::string> lines(400, "the dog");
  stream.block_time = std::chrono::nanoseconds(1);
  translate(lines, stream);
  EXPECT_EQ(ends.at(0), 256);
  EXPECT_EQ(ends.at(1), 288);
  ends.clear();
  stream.block_time = std::chrono::hours(1);
  translate(lines, stream);
  EXPECT_THAT(ends, ElementsAre(256, 400));
}

TEST_F(TranslateStream, AnEmptyFileGivesNothing) {
  const Received received = translate({}, {});
  EXPECT_EQ(received.lines, 0);
  EXPECT_THAT(received.texts, IsEmpty());
}

TEST_F(TranslateStream, NoticesNameFileAndLine) {
  options_.max_source_length = 5;
  const Received received =
      translate({"a cat", "a cat", "the old dog sees a small cat under the tree"}, {2, 1 << 20, 1000});
  EXPECT_THAT(received.notices, ElementsAre(AllOf(StartsWith(path_ + ": line 3: longer than 5 tokens"))));
}

}  // namespace
}  // namespace dragoman
