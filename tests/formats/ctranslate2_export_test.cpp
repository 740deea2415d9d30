// Models of transformers that go on to CTranslate2, beside what its own converter makes of them: see
// tests/fixtures/ctranslate2_export_golden.py.
#include "formats/ctranslate2/ctranslate2_export.h"

#include "base/atomic_file.h"
#include "base/checksum.h"
#include "formats/ctranslate2/ctranslate2_variables.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"
#include "tests/data/temporary_folder.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using SortedJson = nlohmann::json;

SortedJson converted(const std::string& name) {
  std::ifstream stream(DRAGOMAN_FIXTURES "/ctranslate2_export_golden.json");
  return SortedJson::parse(stream).at(name);
}

class ConvertedModel : public TemporaryFolderTest, public testing::WithParamInterface<std::string> {
 protected:
  std::vector<std::string> export_fixture(const std::string& name) {
    const ImportedModel imported = import_model(DRAGOMAN_FIXTURES "/" + name);
    width_ = imported.config.width;
    return export_ctranslate2(folder_ / "theirs", imported.config, {imported.weights, {}}, imported.tokenizers);
  }

  SortedJson exported_json(const std::string& file) { return SortedJson::parse(read_file(folder_ / "theirs" / file)); }

  int width_ = 0;
};

using ExportedModel = ConvertedModel;

const char* type_named(ModelBin::Type type) {
  constexpr const char* kNames[] = {"float32", "int8", "int16", "int32", "float16", "bfloat16"};
  return kNames[static_cast<std::size_t>(type)];
}

// The converter has a factor where the export has a flag, and leaves the width of heads to their number; what it says
// of ties is not what transformers 5 computes.
bool is_said_otherwise(const std::string& name) {
  return name.ends_with("/scale_embeddings") || name.ends_with("/scale_outputs") || name.ends_with("/head_dim");
}

TEST_P(ConvertedModel, HasTheVariablesOfTheConverter) {
  export_fixture(GetParam());
  const std::string bytes = read_file(folder_ / "theirs/model.bin");
  const ModelBin file(bytes, "model.bin");
  CTranslate2Variables numbers(file);
  for (const auto& [name, golden] : converted(GetParam())["variables"].items()) {
    const auto found = file.variables().find(name);
    if (name == "decoder/scale_outputs") continue;
    ASSERT_NE(found, file.variables().end()) << name;
    const ModelBin::Variable& variable = found->second;
    if (name.ends_with("/scale_embeddings")) {
      EXPECT_NEAR(numbers.number(name) == 1 ? std::sqrt(width_) : 1, golden[1].get<double>(), 1e-5) << name;
      continue;
    }
    EXPECT_EQ(type_named(variable.type), golden[0].get<std::string>()) << name;
    if (golden[1].is_number()) {
      EXPECT_FLOAT_EQ(*numbers.number(name), golden[1].get<double>()) << name;
    } else if (golden.size() == 3) {
      EXPECT_EQ(variable.shape, golden[1].get<std::vector<std::int64_t>>()) << name;
      EXPECT_EQ(crc32_of(variable.data), golden[2].get<std::uint32_t>()) << name;
    }
  }
}

TEST_P(ConvertedModel, HasNothingBesides) {
  export_fixture(GetParam());
  const std::string bytes = read_file(folder_ / "theirs/model.bin");
  const SortedJson golden = converted(GetParam())["variables"];
  const ModelBin file(bytes, "model.bin");
  for (const auto& [name, variable] : file.variables())
    EXPECT_TRUE(golden.contains(name) || is_said_otherwise(name) || name.find("/alibi") != name.npos) << name;
}

TEST_P(ConvertedModel, IsFedAsThatOfTheConverter) {
  export_fixture(GetParam());
  const SortedJson config = exported_json("config.json"), golden = converted(GetParam())["config"];
  for (const char* name : {"add_source_bos", "add_source_eos", "decoder_start_token", "eos_token", "unk_token"})
    EXPECT_EQ(config[name], golden[name]) << name;
}

INSTANTIATE_TEST_SUITE_P(, ConvertedModel,
                         testing::Values("marian/untied", "multilingual/m2m100", "multilingual/nllb",
                                         "multilingual/mbart50", "multilingual/mbart", "t5/first", "t5/gated", "t5/mt5",
                                         "t5/umt5"),
                         [](const auto& info) {
                           std::string name = info.param;
                           name[name.find('/')] = '_';
                           return name;
                         });

// What CTranslate2's folders say of models of several languages, and their SentencePiece models.
class MultilingualAgain : public ConvertedModel {
 protected:
  ImportedModel again(ForeignSource from = {}) {
    const std::string name = GetParam();
    export_fixture(name);
    std::filesystem::remove(folder_ / "theirs/tokenizer.spm");
    std::filesystem::remove(folder_ / "theirs/tokenizer.vocabulary");
    from.path = folder_ / "theirs";
    from.source_tokenizer = from.target_tokenizer = DRAGOMAN_FIXTURES "/" + name + "/sentencepiece.bpe.model";
    return import_model(from);
  }
};

TEST_P(MultilingualAgain, IsAsTheModelOfTransformers) {
  const std::string name = GetParam();
  ForeignSource from;
  from.language_behind_source = name.ends_with("legacy");
  if (name.ends_with("mbart")) from.target_language = "de";
  const ImportedModel model = again(from), expected = import_model(DRAGOMAN_FIXTURES "/" + name);
  EXPECT_EQ(model.config.text_template, expected.config.text_template);
  EXPECT_EQ(model.config.start_token, expected.config.start_token);
  EXPECT_EQ(model.config.special_ids.eos, expected.config.special_ids.eos);
  EXPECT_EQ(model.config.trained_on.one_sentence_share, 1);
  EXPECT_EQ(model.sample_languages, expected.sample_languages);
  for (const char* text : {"The old man laughs.", "A cat (12 €)!"})
    EXPECT_EQ(model.tokenizers.source.encode(text), expected.tokenizers.source.encode(text));
  for (const auto& [weight, value] : expected.weights) {
    const auto found = std::ranges::find(model.weights, weight, &NamedTensors::value_type::first);
    ASSERT_NE(found, model.weights.end()) << weight;
    EXPECT_TRUE(found->second.equal(value)) << weight;
  }
}

INSTANTIATE_TEST_SUITE_P(, MultilingualAgain,
                         testing::Values("multilingual/m2m100", "multilingual/nllb", "multilingual/nllb_legacy",
                                         "multilingual/mbart50", "multilingual/mbart"),
                         [](const auto& info) { return info.param.substr(info.param.find('/') + 1); });

TEST_F(ExportedModel, AsksForTheLanguageThatNobodyElseNames) {
  export_fixture("multilingual/mbart");
  try {
    import_model(folder_ / "theirs");
    FAIL() << "imported";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("add --target-lang CODE, of ar_AR cs_CZ"));
  }
}

TEST_F(ExportedModel, OffersTheLanguagesOfLines) {
  for (const auto& [name, code] : {std::pair{"marian/shared", "deu"}, {"t5/madlad", "de"}}) {
    export_fixture(name);
    const ImportedModel model = import_model(folder_ / "theirs");
    ASSERT_EQ(model.config.text_template.languages.size(), 2u) << name;
    EXPECT_EQ(model.config.text_template.languages.front().code, code);
    EXPECT_TRUE(model.config.text_template.languages_optional);
    std::filesystem::remove_all(folder_ / "theirs");
  }
}

TEST_F(ExportedModel, SaysWhatItIsFedWith) {
  EXPECT_THAT(export_fixture("multilingual/nllb"),
              ElementsAre("sources go in as SOURCE_LANG, pieces of tokenizer.spm, </s>",
                          "target_prefix is TARGET_LANG, which each translation begins with",
                          "languages are tokens such as ace_Arab"));
}

TEST_F(ExportedModel, NamesTheTokenThatNobodyElseDoes) {
  EXPECT_THAT(
      export_fixture("multilingual/mbart"),
      ElementsAre("sources go in as pieces of tokenizer.spm, </s>, SOURCE_LANG",
                  "target_prefix is de_DE, which each translation begins with", "languages are tokens such as ar_AR"));
}

TEST_F(ExportedModel, LeavesOutPaddingThatIsZeros) {
  export_fixture("marian/untied");
  const auto tokens = exported_json("shared_vocabulary.json").get<std::vector<std::string>>();
  EXPECT_EQ(tokens.size(), 106u);
  EXPECT_THAT(tokens, testing::Not(testing::Contains("<pad>")));
}

TEST_F(ExportedModel, KeepsPaddingThatIsNot) {
  export_fixture("marian/shared");
  EXPECT_EQ(exported_json("shared_vocabulary.json").back(), "<pad>");
  EXPECT_EQ(exported_json("config.json")["decoder_start_token"], "<pad>");
}

}  // namespace
}  // namespace dragoman
