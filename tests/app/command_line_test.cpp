#include "app/cli/command_line.h"

#include "base/atomic_file.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

enum class Format { plain, json };

struct Fields {
  std::string model;
  int beam_size = 5;
  std::optional<std::size_t> batch_size;
  std::size_t batch_tokens = 4096;
  double length_penalty = 1;
  bool lowercase = false;
  bool final_norm = true;
  std::vector<std::string> references;
  Format format = Format::plain;
  int layers = 6;
};

class CommandLineTest : public ::testing::Test {
 protected:
  CommandLineTest() {
    line_.add("model,m", fields_.model, "DIR", "the model").required = true;
    line_.add("beam-size", fields_.beam_size, "N", "beams");
    line_.add("batch-size", fields_.batch_size, "N", "sentences");
    line_.add("batch-tokens", fields_.batch_tokens, "N", "tokens");
    line_.exclude("batch-size", "batch-tokens");
    line_.group("Other");
    line_.add("length-penalty", fields_.length_penalty, "X", "alpha");
    line_.add("lowercase", fields_.lowercase, "ignore case");
    line_.add("final-norm", fields_.final_norm, "norm");
    line_.add("reference", fields_.references, "FILE", "references");
    line_.choose<Format>("format", fields_.format, {{"plain", Format::plain}, {"json", Format::json}}, "form");
    line_.add("layers", fields_.layers, "N", "layers");
    Option preset;
    preset.early = true;
    preset.set = [this](const std::vector<std::string>& values) { fields_.layers = values.front() == "tiny" ? 2 : 6; };
    preset.get = [] { return std::vector<std::string>{}; };
    line_.add_custom("preset", preset, "tiny|base", "sizes");
  }

  ~CommandLineTest() override {
    for (const auto& path : files_) std::filesystem::remove(path);
  }

  std::string file(const std::string& text) {
    const std::string path = ::testing::TempDir() + "command_line_test." + std::to_string(::getpid()) + "." +
                             std::to_string(files_.size()) + ".yaml";
    write_file_atomically(path, text);
    files_.push_back(path);
    return path;
  }

  std::string refusal(const std::vector<std::string>& arguments) {
    try {
      line_.parse(arguments);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "(accepted)";
  }

  Fields fields_;
  CommandLine line_{"try", "Tries."};
  std::vector<std::string> files_;
};

TEST_F(CommandLineTest, SetsFields) {
  EXPECT_EQ(line_.parse({"-m", "dir", "--beam-size=3", "--length_penalty", "-0.5", "--reference", "a", "b",
                         "--lowercase", "--no-final-norm", "--reference", "c", "--format", "json"}),
            std::nullopt);
  EXPECT_EQ(fields_.model, "dir");
  EXPECT_EQ(fields_.beam_size, 3);
  EXPECT_EQ(fields_.length_penalty, -0.5);
  EXPECT_THAT(fields_.references, ElementsAre("a", "b", "c"));
  EXPECT_TRUE(fields_.lowercase);
  EXPECT_FALSE(fields_.final_norm);
  EXPECT_EQ(fields_.format, Format::json);
  EXPECT_TRUE(line_.given("length-penalty"));
  EXPECT_FALSE(line_.given("batch-tokens"));
}

TEST_F(CommandLineTest, LeavesDefaultsAndTakesHyphenForAValue) {
  line_.parse({"--model", "-"});
  EXPECT_EQ(fields_.model, "-");
  EXPECT_EQ(fields_.beam_size, 5);
  EXPECT_EQ(fields_.batch_size, std::nullopt);
}

TEST_F(CommandLineTest, AppliesAPresetBeforeWhatRefinesIt) {
  line_.parse({"-m", "dir", "--layers", "3", "--preset", "tiny"});
  EXPECT_EQ(fields_.layers, 3);
}

TEST_F(CommandLineTest, NamesTheNearestOption) {
  EXPECT_EQ(refusal({"-m", "d", "--beem-size", "3"}),
            "unknown option --beem-size; the nearest known one is --beam-size");
  EXPECT_EQ(refusal({"-m", "d", "--beam", "3"}), "unknown option --beam; the nearest known one is --beam-size");
  EXPECT_EQ(refusal({"-m", "d", "--modle=3"}), "unknown option --modle; the nearest known one is --model");
  EXPECT_EQ(refusal({"-m", "d", "--no-lowercas"}),
            "unknown option --no-lowercas; the nearest known one is --no-lowercase");
  EXPECT_EQ(refusal({"-x"}), "unknown option -x (see dragoman try --help)");
}

TEST_F(CommandLineTest, KnowsWhatOtherProgramsCallAnOption) {
  EXPECT_EQ(refusal({"-m", "d", "--lenpen", "1"}),
            "unknown option --lenpen; the nearest known one is --length-penalty");
  EXPECT_EQ(refusal({"-m", "d", "--ref", "x"}), "unknown option --ref; the nearest known one is --reference");
}

TEST_F(CommandLineTest, SuggestsNothingWhereNothingIsNear) {
  EXPECT_EQ(refusal({"-m", "d", "--frobnicate"}), "unknown option --frobnicate (see dragoman try --help all)");
  const std::string unknown = file("frobnicate: 3\nhelp: 1\n");
  EXPECT_EQ(refusal({"-c", unknown}), unknown + ":1: frobnicate is not an option of try (see dragoman try --help all)");
}

TEST_F(CommandLineTest, RefusesWhatIsIncomplete) {
  EXPECT_EQ(refusal({}), "--model is required (see dragoman try --help)");
  EXPECT_EQ(refusal({"--model"}), "--model: the value is missing");
  EXPECT_EQ(refusal({"--model="}), "--model: the value is missing");
  EXPECT_EQ(refusal({"--model", "--beam-size", "3"}), "--model: the value is missing");
  EXPECT_EQ(refusal({"--beam-size", "-m", "d"}), "--beam-size: the value is missing");
  EXPECT_EQ(refusal({"-m", ""}), "--model: the value is empty");
}

TEST_F(CommandLineTest, RefusesWrongValues) {
  EXPECT_EQ(refusal({"-m", "d", "--beam-size", "five"}), "--beam-size: 'five' is not a whole number");
  EXPECT_EQ(refusal({"-m", "d", "--batch-size", "-1"}), "--batch-size: '-1' is not a whole number of at least 0");
  EXPECT_EQ(refusal({"-m", "d", "--format", "xml"}), "--format: 'xml' is none of plain, json");
  EXPECT_EQ(refusal({"-m", "d", "--lowercase=yes"}), "--lowercase: this option takes no value");
}

TEST_F(CommandLineTest, RefusesContradictions) {
  EXPECT_EQ(refusal({"-m", "d", "--model", "e"}), "--model is given twice");
  EXPECT_EQ(refusal({"-m", "d", "--lowercase", "--no-lowercase"}),
            "--lowercase and --no-lowercase contradict each other");
  EXPECT_EQ(refusal({"-m", "d", "--batch-size", "1", "--batch-tokens", "2"}),
            "--batch-size and --batch-tokens contradict each other; give one of them");
  const std::string both = file("batch-size: 1\nbatch-tokens: 2\n");
  EXPECT_EQ(refusal({"-m", "d", "-c", both}),
            both + ":1: batch-size and " + both + ":2: batch-tokens contradict each other; give one of them");
}

TEST_F(CommandLineTest, RefusesPositionalArguments) {
  EXPECT_THAT(refusal({"-m", "d", "junk"}), HasSubstr("unexpected argument 'junk'"));
  EXPECT_THAT(refusal({"-m", "d", "--", "--beam-size"}), HasSubstr("unexpected argument '--beam-size'"));
}

TEST_F(CommandLineTest, TellsWhichOptionTakesAFile) {
  const std::string recipe = file("");
  EXPECT_EQ(refusal({"-m", "d", recipe}), "unexpected argument '" + recipe + "'; write --config " + recipe);
  const std::string folder = std::filesystem::temp_directory_path();
  EXPECT_EQ(refusal({folder}), "unexpected argument '" + folder + "'; write --model " + folder);
  EXPECT_THAT(refusal({"-m", "d", folder}), HasSubstr("every argument belongs to an option"));
  std::string input, hypothesis;
  line_.add("input", input, "FILE", "text");
  line_.add("hypothesis", hypothesis, "FILE", "text");
  EXPECT_THAT(refusal({"/dev/null"}), HasSubstr("write --input /dev/null"));
  EXPECT_THAT(refusal({"--input", "x", "/dev/null"}), HasSubstr("write --hypothesis /dev/null"));
  EXPECT_THAT(refusal({"help"}), HasSubstr("see dragoman try --help"));
}

TEST_F(CommandLineTest, LetsLaterFilesWinAndTheCommandLineOverAll) {
  const std::string first = file("model: one\nbeam_size: 2\nreference: [a, b]\nlength-penalty: 0.5\n");
  const std::string second = file("beam-size: 3\nlowercase: true\n");
  line_.parse({"--length-penalty", "2", "-c", first, "--config", second, "--reference", "c"});
  EXPECT_EQ(fields_.model, "one");
  EXPECT_EQ(fields_.beam_size, 3);
  EXPECT_EQ(fields_.length_penalty, 2);
  EXPECT_TRUE(fields_.lowercase);
  EXPECT_THAT(fields_.references, ElementsAre("c"));
}

TEST_F(CommandLineTest, DisplacesAnExcludedOptionOfAnEarlierSource) {
  const std::string recipe = file("model: one\nbatch-tokens: 100\n");
  line_.parse({"-c", recipe, "--batch-size", "7"});
  EXPECT_EQ(fields_.batch_size, 7u);
  EXPECT_EQ(fields_.batch_tokens, 4096u);
  EXPECT_FALSE(line_.given("batch-tokens"));
}

TEST_F(CommandLineTest, PointsToTheLineOfAFile) {
  const std::string unknown = file("model: one\n\nbeam-sise: 3\n");
  EXPECT_EQ(refusal({"-c", unknown}),
            unknown + ":3: beam-sise is not an option of try; the nearest known one is beam-size");
  const std::string wrong = file("model: one\nbeam-size: five\n");
  EXPECT_EQ(refusal({"-c", wrong}), wrong + ":2: beam-size: 'five' is not a whole number");
  const std::string list = file("model: [one, two]\n");
  EXPECT_EQ(refusal({"-c", list}), list + ":1: model takes one value, not a list");
}

TEST_F(CommandLineTest, DumpsOptionsThatReadBackTheSame) {
  const auto dump =
      line_.parse({"-m", "a: b", "--batch-size", "7", "--reference", "x", "y", "--no-final-norm", "--dump-config"});
  ASSERT_TRUE(dump);
  EXPECT_THAT(*dump, Not(HasSubstr("batch-tokens")));
  fields_ = Fields();
  EXPECT_EQ(line_.parse({"-c", file(*dump), "--dump-config"}), dump);
  EXPECT_EQ(fields_.model, "a: b");
  EXPECT_EQ(fields_.batch_size, 7u);
  EXPECT_THAT(fields_.references, ElementsAre("x", "y"));
  EXPECT_FALSE(fields_.final_norm);
  fields_ = Fields();
  EXPECT_THAT(*line_.parse({"-m", "a", "--dump-config"}), HasSubstr("batch-tokens: 4096"))
      << "what it excludes has no value";
}

TEST_F(CommandLineTest, AFileAsksForNothingByADefault) {
  const std::string dump = *line_.parse({"-m", "a", "--dump-config"});
  fields_ = Fields();
  line_.parse({"-c", file(dump)});
  for (const char* name : {"beam-size", "batch-tokens", "lowercase", "final-norm", "format"}) {
    EXPECT_TRUE(line_.given(name)) << name;
    EXPECT_FALSE(line_.asked(name)) << name;
  }
  EXPECT_TRUE(line_.asked("model"));
  fields_ = Fields();
  line_.parse({"-m", "a", "--beam-size", "5", "--no-lowercase", "-c", file("length-penalty: 2\nfinal-norm: false\n")});
  for (const char* name : {"beam-size", "lowercase", "length-penalty", "final-norm"})
    EXPECT_TRUE(line_.asked(name)) << name;
  EXPECT_FALSE(line_.asked("format"));
}

TEST_F(CommandLineTest, HelpShowsTheFieldsDefaults) {
  fields_.beam_size = 12;
  const auto help = line_.parse({"--help"});
  ASSERT_TRUE(help);
  EXPECT_THAT(*help, HasSubstr("Tries."));
  EXPECT_THAT(*help, HasSubstr("--beam-size N (=12)"));
  EXPECT_THAT(*help, HasSubstr("--format plain|json (=plain)"));
  EXPECT_THAT(*help, HasSubstr("--[no-]final-norm"));
  EXPECT_THAT(*help, HasSubstr("(required)"));
}

TEST_F(CommandLineTest, HelpSaysOfADefaultWhatItIsTold) {
  line_.add("width", fields_.layers, "N", "of layers").default_text = "by preset";
  EXPECT_THAT(*line_.parse({"-h"}), HasSubstr("--width N (by preset)"));
}

TEST_F(CommandLineTest, HelpOfManyOptionsShowsTheCommonOnes) {
  for (int i = 0; i < 20; ++i) line_.add("rare-" + std::to_string(i), fields_.layers, "N", "of no use to most");
  line_.add("often", fields_.layers, "N", "of use to most").common = true;
  const std::string help = *line_.parse({"--model", "x", "--help", "--beam-size", "five"});
  EXPECT_THAT(help, HasSubstr("--often"));
  EXPECT_THAT(help, HasSubstr("--model")) << "it is required";
  EXPECT_THAT(help, HasSubstr("--config"));
  EXPECT_THAT(help, Not(HasSubstr("--rare-0")));
  EXPECT_THAT(help, HasSubstr("30 options more: dragoman try --help all"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--help", "all"}, {"-h", "all"}, {"--help=all"}}) {
    const std::string all = *line_.parse(words);
    EXPECT_THAT(all, HasSubstr("--rare-19"));
    EXPECT_THAT(all, HasSubstr("--often"));
    EXPECT_THAT(all, Not(HasSubstr("options more")));
  }
}

TEST_F(CommandLineTest, AnArgumentBehindTwoHyphensIsNoCallForHelp) {
  EXPECT_THAT(refusal({"-m", "d", "--", "--help"}), HasSubstr("unexpected argument '--help'"));
}

TEST(BareOption, MayStandWithoutItsName) {
  const auto parsed = [](const std::vector<std::string>& arguments) {
    std::string from, output;
    CommandLine line("import", "");
    line.add("from", from, "MODEL", "what to import").bare = true;
    line.add("output,o", output, "MODEL", "what to write");
    line.parse(arguments);
    return std::pair(from, output);
  };
  const std::pair<std::string, std::string> both("a", "b");
  EXPECT_EQ(parsed({"a", "--output", "b"}), both);
  EXPECT_EQ(parsed({"-o", "b", "a"}), both);
  EXPECT_EQ(parsed({"--from", "a", "-o", "b"}), both);
  EXPECT_THROW(parsed({"a", "c"}), std::invalid_argument);
  EXPECT_THROW(parsed({"a", "--from", "c"}), std::invalid_argument);
}

}  // namespace
}  // namespace dragoman
