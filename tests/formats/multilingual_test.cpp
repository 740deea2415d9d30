// Models of several languages beside what transformers makes of them: see tests/fixtures/multilingual_golden.py.
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"
#include "tests/formats/changed_model.h"
#include "tests/formats/transformers_golden.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string fixture(const std::string& name) {
  return DRAGOMAN_FIXTURES "/multilingual/" + name;
}

class MultilingualGolden : public testing::TestWithParam<std::string> {
 protected:
  const std::string folder_ = fixture(GetParam());
  const ImportedModel imported_ = import_model(folder_);
};

TEST_P(MultilingualGolden, ComputesWhatTransformersDoes) {
  expect_golden_numbers(imported_, folder_);
}

TEST_P(MultilingualGolden, MakesTheSameIdsOfText) {
  for (const auto& line : golden_lines(folder_)) {
    const TextFrame frame =
        text_frame(imported_.config,
                   {line["source_lang"].get<std::string>(),
                    GetParam() == "mbart" ? std::optional<std::string>() : line["target_lang"].get<std::string>()});
    std::vector<std::int32_t> ids = frame.source_before;
    for (const auto& part :
         {imported_.tokenizers.source.encode(line["source"].get<std::string>()), frame.source_behind})
      ids.insert(ids.end(), part.begin(), part.end());
    EXPECT_EQ(ids, line["ids"].get<std::vector<std::int32_t>>()) << line["source"];
    const auto translation = line["beam"]["ids"].get<std::vector<std::int32_t>>();
    EXPECT_EQ(imported_.tokenizers.target.decode(translation), line["beam"]["text"].get<std::string>());
  }
}

INSTANTIATE_TEST_SUITE_P(, MultilingualGolden, testing::Values("m2m100", "nllb", "nllb_legacy", "mbart50", "mbart"),
                         [](const auto& info) { return info.param; });

TEST(MultilingualFamilies, HaveTheirLanguagesAroundTheTexts) {
  const ModelConfig nllb = import_model(fixture("nllb")).config;
  EXPECT_THAT(nllb.text_template.source_before, ElementsAre(TextTemplate::kSourceLang));
  EXPECT_THAT(nllb.text_template.source_behind, ElementsAre(TextTemplate::kEnd));
  EXPECT_THAT(nllb.text_template.target_before, ElementsAre(TextTemplate::kTargetLang));
  EXPECT_EQ(nllb.text_template.languages.size(), 202u);
  EXPECT_EQ(nllb.decoding.max_length, 48) << "50, with the start and the language";
  EXPECT_EQ(nllb.trained_on.target_lang, "de-Latn") << "forced_bos_token_id says so";
  EXPECT_EQ(nllb.trained_on.source_lang, std::nullopt);

  const ModelConfig legacy = import_model(fixture("nllb_legacy")).config;
  EXPECT_THAT(legacy.text_template.source_before, IsEmpty());
  EXPECT_THAT(legacy.text_template.source_behind, ElementsAre(TextTemplate::kEnd, TextTemplate::kSourceLang));

  const ModelConfig m2m100 = import_model(fixture("m2m100")).config;
  EXPECT_EQ(m2m100.text_template.languages.size(), 100u);
  EXPECT_EQ(m2m100.text_template.languages[18].code, "en");

  const ModelConfig mbart = import_model(fixture("mbart")).config;
  EXPECT_THAT(mbart.text_template.target_before, IsEmpty());
  EXPECT_EQ(mbart.start_token, mbart.text_template.languages[2].token) << "de_DE";
  EXPECT_THAT(import_model(fixture("mbart50")).notes, Contains(HasSubstr("52 languages")));
}

class ChangedMultilingual : public ChangedModel {
 protected:
  ChangedMultilingual() : ChangedModel(fixture("")) {}
};

TEST_F(ChangedMultilingual, ReadsWhatTransformersMakesOfTheSentencePieceModel) {
  for (const std::string name : {"nllb", "mbart50"}) {
    copy(name);
    const ImportedModel first = import_model(folder_);
    std::filesystem::remove(folder_ / "sentencepiece.bpe.model");
    const ImportedModel second = import_model(folder_);
    EXPECT_EQ(second.config, first.config) << name;
    const Tokenizer &before = first.tokenizers.source, &after = second.tokenizers.source;
    for (std::int32_t id = 0; id < before.vocabulary_size(); ++id) EXPECT_EQ(after.piece(id), before.piece(id));
    for (const auto& line : golden_lines(fixture(name))) {
      const auto text = line["source"].get<std::string>();
      EXPECT_EQ(after.encode(text), before.encode(text)) << text;
      EXPECT_EQ(after.decode(after.encode(text)), before.decode(before.encode(text))) << text;
    }
    EXPECT_EQ(after.encode("日本 €x"), before.encode("日本 €x")) << "unknown characters";
    EXPECT_EQ(after.segmentation(), before.segmentation());
  }
}

TEST_F(ChangedMultilingual, IsRefusedWithoutTheTokensOfItsLanguages) {
  copy("nllb");
  std::filesystem::remove(folder_ / "sentencepiece.bpe.model");
  const Json whole = json_of(folder_ / "tokenizer.json");
  const auto refused = [&](const std::function<void(Json&)>& change) {
    Json json = whole;
    change(json);
    std::ofstream(folder_ / "tokenizer.json") << json.dump();
    return refusal();
  };
  const auto rename = [](const char* from, const char* to) {
    return [=](Json& json) {
      json["added_tokens"] = Json::array();
      Json& pieces = json["model"]["vocab"];
      pieces[to] = pieces[from];
      pieces.erase(from);
    };
  };
  EXPECT_THAT(refused(rename("ace_Arab", "none")), HasSubstr("tokenizer.json: lacks the tokens of the languages"));
  EXPECT_THAT(refused(rename("zul_Latn", "none")), HasSubstr("tokenizer.json: lacks the tokens of the languages"));
  for (const auto& [place, value] : {std::pair<std::string, Json>{"/model/dropout", 0.1},
                                     {"/model/end_of_word_suffix", "</w>"},
                                     {"/model/merges", 5},
                                     {"/model/merges/0", "none"},
                                     {"/model/vocab/er", 1000000},
                                     {"/model/vocab/er", 5}}) {
    EXPECT_THAT(refused([&](Json& json) { json[Json::json_pointer(place)] = value; }),
                HasSubstr("for which SentencePiece has no form"))
        << place;
  }
  std::filesystem::remove(folder_ / "tokenizer.json");
  EXPECT_THAT(refusal(), HasSubstr("sentencepiece.bpe.model: the model lacks this file"));
}

}  // namespace
}  // namespace dragoman
