#include "decoding/engine/translator.h"
#include "tests/decoding/transformer_translator.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TranslatorOptions drawing(int count) {
  TranslatorOptions options;
  options.search.beam_size = options.search.n_best = count;
  options.search.max_length = 12;
  options.sampling = SamplingOptions{.temperature = 1.5, .top_p = 0.95, .seed = 4};
  return options;
}

TEST(TranslatorChoice, DrawsTheSameInAnyOrderBatchAndNumberOfThreads) {
  std::vector<std::string> lines = sample_sentences(24);
  const auto expected = transformer_translator(drawing(3)).translate(lines);
  std::reverse(lines.begin(), lines.end());
  TranslatorOptions alone = drawing(3);
  alone.batch_size = 1;
  for (const auto& [options, threads] : {std::pair(drawing(3), 3), std::pair(alone, 1)}) {
    auto found = transformer_translator(options, torch::kCPU, threads).translate(lines);
    std::reverse(found.begin(), found.end());
    expect_same(found, expected, "in another order");
  }
  TranslatorOptions other = drawing(3);
  other.sampling->seed = 5;
  EXPECT_NE(best_texts(transformer_translator(other).translate(lines)), best_texts(expected));
}

TEST(TranslatorChoice, HasNoNgramTwiceAndNothingThatIsSuppressed) {
  const std::vector<std::string> lines = sample_sentences(12);
  TranslatorOptions options;
  options.search.max_length = 20;
  options.no_repeat_ngram = 2;
  const Translator plain = transformer_translator({});
  std::string common;  // the piece that comes most often
  std::map<std::string, int> counts;
  for (const Translation& translation : transformer_translator(options).translate(lines)) {
    const std::vector<std::int32_t> ids = ids_of(translation.outputs.front());
    std::set<std::pair<std::int32_t, std::int32_t>> pairs;
    for (std::size_t i = 0; i + 1 < ids.size(); ++i)
      EXPECT_TRUE(pairs.emplace(ids[i], ids[i + 1]).second) << translation.outputs.front().text;
    for (const std::int32_t id : ids) {
      const std::string piece = plain.target_tokenizer().piece(id);
      if (++counts[piece] > counts[common]) common = piece;
    }
  }
  options.suppressed = {common};
  for (const Translation& translation : transformer_translator(options).translate(lines)) {
    for (const std::int32_t id : ids_of(translation.outputs.front()))
      EXPECT_NE(plain.target_tokenizer().piece(id), common);
  }
}

TEST(TranslatorChoice, RefusesToSearchAndToDrawAtOnce) {
  TranslatorOptions options = drawing(3);
  options.search.beam_size = 5;
  EXPECT_THAT([&] { options.validate(); }, ThrowsMessage<std::invalid_argument>(HasSubstr("without --beam-size")));
  options = drawing(3);
  options.search.rules = SearchRules::huggingface;
  EXPECT_THAT([&] { options.validate(); }, ThrowsMessage<std::invalid_argument>(HasSubstr("--search-rules")));
}

}  // namespace
}  // namespace dragoman
