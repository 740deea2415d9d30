// Models of CTranslate2 beside what CTranslate2 makes of them: see tests/fixtures/ctranslate2_golden.py.
#include "base/checksum.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "model/text_frame.h"
#include "tests/data/temporary_folder.h"
#include "tests/formats/model_bin_bytes.h"
#include "tests/model/tensors.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using torch::Tensor;

const std::string kModels = DRAGOMAN_FIXTURES "/ctranslate2/";

Json json_in(const fs::path& file) {
  std::ifstream stream(file);
  return Json::parse(stream);
}

std::vector<std::string> split(const std::string& tokens) {
  std::istringstream stream(tokens);
  return {std::istream_iterator<std::string>(stream), {}};
}

class CTranslate2Golden : public testing::TestWithParam<std::string> {
 protected:
  const std::string folder_ = kModels + GetParam();
  const ImportedModel imported_ = import_model(folder_);
  const Json golden_ = json_in(folder_ + "/golden.json");

  std::vector<std::int64_t> source_ids(const Json& line) const {
    const TextFrame frame = text_frame(imported_.config);
    std::vector<std::int64_t> ids(frame.source_before.begin(), frame.source_before.end());
    const bool takes_text = imported_.tokenizers.source.files().front().extension == kSentencePieceFile;
    const auto text = line[takes_text ? "text" : "source"].get<std::string>();
    for (const std::int32_t id : imported_.tokenizers.source.encode(text)) ids.push_back(id);
    ids.insert(ids.end(), frame.source_behind.begin(), frame.source_behind.end());
    return ids;
  }

  std::vector<std::int64_t> target_ids(const Json& line) const {
    const Tokenizer& tokenizer = imported_.tokenizers.target;
    std::map<std::string, std::int64_t> ids;
    for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) ids.emplace(tokenizer.piece(id), id);
    std::vector<std::int64_t> found;
    for (const std::string& token : split(line["target"].get<std::string>())) {
      const auto known = ids.find(token);
      found.push_back(known == ids.end() ? tokenizer.special_ids().unk : known->second);
    }
    return found;
  }
};

// Of each token of a translation, and of its end.
Tensor log_probs_of(const Seq2SeqModel& model, const ModelConfig& config, const std::vector<std::int64_t>& source,
                    const std::vector<std::int64_t>& target) {
  std::vector<std::int64_t> input{config.start_token}, wanted = target;
  input.insert(input.end(), target.begin(), target.end());
  wanted.push_back(config.special_ids.eos);
  const Tensor lengths = at::full({1}, static_cast<std::int64_t>(source.size()), torch::kInt64);
  const Memory memory = model.encode({}, at::tensor(source, torch::kInt64).unsqueeze(0), lengths);
  const Tensor states = model.decode({}, memory, at::tensor(input, torch::kInt64).unsqueeze(0))[0];
  const OutputLayer output = model.output_layer();
  const auto bias = output.bias.defined() ? std::optional<Tensor>(output.bias) : std::nullopt;
  return at::log_softmax(at::linear(states, output.weight, bias), 1)
      .gather(1, at::tensor(wanted, torch::kInt64).unsqueeze(1))
      .squeeze(1);
}

TEST_P(CTranslate2Golden, ScoresAsCTranslate2Does) {
  const SafetensorsFile weights{imported_.weights, {}};
  const auto model = create_model(imported_.config, std::nullopt);
  require_all_used(*model, weights, folder_);
  assign_weights(*model, weights, folder_);
  model->eval();
  const c10::InferenceMode no_gradients;
  for (const Json& line : golden_["lines"]) {
    const auto expected = line["log_probs"].get<std::vector<double>>();
    const Tensor found = log_probs_of(*model, imported_.config, source_ids(line), target_ids(line));
    ASSERT_EQ(found.size(0), std::ssize(expected)) << line["source"];
    EXPECT_LT((found - at::tensor(expected)).abs().max().item<double>(), 5e-5) << line["source"];
  }
}

using CTranslate2Weights = CTranslate2Golden;

TEST_P(CTranslate2Weights, AreTheSameToTheLastBit) {
  for (const auto& [name, checksum] : golden_["weights"].items()) {
    const auto found = std::ranges::find(imported_.weights, name, &NamedTensors::value_type::first);
    ASSERT_NE(found, imported_.weights.end()) << name;
    const Tensor weight = found->second.contiguous();
    const std::string_view bytes(static_cast<const char*>(weight.const_data_ptr()), weight.nbytes());
    EXPECT_EQ(crc32_of(bytes), checksum.get<std::uint32_t>()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(, CTranslate2Golden,
                         testing::Values("opennmt", "opennmt_int8", "opennmt_int16", "fairseq", "marian", "t5",
                                         "relative", "buckets", "gated", "version1", "version2", "version3", "version4",
                                         "version5"),
                         [](const auto& info) { return info.param; });

INSTANTIATE_TEST_SUITE_P(, CTranslate2Weights,
                         testing::Values("opennmt", "opennmt_int8", "opennmt_int16", "opennmt_float16",
                                         "opennmt_bfloat16", "fairseq", "marian", "t5"),
                         [](const auto& info) { return info.param; });

TEST(CTranslate2, TellsPositionsByTheirTables) {
  const auto config = [](const char* name) { return import_model(kModels + name).config; };
  const ModelConfig fairseq = config("fairseq"), marian = config("marian"), older = config("version5");
  for (const char* name : {"opennmt", "opennmt_float16", "opennmt_bfloat16"}) {
    EXPECT_EQ(config(name).positions, "sinusoidal") << name;
    EXPECT_EQ(config(name).positions_layout, PositionsLayout::interleaved) << name;
  }
  EXPECT_EQ(fairseq.positions, "learned");
  EXPECT_EQ(fairseq.max_positions, 110);
  EXPECT_EQ(marian.positions, "sinusoidal");
  EXPECT_EQ(marian.positions_layout, PositionsLayout::halves);
  EXPECT_EQ(marian.first_position, 0);
  EXPECT_EQ(older.positions, "sinusoidal") << "it has no table";
  EXPECT_EQ(older.sinusoids, Sinusoids::tensor2tensor);
  EXPECT_EQ(older.first_position, 1);
  EXPECT_EQ(config("relative").positions, "relative");
  EXPECT_EQ(config("buckets").positions, "t5");
  EXPECT_EQ(config("gated").positions, "rotary");
}

TEST(CTranslate2, HasTheFormsOfItsModels) {
  const auto config = [](const char* name) { return import_model(kModels + name).config; };
  const ModelConfig gated = config("gated"), fairseq = config("fairseq"), marian = config("marian");
  EXPECT_EQ(gated.normalisation, NormForm::rms);
  EXPECT_TRUE(gated.feed_forward_gate);
  EXPECT_FALSE(gated.projection_bias);
  EXPECT_EQ(gated.key_value_heads, 2);
  EXPECT_EQ(gated.norm_epsilon, 1e-6);
  EXPECT_EQ(fairseq.norm, Norm::post);
  EXPECT_TRUE(fairseq.embedding_norm);
  EXPECT_EQ(fairseq.tied_embeddings, TiedEmbeddings::target);
  EXPECT_EQ(fairseq.activation, Activation::gelu);
  EXPECT_EQ(marian.tied_embeddings, TiedEmbeddings::all);
  EXPECT_TRUE(marian.zero_start);
  const ModelConfig t5 = config("t5");
  EXPECT_EQ(t5.self_attention_score, "dot");
  EXPECT_TRUE(t5.shared_position_biases);
  EXPECT_TRUE(t5.output_scale);
  EXPECT_FALSE(t5.feed_forward_bias);
  EXPECT_EQ(marian.special_ids.pad, SpecialIds::kNone) << "CTranslate2 leaves it out";
  EXPECT_EQ(config("version3").tied_embeddings, TiedEmbeddings::none);
}

TEST(CTranslate2, KnowsWhatStandsAroundAText) {
  const auto config = [](const char* name) { return import_model(kModels + name).config; };
  const ModelConfig opennmt = config("opennmt"), fairseq = config("fairseq");
  EXPECT_TRUE(opennmt.text_template.source_behind.empty()) << "it has learned of no end";
  EXPECT_EQ(opennmt.start_token, 2) << "<s>";
  EXPECT_EQ(opennmt.special_ids, (SpecialIds{.pad = 1, .bos = 2, .eos = 3, .unk = 0}));
  EXPECT_EQ(fairseq.text_template, TextTemplate());
  EXPECT_EQ(fairseq.start_token, fairseq.special_ids.eos);
}

TEST(CTranslate2, SaysWhatElseIsToBeKnown) {
  const auto notes = [](const char* name) { return import_model(kModels + name).notes; };
  EXPECT_THAT(notes("fairseq"), Contains("weights: fp16 and int8, kept in fp32"));
  EXPECT_THAT(notes("fairseq"), Contains(HasSubstr("1 ids have no token that text can hold")));
  EXPECT_THAT(notes("fairseq"), Contains(HasSubstr("there is no tokenizer")));
  EXPECT_THAT(notes("marian"), Contains(AllOf(HasSubstr("source.spm"), HasSubstr("target.spm"))));
  EXPECT_THAT(notes("marian"), Contains(HasSubstr("ends with </s>")));
  EXPECT_THAT(notes("opennmt_bfloat16"), Contains(HasSubstr("sinusoids are off by up to 0.00")));
}

// A copy of a model, to be changed.
class ChangedCTranslate2 : public TemporaryFolderTest {
 protected:
  void copy(const std::string& name) {
    fs::remove_all(folder_);
    fs::copy(kModels + name, folder_);
  }

  void set(const std::string& key, const Json& value) {
    Json json = json_in(folder_ / "config.json");
    json[key] = value;
    std::ofstream(folder_ / "config.json") << json.dump();
  }

  std::string refusal(const ForeignSource& from) const {
    try {
      import_model(from);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }
  std::string refusal() const { return refusal({folder_}); }

  // What is said of the model where a variable is otherwise, or there besides.
  std::string refusal_with(const std::string& name, const BinVariable& variable, const std::string& model = "gated") {
    copy(model);
    BinFile file = read_bin_file(folder_ / "model.bin");
    file.variables[name] = variable;
    write_bin_file(folder_ / "model.bin", file);
    return refusal();
  }
};

TEST_F(ChangedCTranslate2, IsRefusedByTheVariableThatHasNoForm) {
  for (const auto& [name, value] : {std::pair{"encoder/activation", flag_of(5)},
                                    {"decoder/alibi", flag_of(1)},
                                    {"decoder/scale_outputs", number_of(0.5)},
                                    {"encoder/scale_embeddings", number_of(2)},
                                    {"encoder/layer_0/self_attention/queries_scale", number_of(3)},
                                    {"encoder/layer_0/self_attention/rotary_interleave", flag_of(1)},
                                    {"decoder/layer_0/self_attention/rotary_base", number_of(500)},
                                    {"decoder/final_logit_softcapping", number_of(30)},
                                    {"decoder/layer_0/layer_scalar", number_of(3)}})
    EXPECT_THAT(refusal_with(name, value),
                AllOf(HasSubstr("model.bin: '" + std::string(name) + "' is "), HasSubstr(",")))
        << name;
  EXPECT_THAT(refusal_with("decoder/alibi", flag_of(1)),
              HasSubstr("'decoder/alibi' is 1, for which Dragoman has no form"));
  EXPECT_EQ(refusal_with("decoder/alibi", flag_of(0)), "");
  EXPECT_THAT(refusal_with("decoder/pre_norm", flag_of(0)), HasSubstr("pre_norm is otherwise in the decoder"));
  EXPECT_THAT(refusal_with("encoder/num_heads", flag_of(5), "fairseq"), HasSubstr("which does not fit the heads"));
  EXPECT_THAT(refusal_with("encoder/layer_0/ffn/linear_1/weight", flag_of(0)), HasSubstr("has shape []"));
  EXPECT_THAT(refusal_with("decoder/layer_0/attention/relative_attention_bias", flag_of(0)), HasSubstr("has no form"));
}

TEST_F(ChangedCTranslate2, IsRefusedByTheOptionThatHasNoForm) {
  const auto refusal_of = [&](const std::string& key, const Json& value) {
    copy("gated");
    set(key, value);
    return refusal();
  };
  EXPECT_THAT(refusal_of("decoder_start_token", nullptr), HasSubstr("'decoder_start_token' is null, so that"));
  EXPECT_THAT(refusal_of("decoder_start_token", "<2de>"), HasSubstr("lacks the token '<2de>'"));
  EXPECT_THAT(refusal_of("eos_token", "<end>"), HasSubstr("lacks the token '<end>'"));
  EXPECT_THAT(refusal_of("quantization_type", 1), HasSubstr("'quantization_type' is 1"));
  EXPECT_THAT(refusal_of("add_source_eos", "yes"), HasSubstr("'add_source_eos' is \"yes\", which is of a wrong type"));
  copy("gated");
  set("add_source_bos", true);
  EXPECT_EQ(import_model(folder_).config.text_template.source_before, std::vector<std::int32_t>{1});
  copy("gated");
  set("house_style", "plain");
  set("layer_norm_epsilon", 1e-3);
  const ImportedModel model = import_model(folder_);
  EXPECT_THAT(model.notes, Contains(HasSubstr("without effect: house_style")));
  EXPECT_EQ(model.config.norm_epsilon, 1e-3);
}

TEST_F(ChangedCTranslate2, WithAVocabularyOfAnotherModelIsRefused) {
  copy("gated");
  const fs::path file = folder_ / "shared_vocabulary.json";
  Json tokens = json_in(file);
  tokens.push_back("more");
  std::ofstream(file) << tokens.dump();
  EXPECT_THAT(refusal(), HasSubstr("there are 41 tokens, but the model has embeddings for 40"));
  std::ofstream(file) << "{}";
  EXPECT_THAT(refusal(), HasSubstr("shared_vocabulary.json: is no list of tokens"));
  fs::remove(file);
  std::ofstream(folder_ / "source_vocabulary.json") << "[]";
  EXPECT_THAT(refusal(), HasSubstr("target_vocabulary.json: the model lacks this file"));
  std::ofstream(folder_ / "source_1_vocabulary.json") << "[]";
  EXPECT_THAT(refusal(), HasSubstr("several vocabularies"));
}

TEST_F(ChangedCTranslate2, TakesTheTokenizersThatItIsGiven) {
  copy("marian");
  const fs::path source = folder_ / "source.spm", target = folder_ / "target.spm",
                 other = DRAGOMAN_FIXTURES "/foreign_default.model";
  const Tokenizers beside = import_model(folder_).tokenizers;
  fs::create_directory(folder_ / "elsewhere");
  for (const fs::path& file : {source, target}) fs::rename(file, folder_ / "elsewhere" / file.filename());
  EXPECT_EQ(import_model(folder_).tokenizers.source.encode(">>deu<< house").size(), 2U) << "words";
  const ForeignSource given{folder_, folder_ / "elsewhere/source.spm", folder_ / "elsewhere/target.spm"};
  EXPECT_TRUE(import_model(given).tokenizers.source.has_files_of(beside.source));
  EXPECT_TRUE(import_model(given).tokenizers.target.has_files_of(beside.target));
  copy("gated");
  EXPECT_THAT(refusal({folder_, other, other}),
              HasSubstr("are in the model's vocabulary; name the SentencePiece model"));
  EXPECT_THAT(refusal({DRAGOMAN_FIXTURES "/marian/shared", other, other}), HasSubstr("brings its own tokenizers"));
}

TEST_F(ChangedCTranslate2, OfAnotherKindIsNamed) {
  copy("gated");
  BinFile file = read_bin_file(folder_ / "model.bin");
  file.spec = "WhisperSpec";
  write_bin_file(folder_ / "model.bin", file);
  EXPECT_THAT(refusal(), HasSubstr("model.bin: is a WhisperSpec; only a TransformerSpec translates"));
  file.spec = "TransformerSpec";
  file.revision = 9;
  write_bin_file(folder_ / "model.bin", file);
  EXPECT_THAT(refusal(), HasSubstr("has revision 9 of TransformerSpec"));
}

}  // namespace
}  // namespace dragoman
