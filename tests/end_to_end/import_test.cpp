// Models of transformers through the whole program; what transformers makes of the same text: see
// tests/fixtures/marian_golden.py and t5_golden.py.
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"
#include "tests/formats/checkpoint_bytes.h"

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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A name without a family is a MarianMT's.
std::string model_fixture(const std::string& name) {
  return DRAGOMAN_FIXTURES "/" + (name.find('/') == name.npos ? "marian/" + name : name);
}

ProgramOptions reading(const std::string& text) {
  ProgramOptions options;
  options.input = text;
  return options;
}

/// Text, and what transformers makes of it in one way of searching; a line each.
struct Golden {
  std::string sources, translations;

  // Those that reach the longest length are left out: their ends differ, docs/models.md. But no end is forced in T5.
  Golden(const std::string& name, const std::string& search) {
    const std::size_t longest = name.starts_with("t5") ? 100 : 58;
    std::ifstream file(model_fixture(name) + "/golden.json");
    for (const auto& line : nlohmann::json::parse(file)) {
      if (line[search]["ids"].size() >= longest) continue;
      sources += line["source"].get<std::string>() + "\n";
      translations += line[search]["text"].get<std::string>() + "\n";
    }
  }
};

class Import : public testing::Test {
 protected:
  std::string imported(const std::string& name) {
    const std::string model = folder_ / fs::path(name).filename();
    const Ended ended = dragoman({"import", model_fixture(name), "--output", model});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(ended.out, "");
    return model;
  }

  Ended import(const std::string& from) { return dragoman({"import", from, "--output", folder_ / "model"}); }

  // A copy to be damaged.
  std::string copied(const std::string& name) {
    const std::string copy = folder_ / "from";
    fs::remove_all(copy);
    fs::copy(model_fixture(name), copy);
    return copy;
  }

  const TemporaryFolder folder_;
};

// One way of a model of several languages.
TEST_F(Import, TranslatesBetweenTheLanguagesThatAreAskedFor) {
  struct Way {
    std::string name, from, to;
  };
  std::size_t compared = 0;
  for (const Way& way : {Way{"m2m100", "en", "de"},
                         {"m2m100", "de", "en"},
                         {"nllb", "eng_Latn", "deu_Latn"},
                         {"nllb", "deu_Latn", "eng_Latn"},
                         {"nllb_legacy", "eng_Latn", "deu_Latn"},
                         {"mbart50", "de_DE", "en_XX"},
                         {"mbart", "en_XX", ""}}) {
    const std::string folder = DRAGOMAN_FIXTURES "/multilingual/" + way.name;
    const std::string model = folder_ / way.name;
    if (!fs::exists(model)) {
      EXPECT_EQ(dragoman({"import", folder, "--output", model}).exit_code, 0);
    }
    std::ifstream file(folder + "/golden.json");
    std::string sources;
    std::vector<std::string> expected[2];
    for (const auto& line : nlohmann::json::parse(file)) {
      constexpr std::size_t kLongest = 48;  // ends of what is cut there differ
      if (line["source_lang"] != way.from || line["beam"]["ids"].size() >= kLongest ||
          line["greedy"]["ids"].size() >= kLongest)
        continue;
      sources += line["source"].get<std::string>() + "\n";
      expected[0].push_back(line["greedy"]["text"]);
      expected[1].push_back(line["beam"]["text"]);
    }
    compared += expected[0].size();
    for (const bool beam : {false, true}) {
      // Languages by their usual codes.
      std::vector<std::string> words{"translate",           "--model", model,     "--source-lang",
                                     way.from.substr(0, 2), "-q",      "--guard", "off"};
      if (!way.to.empty()) words.insert(words.end(), {"--target-lang", way.to.substr(0, 2)});
      if (!beam) words.insert(words.end(), {"--beam-size", "1"});
      const Ended ended = dragoman(words, reading(sources));
      EXPECT_EQ(ended.out, join_lines(expected[beam])) << way.name << " " << way.from << ended.err;
    }
  }
  EXPECT_GT(compared, 30u);
}

// As generate() does by default, with the lines that reach the longest length.
TEST_F(Import, SearchesByTheRulesOfTransformers) {
  for (const std::string name : {"m2m100", "nllb", "mbart50", "mbart"}) {
    const std::string folder = DRAGOMAN_FIXTURES "/multilingual/" + name;
    const std::string model = folder_ / name;
    EXPECT_EQ(dragoman({"import", folder, "--output", model}).exit_code, 0);
    std::ifstream file(folder + "/golden.json");
    std::string sources;
    std::vector<std::string> expected;
    for (const auto& line : nlohmann::json::parse(file)) {
      if (!line["source_lang"].get<std::string>().starts_with("en")) continue;
      sources += line["source"].get<std::string>() + "\n";
      expected.push_back(line["default"]["text"]);
    }
    std::vector<std::string> words{
        "translate",   "--model",          model, "-q", "--source-lang", "en", "--search-rules",
        "huggingface", "--length-penalty", "1"};
    const Ended ended = dragoman(words, reading(sources));
    EXPECT_EQ(ended.out, join_lines(expected)) << name << ended.err;
  }
}

TEST_F(Import, AModelOfSeveralLanguagesAsksForThem) {
  const std::string model = folder_ / "nllb";
  ASSERT_EQ(dragoman({"import", DRAGOMAN_FIXTURES "/multilingual/nllb", "--output", model}).exit_code, 0);
  const Ended without = dragoman({"translate", "--model", model}, reading("x\n"));
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_THAT(without.err, HasSubstr("add --source-lang CODE, of ace_Arab ace_Latn"));
  const Ended unknown = dragoman({"translate", "--model", model, "--source-lang", "tlh"}, reading("x\n"));
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("does not know --source-lang tlh"));
  EXPECT_THAT(dragoman({"info", model}).out, HasSubstr("languages     ace_Arab ace_Latn"));
  const auto scored = [&](const std::string& target) {
    const Ended ended = dragoman({"score", "--model", model, "--source", folder_.file("s", "a cat\n"), "--target",
                                  folder_.file("t", "ein Hund\n"), "--source-lang", "en", "--target-lang", target});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
  };
  EXPECT_NE(scored("de"), scored("en"));
  EXPECT_EQ(dragoman({"attention", "--model", model, "--source", folder_.file("s", "a cat\n"), "--source-lang", "en",
                      "--json", "-"})
                .exit_code,
            0);
}

TEST_F(Import, TranslatesAsTransformersDoes) {
  for (const std::string name :
       {"shared", "separate", "untied", "shards", "t5/first", "t5/gated", "t5/mt5", "t5/madlad", "t5/umt5"}) {
    const std::string model = imported(name);
    const Golden greedy(name, "greedy"), beam(name, "beam");
    EXPECT_GT(count_lines(beam.sources), name.starts_with("t5") ? 20u : 25u) << name;
    const auto translated = [&](const Golden& golden, const std::vector<std::string>& more) {
      std::vector<std::string> words{"translate", "--model", model, "-q", "--guard", "off"};
      words.insert(words.end(), more.begin(), more.end());
      return dragoman(words, reading(golden.sources)).out;
    };
    EXPECT_EQ(translated(greedy, {"--beam-size", "1"}), greedy.translations) << name;
    EXPECT_EQ(translated(beam, {}), beam.translations) << name << ": four beams are the model's default";
  }
}

TEST_F(Import, SaysWhatItHasMade) {
  const Ended ended = dragoman({"import", "--from", model_fixture("shared"), "-o", folder_ / "model"});
  EXPECT_THAT(ended.err, HasSubstr("MarianMT"));
  EXPECT_THAT(ended.err, HasSubstr("2+2 layers of width 32"));
  EXPECT_THAT(ended.err, HasSubstr(">>deu<< >>fra<<"));
  EXPECT_THAT(ended.err, HasSubstr("'>>deu<< Hello, world!' becomes '"));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_ / "model")) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  EXPECT_THAT(names, ElementsAre("config.json", "manifest.json", "model.safetensors", "source.spm", "source.vocabulary",
                                 "target.spm", "target.vocabulary", "written_by.txt"));
  EXPECT_EQ(dragoman({"import", model_fixture("untied"), "-o", folder_ / "model", "-q"}).err, "") << "replaces it";
}

TEST_F(Import, MakesModelsOfT5sFamilyThatOtherCommandsTake) {
  const std::string model = imported("t5/madlad");
  std::ofstream(folder_ / "a") << "<2de> the old man\n<2fr> x\n";
  std::ofstream(folder_ / "b") << "der alte Mann\ny\n";
  const Ended score = dragoman({"score", "--model", model, "--source", folder_ / "a", "--target", folder_ / "b"});
  EXPECT_EQ(count_lines(score.out), 2u) << score.err;
  for (const std::string precision : {"int8", "bf16"}) {
    const std::string small = folder_ / precision;
    ASSERT_EQ(dragoman({"quantize", "--model", model, "--output", small, "--precision", precision}).exit_code, 0);
    const Ended ended = dragoman({"translate", "--model", small, "--alignment"}, reading("<2de> the old man\n"));
    EXPECT_THAT(ended.out, HasSubstr(" ||| ")) << ended.err;
  }
  const Ended tuned = dragoman({"train", "--init-from", model, "--model", folder_ / "tuned", "--train-source",
                                folder_ / "a", "--train-target", folder_ / "b", "--valid-source", folder_ / "a",
                                "--valid-target", folder_ / "b", "--max-steps", "2", "-q"});
  EXPECT_EQ(tuned.exit_code, 0) << tuned.err;
}

TEST_F(Import, MakesModelsOfT5sFamilyThatCTranslate2Has) {
  for (const std::string name : {"t5/gated", "t5/umt5"}) {
    const std::string model = imported(name), exported = model + ".exported";
    const Ended ended = dragoman({"export", "--model", model, "--output", exported});
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    const std::string variables = read_text(exported + "/model.bin");
    for (const char* part : {"encoder/layer_0/self_attention/relative_attention_bias", "queries_scale", "head_dim",
                             "decoder/layer_0/ffn/linear_0_noact/weight"})
      EXPECT_THAT(variables, HasSubstr(part)) << name;
    EXPECT_THAT(variables, Not(HasSubstr("beta"))) << name;
    EXPECT_THAT(variables, Not(HasSubstr("position_encodings"))) << name;
  }
}

TEST_F(Import, RepeatsALanguageThatIsAPieceForEachSentence) {
  const std::string model = imported("t5/madlad");
  const auto translated = [&](const std::string& text) {
    return dragoman({"translate", "--model", model, "--split-sentences", "on", "-q"}, reading(text + "\n")).out;
  };
  const std::string first = translated("<2de> The old man reads."), second = translated("<2de> Where is he?");
  EXPECT_EQ(translated("<2de> The old man reads. Where is he?"), first.substr(0, first.size() - 1) + " " + second);
  const auto named = dragoman({"translate", "--model", model, "--target-lang", "de", "--split-sentences", "on", "-q"},
                              reading("The old man reads. Where is he?\n"));
  EXPECT_EQ(named.out, translated("<2de> The old man reads. Where is he?")) << named.err;
}

TEST_F(Import, ShowsSomeTranslations) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += "the old man\n";
  std::ofstream(folder_ / "text") << text;
  const Ended ended =
      dragoman({"import", model_fixture("separate"), "-o", folder_ / "model", "--check", folder_ / "text"});
  EXPECT_EQ(count_lines(ended.out), 10u);
  EXPECT_THAT(ended.out, StartsWith("the old man\t"));
}

TEST_F(Import, MakesAModelForTheOtherCommands) {
  const std::string model = imported("separate");
  std::ofstream(folder_ / "a") << "the old man\nx\n";
  std::ofstream(folder_ / "b") << "der alte Mann\ny\n";
  const Ended score = dragoman({"score", "--model", model, "--source", folder_ / "a", "--target", folder_ / "b"});
  EXPECT_EQ(count_lines(score.out), 2u) << score.err;
  EXPECT_EQ(dragoman({"evaluate", "--model", model, "--source", folder_ / "a", "--reference", folder_ / "b"}).exit_code,
            0);
  ASSERT_EQ(dragoman({"quantize", "--model", model, "--output", folder_ / "int8"}).exit_code, 0);
  const Ended attention = dragoman({"attention", "--model", model, "--source", folder_ / "a", "--json", "-"});
  EXPECT_EQ(count_lines(attention.out), 2u) << attention.err;
  const Ended quantised = dragoman({"translate", "--model", folder_ / "int8", "--alignment"}, reading("the old man\n"));
  EXPECT_THAT(quantised.out, HasSubstr(" ||| ")) << quantised.err;
}

TEST_F(Import, RepeatsTheLanguageForEachSentence) {
  const std::string model = imported("shared");
  const auto translated = [&](const std::string& text) {
    return dragoman({"translate", "--model", model, "--split-sentences", "on", "-q"}, reading(text + "\n")).out;
  };
  const std::string first = translated(">>fra<< The old man reads."), second = translated(">>fra<< Where is he?");
  EXPECT_EQ(translated(">>fra<< The old man reads. Where is he?"), first.substr(0, first.size() - 1) + " " + second);
}

TEST_F(Import, RepeatsTheLanguageForEachTextOfALine) {
  const std::string model = imported("shared");
  const auto log_prob = [&](const std::string& text) {
    const std::vector<std::string> words = {"translate", "--model",  model,  "--markup",
                                            "html",      "--format", "json", "-q"};
    const auto json = nlohmann::json::parse(dragoman(words, reading(text + "\n")).out);
    return json["translations"][0]["log_prob"].get<double>();
  };
  const double first = log_prob(">>fra<< The old man reads."), second = log_prob(">>fra<< Where is he?");
  EXPECT_NE(second, log_prob("Where is he?"));
  EXPECT_NEAR(log_prob(">>fra<< <p>The old man reads.</p><p>Where is he?</p>"), first + second, 1e-5);
}

TEST_F(Import, RefusesWhatItCannotRead) {
  expect_refusal(import(folder_.path()), 1, {"no model of another program", "a Hugging Face model"});
  fs::create_directory(folder_ / "ct2");
  std::ofstream(folder_ / "ct2/model.bin") << "x";
  std::ofstream(folder_ / "ct2/shared_vocabulary.json") << "[]";
  expect_refusal(import(folder_ / "ct2"), 1, {"ct2/model.bin: it is cut short", "copy it anew"});
  std::ofstream(folder_ / "model.pt") << "x";
  expect_refusal(import(folder_ / "model.pt"), 1, {"a checkpoint of PyTorch", "what can be imported is"});
  const std::string other = copied("shared");
  std::ofstream(other + "/config.json") << R"({"model_type": "gpt2"})";
  expect_refusal(import(other), 1, {"'model_type' is \"gpt2\"", "there is marian, m2m_100"});
  expect_refusal(dragoman({"import", model_fixture("shared")}), 2, {"--output is required"});
  expect_refusal(dragoman({"import", "-o", folder_ / "model"}), 2, {"--from is required"});
  expect_refusal(dragoman({"import", model_fixture("shared"), "-o", folder_ / "model", "--source-tokenizer", "x"}), 2,
                 {"--source-tokenizer and --target-tokenizer need each other"});
  expect_refusal(dragoman({"import", model_fixture("shared"), "-o", folder_ / "model", "--tokenizer", "x"}), 2,
                 {"a Hugging Face model, which brings its own tokenizers"});
  expect_refusal(dragoman({"import", other, other, "-o", folder_ / "model"}), 2, {"--from"});
  expect_refusal(dragoman({"import", other, "-o", other}), 2, {"--output", "--from"});
  expect_refusal(dragoman({"translate", "--model", other}, reading("x\n")), 1,
                 {"a Hugging Face model", "dragoman import"});
}

TEST_F(Import, LeavesNothingOfAFileThatIsHostile) {
  const std::string from = copied("separate"), file = from + "/pytorch_model.bin", whole = read_text(file);
  const auto refused = [&](const std::string& bytes, const std::vector<std::string>& parts) {
    std::ofstream(file, std::ios::binary) << bytes;
    expect_refusal(import(from), 1, parts);
    EXPECT_FALSE(fs::exists(folder_ / "model"));
  };
  refused(whole.substr(0, whole.size() / 2), {file, "damaged"});
  refused(checkpoint_bytes({{.rebuild = "posix\nsystem"}}, std::string(24, '\0')), {"'posix.system'", "executed"});
  refused(checkpoint_bytes({{.offset = 1 << 30}}, std::string(24, '\0')), {"leads out of the file"});
  refused(checkpoint_bytes({{.sizes = {1 << 30, 1 << 30}, .strides = {0, 0}}}, std::string(24, '\0')), {"leads out"});
  refused("\x80\x02}.", {"before 1.6", "torch.save"});
  refused("", {"is not a file of PyTorch"});
}

}  // namespace
}  // namespace dragoman
