// BART and Pegasus beside what transformers makes of it: see tests/fixtures/bart_golden.py.
#include "formats/huggingface/byte_level_json.h"
#include "model/text_frame.h"
#include "tests/formats/changed_model.h"
#include "tests/formats/transformers_golden.h"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kBartModels = DRAGOMAN_FIXTURES "/bart/";

class BartGolden : public testing::TestWithParam<std::string> {
 protected:
  const std::string folder_ = kBartModels + GetParam();
  const ImportedModel imported_ = import_model(folder_);
};

TEST_P(BartGolden, ComputesWhatTransformersDoes) {
  expect_golden_numbers(imported_, folder_);
}

TEST_P(BartGolden, MakesTheSameIdsOfText) {
  const TextFrame frame = text_frame(imported_.config, {});
  for (const auto& line : golden_lines(folder_)) {
    std::vector<std::int32_t> ids = frame.source_before;
    for (const auto& part :
         {imported_.tokenizers.source.encode(line["source"].get<std::string>()), frame.source_behind})
      ids.insert(ids.end(), part.begin(), part.end());
    EXPECT_EQ(ids, line["ids"].get<std::vector<std::int32_t>>()) << line["source"];
    const auto translation = line["default"]["ids"].get<std::vector<std::int32_t>>();
    EXPECT_EQ(imported_.tokenizers.target.decode(translation), line["default"]["text"].get<std::string>());
  }
}

INSTANTIATE_TEST_SUITE_P(, BartGolden, testing::Values("plain", "json", "pegasus"),
                         [](const auto& info) { return info.param; });

class ChangedBart : public ChangedModel {
 protected:
  ChangedBart() : ChangedModel(kBartModels) {}

  ImportedModel imported(const std::string& name) {
    copy(name);
    return import_model(folder_);
  }

  // Of tokenizer.json, by a pointer.
  ImportedModel with_json(const std::string& place, const Json& value) {
    copy("json");
    Json json = json_of(folder_ / "tokenizer.json");
    json[Json::json_pointer(place)] = value;
    std::ofstream(folder_ / "tokenizer.json") << json.dump();
    return import_model(folder_);
  }

  static std::vector<std::string> kinds(const ImportedModel& model) {
    std::vector<std::string> kinds;
    for (const CodecFile& file : model.tokenizers.source.files()) kinds.push_back(file.extension);
    return kinds;
  }
};

TEST_F(ChangedBart, IsWhatTheConfigSays) {
  const ImportedModel plain = imported("plain");
  EXPECT_EQ(plain.family, "BART");
  EXPECT_EQ(plain.config.norm, Norm::post);
  EXPECT_TRUE(plain.config.embedding_norm);
  EXPECT_FALSE(plain.config.final_norm);
  EXPECT_FALSE(plain.config.embedding_scale);
  EXPECT_EQ(plain.config.positions, "learned");
  EXPECT_EQ(plain.config.start_token, 2);
  EXPECT_THAT(plain.config.text_template.source_before, ElementsAre(0));
  EXPECT_THAT(plain.config.text_template.target_before, ElementsAre(0));
  EXPECT_THAT(plain.notes, Not(Contains(HasSubstr("forced_bos_token_id"))));
  const ImportedModel json = imported("json");
  EXPECT_TRUE(json.config.embedding_scale);
  EXPECT_THAT(json.config.text_template.target_before, ElementsAre(0)) << "as what it has learned from";
  EXPECT_THAT(json.notes, Contains(HasSubstr("there is no forced_bos_token_id")));
}

TEST_F(ChangedBart, NamesTheOptionThatKeepsSequencesFromComingTwice) {
  copy("plain");
  set("generation_config.json", "no_repeat_ngram_size", 3);
  EXPECT_THAT(import_model(folder_).notes,
              Contains(HasSubstr("'no_repeat_ngram_size' is 3, which `translate --no-repeat-ngram 3` does")));
}

// As bart-base and bart-large are published.
TEST_F(ChangedBart, MayBeWithoutItsOutputLayer) {
  const ImportedModel whole = imported("plain");
  const std::string file = folder_ / "model.safetensors";
  NamedTensors body;
  for (const auto& [name, tensor] : load_safetensors(file).tensors) {
    const std::string prefix = "model.";
    if (name.starts_with(prefix)) body.emplace_back(name.substr(prefix.size()), tensor.clone());
  }
  save_safetensors(file, body);
  EXPECT_EQ(refusal(), "");
  set("config.json", "architectures", Json::array({"BartModel"}));
  const ImportedModel model = import_model(folder_);
  EXPECT_FALSE(model.config.output_bias);
  ASSERT_EQ(model.weights.size() + 1, whole.weights.size()) << "there is no bias";
  for (const auto& [name, tensor] : model.weights) {
    const auto same = std::ranges::find(whole.weights, name, &NamedTensors::value_type::first);
    ASSERT_NE(same, whole.weights.end()) << name;
    EXPECT_TRUE(same->second.equal(tensor)) << name;
  }
  set("config.json", "architectures", Json::array({"BartForCausalLM"}));
  EXPECT_THAT(refusal(), HasSubstr("'architectures' is"));
}

TEST_F(ChangedBart, IsRefusedByWhatHasNoForm) {
  for (const auto& [key, value] : {std::pair<std::string, Json>{"normalize_before", true},
                                   {"normalize_embedding", false},
                                   {"add_final_layer_norm", true},
                                   {"static_position_embeddings", true},
                                   {"architectures", Json::array({"BartForSequenceClassification"})}})
    EXPECT_THAT(refusal_of("plain", key, value), AllOf(HasSubstr("config.json: '" + key), HasSubstr("' is "))) << key;
  EXPECT_THAT(refusal_of("plain", "cls_token", "[CLS]", "tokenizer_config.json"),
              HasSubstr("but only <s> can be read"));
  EXPECT_THAT(refusal_of("plain", "eos_token_id", 7), HasSubstr("</s> and <pad> have the ids 2 and 1, but"));
  copy("plain");
  fs::remove(folder_ / "vocab.json");
  EXPECT_THAT(refusal(), HasSubstr("tokenizer.json: the model lacks this file"));
  copy("plain");
  std::ofstream(folder_ / "merges.txt") << "#version: 0.2\nh e e\n";
  EXPECT_THAT(refusal(), HasSubstr("line 2: is not two tokens"));
}

TEST_F(ChangedBart, PutsASpaceBeforeTextsAsItsClassesDo) {
  const auto begins_with_space = [&](const ImportedModel& model) {
    return model.tokenizers.source.encode("x") == model.tokenizers.source.encode(" x");
  };
  EXPECT_FALSE(begins_with_space(imported("plain")));
  EXPECT_TRUE(begins_with_space(imported("json")));
  copy("plain");
  set("tokenizer_config.json", "add_prefix_space", true);
  EXPECT_TRUE(begins_with_space(import_model(folder_)));
  copy("json");
  set("tokenizer_config.json", "add_prefix_space", nullptr);
  EXPECT_FALSE(begins_with_space(import_model(folder_))) << "BartTokenizer goes by tokenizer_config.json";
  set("tokenizer_config.json", "tokenizer_class", "PreTrainedTokenizerFast");
  EXPECT_TRUE(begins_with_space(import_model(folder_))) << "others by tokenizer.json";
}

TEST_F(ChangedBart, TakesTokensWhereItsTokenizerHasNoForm) {
  EXPECT_THAT(kinds(imported("json")), ElementsAre(".merges", ".vocabulary"));
  for (const auto& [place, value] : {std::pair<std::string, Json>{"/normalizer", {{"type", "NFC"}}},
                                     {"/pre_tokenizer/type", "Metaspace"},
                                     {"/pre_tokenizer/use_regex", false},
                                     {"/decoder/type", "BPEDecoder"},
                                     {"/post_processor/type", "Other"},
                                     {"/model/dropout", 0.1},
                                     {"/model/end_of_word_suffix", "</w>"},
                                     {"/model/ignore_merges", true},
                                     {"/model/type", "WordLevel"}}) {
    const ImportedModel model = with_json(place, value);
    EXPECT_THAT(kinds(model), ElementsAre(".vocabulary")) << place;
    EXPECT_THAT(model.notes, Contains(AllOf(HasSubstr("tokenizer.json: '"), EndsWith("separated by blanks")))) << place;
    EXPECT_THAT(model.sample, HasSubstr("! \""));
  }
  copy("plain");
  fs::remove(folder_ / "merges.txt");
  const ImportedModel without = import_model(folder_);
  EXPECT_THAT(kinds(without), ElementsAre(".vocabulary"));
  EXPECT_THAT(without.notes, Contains(HasSubstr("merges.txt: is not there; text has to be tokens")));
}

TEST_F(ChangedBart, NamesAddedTokens) {
  copy("plain");
  const Json all = json_of(folder_ / "vocab.json");
  Json pieces = Json::object();
  for (const auto& [piece, id] : all.items()) {
    if (id != 479) pieces[piece] = id;
  }
  std::ofstream(folder_ / "vocab.json") << pieces.dump();
  std::ofstream(folder_ / "merges.txt") << "#version: 0.2\n";
  set("tokenizer_config.json", "added_tokens_decoder", {{"479", {{"content", "<new>"}}}, {"5", {{"content", "<x>"}}}});
  const ImportedModel model = import_model(folder_);
  EXPECT_EQ(model.tokenizers.source.piece(479), "<new>");
  EXPECT_THAT(model.notes, Contains(EndsWith("that a text here cannot hold: <new>")));
}

using ChangedPegasus = ChangedBart;

TEST_F(ChangedPegasus, IsWhatTheConfigSays) {
  const ImportedModel model = imported("pegasus");
  EXPECT_EQ(model.family, "Pegasus");
  EXPECT_EQ(model.config.norm, Norm::pre);
  EXPECT_TRUE(model.config.final_norm);
  EXPECT_FALSE(model.config.embedding_norm);
  EXPECT_TRUE(model.config.embedding_scale);
  EXPECT_EQ(model.config.positions, "sinusoidal");
  EXPECT_EQ(model.config.activation, Activation::relu);
  EXPECT_EQ(model.config.start_token, 0);
  EXPECT_THAT(refusal_of("pegasus", "normalize_before", false), HasSubstr("'normalize_before' is false"));
  EXPECT_EQ(refusal_of("pegasus", "static_position_embeddings", true), "");
}

TEST_F(ChangedPegasus, NumbersPiecesBehindTheTokensOfPreTraining) {
  const Tokenizer tokenizer = imported("pegasus").tokenizers.source;
  EXPECT_EQ(tokenizer.special_ids(), (SpecialIds{0, SpecialIds::kNone, 1, 105}));
  for (const auto& [id, token] : {std::pair{2, "<mask_1>"}, {3, "<mask_2>"}, {4, "<unk_2>"}, {104, "<unk_102>"}})
    EXPECT_EQ(tokenizer.piece(id), token);
  EXPECT_EQ(tokenizer.piece(106), "▁");
  EXPECT_THAT(refusal_of("pegasus", "offset", -1, "tokenizer_config.json"), HasSubstr("'offset' is -1"));
  EXPECT_THAT(refusal_of("pegasus", "offset", 104, "tokenizer_config.json"), HasSubstr("there are 304 tokens, but"));
  copy("pegasus");
  fs::remove(folder_ / "spiece.model");
  const Tokenizer converted = import_model(folder_).tokenizers.source;
  for (const auto& line : golden_lines(kBartModels + "pegasus"))
    EXPECT_EQ(converted.encode(line["source"].get<std::string>()), tokenizer.encode(line["source"].get<std::string>()));
  EXPECT_EQ(converted.special_ids(), tokenizer.special_ids());
  fs::remove(folder_ / "tokenizer.json");
  EXPECT_THAT(refusal(), HasSubstr("spiece.model: the model lacks this file"));
}

TEST(ByteLevelJson, RefusesWhatIsDamaged) {
  const auto refusal = [](const std::string& json) {
    try {
      read_byte_level_json(json, 2, "file");
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal("[]"), HasSubstr("file: is not valid JSON"));
  EXPECT_THAT(refusal("{}"), HasSubstr("no table of tokens"));
  EXPECT_THAT(refusal(R"({"model": {"type": "BPE", "vocab": {"a": 0}}})"), HasSubstr("no list of merges"));
  EXPECT_THAT(refusal(R"({"model": {"vocab": {"a": 2}}})"), HasSubstr("'a' has the id 2, but"));
  EXPECT_THAT(refusal(R"({"model": {"vocab": {"a": -1}}})"), HasSubstr("'a' has the id -1"));
  EXPECT_THAT(refusal(R"({"model": {"vocab": {"a": 1, "b": 1}}})"), HasSubstr("'a' and 'b' have the same id, 1"));
  EXPECT_THAT(refusal(R"({"model": {"type": "BPE", "vocab": {"a": 1}, "merges": [["a"]]}})"), HasSubstr("a merge is"));
  EXPECT_THAT(refusal(R"({"model": {"vocab": {}}, "added_tokens": [5]})"), HasSubstr("lacks its content"));
}

}  // namespace
}  // namespace dragoman
