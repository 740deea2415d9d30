// Models of CTranslate2 through the whole program; what CTranslate2 makes of the same text: see
// tests/fixtures/ctranslate2_golden.py.
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

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string kFixtures = DRAGOMAN_FIXTURES "/ctranslate2/";

/// Text, or tokens, and what CTranslate2 makes of it.
struct Lines {
  std::string sources, greedy, beam;

  // Those that reach the longest length are left out, since what is cut off is no translation, and those with an
  // unknown token, which Dragoman never produces.
  Lines(const std::string& golden, bool tokens) {
    constexpr std::ptrdiff_t kLongest = 79;
    std::ifstream file(kFixtures + golden);
    const auto json = nlohmann::json::parse(file);
    for (const auto& line : json["lines"]) {
      const auto found = [&](const char* search) { return line[search]["tokens"].get<std::string>(); };
      if ((found("greedy") + found("beam")).find("<unk>") != std::string::npos) continue;
      if (std::max(std::ranges::count(found("greedy"), ' '), std::ranges::count(found("beam"), ' ')) >= kLongest)
        continue;
      sources += line[tokens ? "source" : "text"].get<std::string>() + "\n";
      greedy += found("greedy") + "\n";
      beam += (tokens ? found("beam") : line["translation"].get<std::string>()) + "\n";
    }
  }
};

class ImportCTranslate2 : public testing::Test {
 protected:
  std::string imported(const std::string& from, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"import", from, "--output", folder_ / "model"};
    words.insert(words.end(), more.begin(), more.end());
    const Ended ended = dragoman(words);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return folder_ / "model";
  }

  static std::string translated(const std::string& model, const std::string& text,
                                const std::vector<std::string>& more) {
    std::vector<std::string> words{"translate", "--model", model, "-q", "--guard", "off", "--split-sentences", "off"};
    words.insert(words.end(), more.begin(), more.end());
    ProgramOptions options;
    options.input = text;
    return dragoman(words, options).out;
  }

  const TemporaryFolder folder_;
};

const std::vector<std::string> kGreedy = {"--beam-size", "1", "--max-length", "80"};
const std::vector<std::string> kBeam = {"--beam-size", "4", "--max-length", "80"};

TEST_F(ImportCTranslate2, TranslatesTokensAsItDoes) {
  const Lines lines("fairseq/golden.json", true);
  EXPECT_GT(std::ranges::count(lines.sources, '\n'), 40);
  const std::string model = imported(kFixtures + "fairseq");
  EXPECT_EQ(translated(model, lines.sources, kGreedy), lines.greedy);
  EXPECT_EQ(translated(model, lines.sources, kBeam), lines.beam);
}

TEST_F(ImportCTranslate2, TranslatesTextWithTheTokenizersBesideIt) {
  const Lines lines("marian/golden.json", false);
  EXPECT_GT(std::ranges::count(lines.sources, '\n'), 40);
  EXPECT_EQ(translated(imported(kFixtures + "marian"), lines.sources, kBeam), lines.beam);
}

TEST_F(ImportCTranslate2, TranslatesAsOpenNmtsModelsDo) {
  const Lines tokens("opennmt/golden.json", true), text("opennmt/golden.json", false);
  EXPECT_GE(std::ranges::count(tokens.sources, '\n'), 100);
  const std::string model = imported(kFixtures + "opennmt");
  EXPECT_EQ(translated(model, tokens.sources, kGreedy), tokens.greedy);
  EXPECT_EQ(translated(model, tokens.sources, kBeam), tokens.beam);
  fs::remove_all(model);
  const std::string with_pieces = imported(kFixtures + "opennmt", {"--tokenizer", kFixtures + "pieces.model"});
  EXPECT_EQ(translated(with_pieces, text.sources, kBeam), text.beam);
}

TEST_F(ImportCTranslate2, ReadsPackagesOfArgos) {
  const Lines lines("package.json", false);
  EXPECT_GT(std::ranges::count(lines.sources, '\n'), 30);
  const std::string model = imported(kFixtures + "package.argosmodel");
  EXPECT_EQ(translated(model, lines.sources, {"--max-length", "80"}), lines.beam)
      << "its search is the model's default";
  const Ended info = dragoman({"info", model});
  EXPECT_THAT(info.out, HasSubstr("en")) << info.err;
  const Ended named = dragoman({"info", kFixtures + "package.argosmodel"});
  EXPECT_THAT(named.out + named.err, HasSubstr("a package of argos-translate"));
}

TEST_F(ImportCTranslate2, GivesAnExportedModelBack) {
  const std::string exported = folder_ / "exported";
  ASSERT_EQ(dragoman({"export", "--model", shared_model(), "--output", exported}).exit_code, 0);
  const std::string model = imported(exported), text = "old dog sees\nyoung cat drinks water here\n";
  EXPECT_EQ(translated(model, text, {}), translated(shared_model(), text, {}));
  EXPECT_EQ(read_text(model + "/tokenizer.spm"), read_text(shared_model() + "/tokenizer.spm"));
}

TEST_F(ImportCTranslate2, LeavesNothingOfAFileThatIsHostile) {
  const std::string from = folder_ / "from", file = from + "/model.bin";
  fs::copy(kFixtures + "fairseq", from);
  const std::string whole = read_text(file);
  const auto refused = [&](const std::string& bytes, const std::vector<std::string>& parts) {
    std::ofstream(file, std::ios::binary) << bytes;
    expect_refusal(dragoman({"import", from, "--output", folder_ / "model"}), 1, parts);
    EXPECT_FALSE(fs::exists(folder_ / "model"));
  };
  refused(whole.substr(0, whole.size() / 2), {file, "cut short"});
  refused(whole + "x", {file, "behind its end"});
  std::string damaged = whole;
  damaged.replace(damaged.find("alignment_layer"), 15, "alignment_liars");
  refused(damaged, {file, "'decoder/alignment_liars' is -1, for which Dragoman has no form"});
  refused("", {file, "cut short"});
}

}  // namespace
}  // namespace dragoman
