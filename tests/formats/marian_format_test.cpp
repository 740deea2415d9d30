// Models that Marian has trained: see tests/fixtures/marian_files_golden.py.
#include "base/atomic_file.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"
#include "formats/foreign/zip_archive.h"
#include "formats/weight_assignment.h"
#include "model/architecture.h"
#include "tests/data/temporary_folder.h"
#include "tests/formats/npz_bytes.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using torch::Tensor;

const std::string kMarianFiles = DRAGOMAN_FIXTURES "/marian_files/";

const Tensor& weight_named(const ImportedModel& model, const std::string& name) {
  const auto found = std::ranges::find(model.weights, name, &NamedTensors::value_type::first);
  if (found == model.weights.end()) throw std::out_of_range(name);
  return found->second;
}

TEST(MarianFormat, HasTheConfigOfEachFile) {
  const ModelConfig transformer = import_model(kMarianFiles + "transformer").config;
  EXPECT_EQ(transformer.norm, Norm::post);
  EXPECT_EQ(transformer.activation, Activation::silu);
  EXPECT_EQ(transformer.tied_embeddings, TiedEmbeddings::all);
  EXPECT_EQ(transformer.sinusoids, Sinusoids::tensor2tensor);
  EXPECT_TRUE(transformer.zero_start);
  EXPECT_EQ(transformer.decoding.beam_size, 4);
  EXPECT_EQ(transformer.decoding.length_penalty, 0.6);
  const ModelConfig student = import_model(kMarianFiles + "student").config;
  EXPECT_EQ(student.decoder_self_attention, "ssru");
  EXPECT_EQ(student.trained_on.source_lang, "en");
  EXPECT_EQ(student.trained_on.target_lang, "de");
  EXPECT_EQ(student.decoding, DecodingDefaults());
  EXPECT_EQ(import_model(kMarianFiles + "opus").config.decoder_self_attention, "average");
  const ModelConfig words = import_model(kMarianFiles + "words").config;
  EXPECT_EQ(words.normalisation, NormForm::rms);
  EXPECT_EQ(words.norm, Norm::pre);
  EXPECT_TRUE(words.embedding_norm);
  EXPECT_TRUE(words.final_norm);
  EXPECT_EQ(words.activation, Activation::gelu);
  EXPECT_EQ(words.source_vocabulary, words.target_vocabulary) << "one id of pad for both";
}

TEST(MarianFormat, FillsTheModelWholly) {
  for (const std::string name : {"transformer", "student", "opus", "words"}) {
    const ImportedModel imported = import_model(kMarianFiles + name);
    const SafetensorsFile weights{imported.weights, {}};
    const auto model = create_model(imported.config, std::nullopt);
    require_all_used(*model, weights, name);
    assign_weights(*model, weights, name);
  }
}

TEST(MarianFormat, NeverProducesWhatItHasNotLearned) {
  const ImportedModel model = import_model(kMarianFiles + "transformer");
  const Tensor &table = weight_named(model, "embedding.weight"), &bias = weight_named(model, "output_bias");
  ASSERT_EQ(table.size(0), 102) << "a pad and a beginning behind 100 pieces";
  EXPECT_FALSE(table.narrow(0, 100, 2).any().item<bool>());
  EXPECT_LT(bias.narrow(0, 100, 2).max().item<float>(), -100);
  EXPECT_GT(bias.narrow(0, 0, 100).min().item<float>(), -100);
}

TEST(MarianFormat, ReadsTheModelByItsFile) {
  EXPECT_EQ(import_model(kMarianFiles + "transformer/model.npz").config,
            import_model(kMarianFiles + "transformer").config);
}

TEST(MarianFormat, SaysWhatElseIsToBeKnown) {
  const auto notes = [](const char* name) { return import_model(kMarianFiles + name).notes; };
  EXPECT_THAT(notes("student"), Contains(HasSubstr("29 tables were in int8")));
  EXPECT_THAT(notes("words"), Contains(HasSubstr("with blanks between them")));
  EXPECT_THAT(notes("words"), Contains(HasSubstr("gelu is the exact one")));
  EXPECT_THAT(notes("opus"), Contains("weights: fp32, kept in fp32"));
}

// A copy of a model, to be changed.
class ChangedMarianFiles : public TemporaryFolderTest {
 protected:
  void copy(const std::string& name) {
    fs::remove_all(folder_);
    fs::copy(kMarianFiles + name, folder_);
  }

  // The entries of an .npz file, with NumPy's headers.
  std::map<std::string, std::string> tables() const {
    const std::string bytes = read_file(folder_ / "model.npz");
    const ZipArchive archive(bytes, "model.npz");
    std::map<std::string, std::string> entries;
    for (const std::string_view name : archive.names()) entries.emplace(name, archive.read(name));
    return entries;
  }

  void write(const std::map<std::string, std::string>& entries, bool deflate = false) {
    ZipBytes archive;
    for (const auto& [name, data] : entries) {
      if (deflate) {
        archive.entries.push_back({name, deflated(data), 8, 0, 0, 0, data});
      } else {
        archive.entries.push_back({name, data});
      }
    }
    write_file_atomically(folder_ / "model.npz", archive.bytes());
  }

  // Of the model's own options, the line of one replaced.
  void set_option(const std::string& name, const std::string& value) {
    auto entries = tables();
    std::string& entry = entries.at("special:model.yml.npy");
    std::string text = entry.substr(entry.find('\n') + 1);
    text.resize(std::min(text.find('\0'), text.size()));
    if (const std::size_t line = text.find("\n" + name + ":"); line != text.npos)
      text.erase(line, std::min(text.find('\n', line + 1), text.size()) - line);
    text += "\n" + name + ": " + value + "\n";
    entry = npy_bytes("|i1", {static_cast<std::int64_t>(text.size())}, text);
    write(entries);
  }

  std::string refusal() const {
    try {
      import_model(folder_);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  std::string refusal_of(const std::string& name, const std::string& value) {
    copy("transformer");
    set_option(name, value);
    return refusal();
  }
};

TEST_F(ChangedMarianFiles, AreRefusedByTheOptionThatHasNoForm) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"type", "s2s"},
                                                        {"right-left", "true"},
                                                        {"transformer-no-projection", "true"},
                                                        {"transformer-pool", "true"},
                                                        {"transformer-disable-position-embeddings", "true"},
                                                        {"transformer-attention-mask", "alibi"},
                                                        {"transformer-decoder-autoreg", "lstm"},
                                                        {"transformer-decoder-dim-ffn", "24"},
                                                        {"transformer-ffn-depth", "3"},
                                                        {"transformer-ffn-activation", "tanh"},
                                                        {"transformer-postprocess", "nad"},
                                                        {"transformer-postprocess", "dhn"},
                                                        {"transformer-postprocess-top", "a"},
                                                        {"transformer-postprocess-emb", "nn"},
                                                        {"transformer-tied-layers", "[1]"},
                                                        {"lemma-dim-emb", "4"},
                                                        {"input-types", "[sequence, class]"},
                                                        {"dim-emb", "wide"}}) {
    EXPECT_THAT(refusal_of(name, value), AllOf(HasSubstr("model.npz: special:model.yml: '" + name + "' is ")))
        << name << ": " << value;
  }
  EXPECT_THAT(refusal_of("transformer-preprocess", "n"), HasSubstr("'transformer-postprocess' is \"dan\", and"));
  EXPECT_THAT(refusal_of("transformer-decoder-autoreg", "rnn"), HasSubstr("'dec-cell' is \"gru\""));
  EXPECT_THAT(refusal_of("transformer-decoder-autoreg", "average-attention"),
              HasSubstr("'transformer-dim-aan' is 2048"));
  EXPECT_EQ(refusal_of("transformer-decoder-dim-ffn", "48"), "") << "as the encoder's";
  EXPECT_EQ(refusal_of("transformer-depth-scaling", "true"), "") << "of the first weights alone";
}

TEST_F(ChangedMarianFiles, HaveTheNormsAndGelusOfTheirVersion) {
  copy("words");
  EXPECT_EQ(refusal(), "");
  copy("transformer");
  set_option("transformer-ffn-activation", "gelu");
  EXPECT_EQ(import_model(folder_).config.activation, Activation::gelu);
  set_option("version", "v1.9.56 x");
  EXPECT_EQ(import_model(folder_).config.activation, Activation::gelu_sigmoid);
  set_option("transformer-preprocess", "n");
  set_option("transformer-postprocess", "da");
  EXPECT_THAT(refusal(), HasSubstr("'transformer-preprocess' is \"n\", which Marian before 1.10"));
}

TEST_F(ChangedMarianFiles, AreReadDeflatedAndInHalves) {
  copy("transformer");
  const NamedTensors before = import_model(folder_).weights;
  auto entries = tables();
  write(entries, true);
  const ImportedModel inflated = import_model(folder_);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(before[i].second.equal(inflated.weights[i].second));
  std::string& bias = entries.at("decoder_ff_logit_out_b.npy");
  std::vector<float> numbers(100);
  std::memcpy(numbers.data(), bias.data() + bias.size() - 400, 400);
  const Tensor halves = at::tensor(numbers).to(at::kHalf);
  bias = npy_bytes("<f2", {1, 100}, std::string(static_cast<const char*>(halves.data_ptr()), 200));
  write(entries);
  const ImportedModel half = import_model(folder_);
  EXPECT_TRUE(weight_named(half, "output_bias").narrow(0, 0, 100).equal(halves.to(at::kFloat)));
  EXPECT_THAT(half.notes, Contains("weights: fp16 and fp32, kept in fp32"));
}

TEST_F(ChangedMarianFiles, HaveOneTableOfInputsAndAnotherOfTheOutput) {
  copy("transformer");
  auto entries = tables();
  std::string numbers;
  for (int i = 0; i < 32 * 100; ++i) {
    const auto number = static_cast<float>(i);
    numbers.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  entries["decoder_ff_logit_out_W.npy"] = npy_bytes("<f4", {32, 100}, numbers);
  write(entries);
  set_option("tied-embeddings-all", "false");
  set_option("tied-embeddings-src", "true");
  const ImportedModel model = import_model(folder_);
  EXPECT_EQ(model.config.tied_embeddings, TiedEmbeddings::inputs);
  const Tensor& output = weight_named(model, "output_weight");
  EXPECT_EQ(output[1][2].item<float>(), 201) << "transposed";
  EXPECT_EQ(output.size(0), 102);
  set_option("tied-embeddings", "true");
  EXPECT_THAT(refusal(), HasSubstr("no place for the tensor 'decoder_ff_logit_out_W'"));
}

TEST_F(ChangedMarianFiles, HavePositionsWhereTheyAreLearned) {
  copy("transformer");
  auto entries = tables();
  entries["Wpos.npy"] = npy_bytes("<f4", {50, 32}, std::string(50 * 32 * 4, '\0'));
  write(entries);
  const ImportedModel model = import_model(folder_);
  EXPECT_EQ(model.config.positions, "learned");
  EXPECT_EQ(model.config.max_positions, 50);
  EXPECT_FALSE(model.config.embedding_scale);
  EXPECT_EQ(weight_named(model, "decoder_input.positions").sizes(), at::IntArrayRef({50, 32}));
}

TEST_F(ChangedMarianFiles, AreRefusedByTheTensor) {
  copy("transformer");
  auto entries = tables();
  auto more = entries;
  more["decoder_l1_self_h.npy"] = npy_bytes("<f4", {1}, "1234");
  write(more);
  EXPECT_THAT(refusal(), HasSubstr("no place for the tensor 'decoder_l1_self_h'"));
  auto fewer = entries;
  fewer.erase("encoder_l2_ffn_W1.npy");
  write(fewer);
  EXPECT_THAT(refusal(), HasSubstr("'encoder_l2_ffn_W1' is missing, which special:model.yml speaks of"));
  fewer.erase("special:model.yml.npy");
  write(fewer);
  EXPECT_THAT(refusal(), HasSubstr("lacks 'special:model.yml'"));
}

// In both files w = q / factor.
TEST_F(ChangedMarianFiles, AreTheSameInInt8OfBrowsersAndOfMarian) {
  copy("student");
  const fs::path file = folder_ / "model.ende.intgemm.alphas.bin";
  const NamedTensors before = import_model(folder_).weights;
  std::string bytes = read_file(file), of_browsers, of_marian;
  put_number<std::uint64_t>(of_browsers, 0x4101);
  put_number<std::uint64_t>(of_marian, 0x10001);
  for (std::size_t place = bytes.find(of_browsers); place != bytes.npos; place = bytes.find(of_browsers, place))
    bytes.replace(place, 8, of_marian);
  write_file_atomically(file, bytes);
  const NamedTensors after = import_model(folder_).weights;
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(before[i].second.equal(after[i].second));
  std::string packed;
  put_number<std::uint64_t>(packed, 0x11001);
  bytes.replace(bytes.find(of_marian), 8, packed);
  write_file_atomically(file, bytes);
  EXPECT_THAT(refusal(), HasSubstr("packed for one processor (type 0x11001)"));
}

TEST_F(ChangedMarianFiles, HaveOneShortlistAsTextAndInBinary) {
  copy("student");
  const auto binary = import_model(folder_).shortlist;
  ASSERT_TRUE(binary);
  EXPECT_TRUE(binary->copies);
  EXPECT_EQ(binary->starts.size(), 107u) << "the tokens that the model has not learned have no translations";
  fs::remove(folder_ / "lex.8.24.ende.s2t.bin");
  fs::rename(folder_ / "shortlist.txt", folder_ / "lex.s2t");
  std::ofstream(folder_ / "decoder.yml") << "models: [model.ende.intgemm.alphas.bin]\nvocabs: [vocab.ende.spm, "
                                            "vocab.ende.spm]\nshortlist: [lex.s2t, 8, 24, 0]\n";
  const auto text = import_model(folder_).shortlist;
  ASSERT_TRUE(text);
  EXPECT_EQ(text->always, binary->always);
  EXPECT_EQ(text->starts, binary->starts);
  EXPECT_EQ(text->tokens, binary->tokens);
  std::ofstream(folder_ / "lex.s2t") << "a b 0.5\na b\n";
  EXPECT_THAT(refusal(), HasSubstr("lex.s2t:2: no line of a shortlist"));
  fs::remove(folder_ / "lex.s2t");
  std::ofstream(folder_ / "decoder.yml") << "vocabs: [vocab.ende.spm, vocab.ende.spm]\n";
  EXPECT_FALSE(import_model(folder_).shortlist);
}

TEST_F(ChangedMarianFiles, NameTheVocabularyThatIsNotToBeTold) {
  copy("transformer");
  fs::remove(folder_ / "decoder.yml");
  EXPECT_EQ(refusal(), "") << "the only one there is";
  fs::copy(folder_ / "vocab.spm", folder_ / "vocab2.spm");
  EXPECT_THAT(refusal(), HasSubstr("write what the model's are into a decoder.yml there: 'vocabs: [SOURCE, TARGET]'"));
  fs::rename(folder_ / "vocab.spm", folder_ / "vocab.src.spm");
  fs::rename(folder_ / "vocab2.spm", folder_ / "vocab.trg.spm");
  EXPECT_EQ(refusal(), "");
  std::ofstream(folder_ / "decoder.yml") << "vocabs: [a.spm, vocab.trg.spm]\n";
  EXPECT_THAT(refusal(), HasSubstr("there is no a.spm beside the model"));
  std::ofstream(folder_ / "decoder.yml") << "models: [a.npz, b.npz]\n";
  EXPECT_THAT(refusal(), HasSubstr("'models' is [\"a.npz\",\"b.npz\"], several"));
  fs::remove(folder_ / "decoder.yml");
  fs::remove(folder_ / "vocab.src.spm");
  fs::remove(folder_ / "vocab.trg.spm");
  EXPECT_THAT(refusal(), HasSubstr("there is no vocabulary"));
  std::ofstream(folder_ / "vocab.yml") << "</s>: 0\n<unk>: 1\na: 2\n";
  EXPECT_EQ(import_model(folder_).tokenizers.source.encode("a b"), (std::vector<std::int32_t>{2, 1}));
}

TEST_F(ChangedMarianFiles, CanBeAskedForTheLanguagesThatTheyKnow) {
  copy("opus");
  std::string table = read_file(folder_ / "opus.vocab.yml");
  const std::string before = "▁wird: 104\n▁zu: 105\n";
  table.replace(table.find(before), before.size(), "'>>fra<<': 104\n'>>deu<<': 105\n");
  write_file_atomically(folder_ / "opus.vocab.yml", table);
  const ImportedModel model = import_model(folder_);
  const TextTemplate& form = model.config.text_template;
  EXPECT_EQ(form.languages, (std::vector<Language>{{"fra", 104}, {"deu", 105}}));
  EXPECT_TRUE(form.languages_optional);
  EXPECT_EQ(model.sample, ">>fra<< Hello, world!");
  EXPECT_THAT(model.notes, Contains(HasSubstr("one of >>fra<< >>deu<<, or --target-lang")));
  EXPECT_EQ(model.tokenizers.source.encode(">>deu<< a").front(), 105);
}

TEST_F(ChangedMarianFiles, RefuseAnotherModelsVocabulary) {
  copy("transformer");
  fs::copy_file(kMarianFiles + "opus/source.spm", folder_ / "vocab.spm", fs::copy_options::overwrite_existing);
  EXPECT_THAT(refusal(), HasSubstr("vocab.spm: has other pieces than the 100"));
}

TEST_F(ChangedMarianFiles, AreToldToBeUnpacked) {
  copy("student");
  fs::rename(folder_ / "model.ende.intgemm.alphas.bin", folder_ / "model.ende.intgemm.alphas.bin.gz");
  EXPECT_THAT(refusal(), HasSubstr("gunzip"));
}

TEST_F(ChangedMarianFiles, SayWhatOfTheirSearchThereIsNot) {
  copy("transformer");
  std::ofstream(folder_ / "decoder.yml") << "models: [model.npz]\nvocabs: [/home/x/vocab.spm, vocab.spm]\nbeam-size: "
                                            "6\nnormalize: true\nword-penalty: 0.2\n"
                                            "max-length-factor: 2.5\nmystery: 1\n";
  const ImportedModel model = import_model(folder_);
  EXPECT_EQ(model.config.decoding.beam_size, 6);
  EXPECT_EQ(model.config.decoding.length_penalty, 1.0);
  EXPECT_THAT(model.notes, Contains(HasSubstr("'word-penalty' is 0.2")));
  EXPECT_THAT(model.notes, Contains(HasSubstr("--max-length-ratio 2.5")));
  EXPECT_THAT(model.notes, Contains(HasSubstr("not known, and without effect: mystery")));
}

}  // namespace
}  // namespace dragoman
