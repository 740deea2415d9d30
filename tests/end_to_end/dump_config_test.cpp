#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using Words = std::vector<std::string>;

// What --dump-config prints is what the same command reads: it dumps the same again, and does the same.
class DumpConfig : public ::testing::Test {
 protected:
  Ended ended(const Words& words) const {
    ProgramOptions options;
    options.input = input_;
    return dragoman(words, options);
  }

  void expect_round_trip(const Words& words) const {
    SCOPED_TRACE(join_lines(words));
    Words dumping = words;
    dumping.emplace_back("--dump-config");
    const Ended dump = ended(dumping);
    ASSERT_EQ(dump.exit_code, 0) << dump.err;
    const std::string file = folder_.file("dump.yaml", dump.out);
    const Ended again = ended({words.front(), "-c", file, "--dump-config"});
    EXPECT_EQ(again.out, dump.out) << again.err;
    const Ended direct = ended(words), from_file = ended({words.front(), "-c", file});
    EXPECT_EQ(direct.exit_code, 0) << direct.err;
    EXPECT_EQ(from_file.exit_code, 0) << from_file.err << dump.out;
    EXPECT_EQ(from_file.out, direct.out);
  }

  Words with_model(const std::string& command, const Words& more) const {
    Words words{command, "--model", model_};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  static std::string targets() {
    Words lines;
    for (const std::string& source : tiny_source_lines(6, 7)) lines.push_back(tiny_target_line(source));
    return join_lines(lines);
  }

  const TemporaryFolder folder_;
  const std::string input_ = join_lines(tiny_source_lines(6, 7));
  const std::string model_ = copy_of_model(folder_), source_ = folder_.file("source", input_),
                    target_ = folder_.file("target", targets());
};

TEST_F(DumpConfig, OfTranslate) {
  for (const Words& more : {Words{},
                            {"--n-best", "2"},
                            {"--batch-size", "32"},
                            {"--batch-tokens", "100", "--scores"},
                            {"--alignment", "--alignment-step", "reading"},
                            {"--input", source_, "--shard", "1/2"}})
    expect_round_trip(with_model("translate", more));
}

TEST_F(DumpConfig, OfEvaluate) {
  const Words files{"evaluate", "--hypothesis", source_, "--reference", target_};
  for (const Words& more : {Words{},
                            {"--metrics", "chrf", "ter"},
                            {"--confidence", "--seed", "7", "--metrics", "rougeL"},
                            {"--breakdown", "--lowercase", "--worst", "2"}}) {
    Words words = files;
    words.insert(words.end(), more.begin(), more.end());
    expect_round_trip(words);
  }
  expect_round_trip({"evaluate", "--hypothesis", source_, target_, "--reference", target_, "--paired-bs"});
  expect_round_trip(with_model("evaluate", {"--source", source_, "--reference", target_}));
}

TEST_F(DumpConfig, OfTheOthers) {
  expect_round_trip(with_model("score", {"--source", source_, "--target", target_}));
  expect_round_trip(with_model("attention", {"--source", source_, "--lines", "1", "2"}));
  expect_round_trip(with_model("heads", {"--source", source_, "--target", target_}));
  expect_round_trip(with_model("shortlist", {"--train-source", source_, "--train-target", target_}));
  expect_round_trip(with_model("quantize", {"--output", folder_ / "int8"}));
  expect_round_trip(with_model("export", {"--output", folder_ / "exported"}));
  expect_round_trip(with_model("seal", {}));
  expect_round_trip(with_model("info", {"--format", "json"}));
  expect_round_trip({"import", DRAGOMAN_FIXTURES "/marian/shared", "--output", folder_ / "imported"});
}

TEST_F(DumpConfig, OfTrain) {
  const TinyCorpus corpus(folder_, 40);
  for (const Words& more : {Words{}, {"--preset", "tiny"}}) {
    Words words = tiny_training(corpus, folder_ / ("trained" + std::to_string(more.size())), 2);
    words.insert(words.end(), more.begin(), more.end());
    expect_round_trip(words);
  }
}

}  // namespace
}  // namespace dragoman
