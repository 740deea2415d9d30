#include "decoding/engine/translator.h"

#include "tests/decoding/transformer_translator.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

TEST(Translator, OneTranslationALineInOrder) {
  const std::vector<std::string> lines = sample_sentences(100);
  Copier copier;
  copier.threads = 2;
  const std::vector<Translation> found = copier.translator().translate(lines);
  EXPECT_EQ(best_texts(found), lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Translation::Output& best = found[i].outputs.at(0);
    std::vector<std::int32_t> ids = sample_tokenizer().encode(lines[i]);
    ids.push_back(sample_tokenizer().special_ids().eos);
    ASSERT_EQ(best.tokens.size(), ids.size());
    double sum = 0;
    for (std::size_t k = 0; k < ids.size(); ++k) {
      EXPECT_EQ(best.tokens[k].id, ids[k]);
      sum += best.tokens[k].log_prob;
    }
    EXPECT_NEAR(best.log_prob, sum, 1e-6);
    EXPECT_NEAR(best.score, best.log_prob / static_cast<double>(ids.size()), 1e-9);
    EXPECT_TRUE(best.complete);
  }
}

TEST(Translator, NoLinesNoTranslations) {
  EXPECT_THAT(Copier().translator().translate({}), IsEmpty());
}

TEST(Translator, BlankLinesStayBlankAndNeverReachTheModel) {
  const Copier copier;
  const std::vector<std::string> lines{"", "the dog", "  \t", "\u00a0\u3000", "\r", "\u200b", "a cat"};
  EXPECT_THAT(best_texts(copier.translator().translate(lines)), ElementsAre("", "the dog", "", "", "", "", "a cat"));
  EXPECT_EQ(copier.model->sentences(), 2);
}

TEST(Translator, AVocabularyOfBytesCannotBreakTheLine) {
  const std::vector<std::string> lines = sample_sentences(400);
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.vocabulary_size = 300;
  options.byte_fallback = true;
  const Tokenizer bytes = train_tokenizer(texts, options, 1, {});
  const Copier copier;
  const Translator translator(engine_of(copier.model, copier.config, 1, {sample_tokenizer(), bytes}), copier.options);
  std::string spelled;
  for (const std::string& line : lines) spelled += bytes.decode(sample_tokenizer().encode(line));
  EXPECT_NE(spelled.find('\n'), std::string::npos) << "else there is nothing to replace";
  for (const std::string& text : best_texts(translator.translate(lines)))
    EXPECT_EQ(text.find_first_of("\n\r\t"), std::string::npos);
}

TEST(Translator, EqualLinesAreTranslatedOnce) {
  const Copier copier;
  const std::vector<std::string> lines{"a cat", "the dog", "a cat", "a cat"};
  EXPECT_EQ(best_texts(copier.translator().translate(lines)), lines);
  EXPECT_EQ(copier.model->sentences(), 2);
}

class TranslatorDeviceTest : public DeviceTest {};

INSTANTIATE_TEST_SUITE_P(Devices, TranslatorDeviceTest, ::testing::ValuesIn(tested_devices()), device_name);

TEST_P(TranslatorDeviceTest, TheSameWhateverBatchOrderAndWorkers) {
  const std::vector<std::string> lines = sample_sentences(40);
  TranslatorOptions options;
  options.search.n_best = 3;
  options.search.max_length_ratio = 0.5;
  options.search.max_length_extra = 3;
  options.batch_size = 1;
  const std::vector<Translation> alone = transformer_translator(options, device()).translate(lines);
  std::vector<std::string> texts = best_texts(alone);
  std::sort(texts.begin(), texts.end());
  EXPECT_GT(std::unique(texts.begin(), texts.end()) - texts.begin(), 20) << "the model must tell the lines apart";

  for (const auto& [batch_size, threads] : {std::pair(7, 1), std::pair(64, 1), std::pair(7, 3), std::pair(0, 2)}) {
    options.batch_size = batch_size;
    expect_same(transformer_translator(options, device(), threads).translate(lines), alone,
                "batch size " + std::to_string(batch_size) + ", threads " + std::to_string(threads));
  }

  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937(4));
  std::vector<std::string> shuffled;
  std::vector<Translation> expected;
  for (const std::size_t i : order) {
    shuffled.push_back(lines[i]);
    expected.push_back(alone[i]);
  }
  options.batch_tokens = 100;
  expect_same(transformer_translator(options, device()).translate(shuffled), expected, "shuffled");
}

TEST(Translator, NBestComesBestFirst) {
  TranslatorOptions options;
  options.search.beam_size = 6;
  options.search.n_best = 4;
  const auto found = transformer_translator(options).translate(sample_sentences(5));
  for (const Translation& translation : found) {
    ASSERT_THAT(translation.outputs, SizeIs(4));
    for (std::size_t n = 1; n < 4; ++n) EXPECT_GE(translation.outputs[n - 1].score, translation.outputs[n].score);
  }
}

TEST(Translator, ALongLineIsTranslatedInPartsWithNothingLost) {
  Copier copier;
  copier.options.search.beam_size = 1;
  copier.options.max_source_length = 100;
  std::string line;
  for (int word = 0; word < 100000; ++word) line += (word % 9 == 8) ? "dog. " : "tree ";
  line.pop_back();
  std::vector<std::string> notices;
  const std::vector<std::string> lines{"a cat", line, "my son"};
  const auto found = copier.translator().translate(lines, 40, [&](const std::string& n) { notices.push_back(n); });
  EXPECT_TRUE(best_texts(found) == lines);
  EXPECT_LE(copier.model->longest(), 104);
  ASSERT_THAT(notices, SizeIs(1));
  EXPECT_THAT(notices[0], HasSubstr("line 41: longer than 100 tokens"));
  EXPECT_NEAR(found[1].outputs[0].score,
              found[1].outputs[0].log_prob / static_cast<double>(found[1].outputs[0].tokens.size()), 1e-9);
}

TEST(Translator, NBestOfALongLineJoinsTheParts) {
  Copier copier;
  copier.options.search.n_best = 2;
  copier.options.max_source_length = 10;
  const std::vector<std::string> lines{"the old dog sees a small cat. the birds sing."};
  const auto found = copier.translator().translate(lines);
  ASSERT_THAT(found[0].outputs, SizeIs(2));
  EXPECT_EQ(found[0].outputs[0].text, lines[0]);
  EXPECT_NE(found[0].outputs[1].text, lines[0]);
  EXPECT_GE(found[0].outputs[0].score, found[0].outputs[1].score);
}

TEST(Translator, LearnedPositionsLimitTheParts) {
  for (const int positions : {12, 11}) {  // of which the padding leaves no more than there are
    Copier copier;
    copier.config.positions = "learned";
    copier.config.max_positions = positions;
    std::vector<std::string> notices;
    const std::vector<std::string> lines{"two birds sing in my town where the old dog sees a green tree today"};
    const auto found = copier.translator().translate(lines, 1, [&](const std::string& n) { notices.push_back(n); });
    EXPECT_EQ(best_texts(found), lines);
    EXPECT_LE(copier.model->longest(), positions);
    EXPECT_THAT(notices, ElementsAre(HasSubstr("longer than the " + std::to_string(positions - 1) +
                                               " tokens that the model has positions for")));
  }
}

TEST(Translator, CutTranslationsAreReportedByLine) {
  Copier copier;
  copier.options.search.max_length = 2;
  std::vector<std::string> notices;
  const auto notice = [&](const std::string& text) { notices.push_back(text); };
  const std::vector<std::string> lines{"", "the old dog sees a cat", "my son waits in the town"};
  copier.translator().translate(lines, 100, notice);
  EXPECT_THAT(notices, ElementsAre(AllOf(HasSubstr("2 translations were cut"), HasSubstr("lines 101, 102"))));

  notices.clear();
  const std::vector<std::string> many = sample_sentences(40);
  copier.translator().translate(many, 1, notice);
  EXPECT_THAT(notices, ElementsAre(AllOf(HasSubstr("40 translations"), HasSubstr("9, 10, …"))));

  notices.clear();
  copier.options.search.min_length = 2;
  copier.translator().translate(lines, 1, notice);
  EXPECT_THAT(notices, IsEmpty()) << "a fixed length is what was asked for";
}

TEST(Translator, CallersThreadsAreAsBefore) {
  const int before = at::get_num_threads();
  at::set_num_threads(3);
  Copier copier;
  copier.threads = 2;
  const std::vector<std::string> lines = sample_sentences(20);
  copier.translator().translate(lines);
  EXPECT_EQ(at::get_num_threads(), 3);
  at::set_num_threads(before);
  EXPECT_FALSE(c10::InferenceMode::is_enabled());
}

TEST(Translator, AWorkersErrorReachesTheCaller) {
  Copier copier;
  copier.threads = 2;
  {
    const at::NoGradGuard no_grad;
    copier.model->output_layer().weight.fill_(std::nan(""));
  }
  const std::vector<std::string> lines = sample_sentences(20);
  EXPECT_THAT([&] { copier.translator().translate(lines); },
              ThrowsMessage<std::runtime_error>(HasSubstr("not finite")));
}

TEST(Translator, RefusesBadOptionsAndModelsInTraining) {
  Copier copier;
  copier.options.max_source_length = 0;
  EXPECT_THAT([&] { copier.translator(); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("--max-source-length is 0")));
  copier.options = {};
  copier.options.batch_size = -1;
  EXPECT_THAT([&] { copier.translator(); }, ThrowsMessage<std::invalid_argument>(HasSubstr("--batch-size is -1")));
  copier.options = {};
  copier.options.search.n_best = 9;
  EXPECT_THAT([&] { copier.translator(); }, ThrowsMessage<std::invalid_argument>(HasSubstr("--n-best 9")));
  copier.options = {};
  copier.model->train();
  EXPECT_THROW(copier.translator(), std::logic_error);
}

}  // namespace
}  // namespace dragoman
