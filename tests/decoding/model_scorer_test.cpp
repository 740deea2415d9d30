#include "decoding/engine/model_scorer.h"

#include "decoding/search/beam_search.h"
#include "model/architecture.h"
#include "tests/decoding/allowed_rows.h"
#include "tests/decoding/fake_scorer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

// Many threads make small products slower, above all beside other tests.
class ModelScorerTest : public ::testing::Test {
 protected:
  ModelScorerTest() : threads_(at::get_num_threads()) { at::set_num_threads(1); }
  ~ModelScorerTest() override { at::set_num_threads(threads_); }

 private:
  int threads_;
  at::NoGradGuard no_grad_;
};

constexpr std::int32_t kVocabulary = 120;
const ForbiddenIds kForbidden({1, 2, 3});
const Constraint* const kConstraint = &kForbidden;
constexpr SearchTokens kTokens{FakeScorer::kStart, FakeScorer::kEos};

std::shared_ptr<Seq2SeqModel> small_model(std::string_view architecture = "transformer") {
  ModelConfig config;
  config.architecture = architecture;
  config.encoder_layers = 2;
  config.decoder_layers = 2;
  config.width = 32;
  config.feed_forward_width = 48;
  config.heads = 4;
  config.source_vocabulary = config.target_vocabulary = kVocabulary;
  config.output_bias = true;
  auto model = create_model(config, 3);
  at::NoGradGuard no_grad;
  // Far from uniform, and different for every history.
  for (at::Tensor& parameter : model->parameters()) {
    if (parameter.dim() > 1) parameter.mul_(2.5);
  }
  prepare_for_inference(*model);
  return model;
}

struct Batch {
  std::vector<std::int64_t> lengths;
  at::Tensor source;
};

Batch batch_of(std::vector<std::int64_t> lengths) {
  const std::int64_t width = *std::max_element(lengths.begin(), lengths.end());
  at::Tensor source = at::full({static_cast<std::int64_t>(lengths.size()), width}, 1, at::kLong);
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    for (std::int64_t k = 0; k < lengths[i]; ++k) source[row][k] = 4 + (row * 37 + k * k * 11) % (kVocabulary - 4);
  }
  return {lengths, source};
}

ModelScorer scorer_of(Seq2SeqModel& model, const OutputProjection& output, const Batch& batch) {
  return {model, model.encode({}, batch.source, at::tensor(batch.lengths)), output};
}

// The same model without batch, beam or cache: every probability from decoding one sentence's whole prefix anew.
NextProbabilities from_scratch(Seq2SeqModel& model, const Batch& batch) {
  std::vector<Memory> memories;
  for (std::size_t i = 0; i < batch.lengths.size(); ++i) {
    const at::Tensor source = batch.source.narrow(0, static_cast<std::int64_t>(i), 1).narrow(1, 0, batch.lengths[i]);
    memories.push_back(model.encode({}, source, at::tensor({batch.lengths[i]})));
  }
  return [&model, memories](std::size_t sentence, const Prefix& prefix) {
    std::vector<std::int64_t> target{FakeScorer::kStart};
    target.insert(target.end(), prefix.begin(), prefix.end());
    const at::Tensor state = model.decode({}, memories[sentence], at::tensor(target).unsqueeze(0)).select(1, -1);
    const OutputLayer layer = model.output_layer();
    at::Tensor probabilities = at::linear(state, layer.weight, layer.bias).to(at::kDouble).softmax(1);
    for (const std::int32_t id : kForbidden.ids()) probabilities.select(1, id).zero_();
    const auto* first = probabilities.const_data_ptr<double>();
    return std::vector<double>(first, first + kVocabulary);
  };
}

template <typename Found>
void expect_same(const Found& found, const Found& expected) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_EQ(found[i].size(), expected[i].size());
    for (std::size_t n = 0; n < found[i].size(); ++n) {
      EXPECT_EQ(found[i][n].ids, expected[i][n].ids);
      EXPECT_EQ(found[i][n].complete, expected[i][n].complete);
      EXPECT_NEAR(found[i][n].score, expected[i][n].score, 1e-4);
    }
  }
}

TEST_F(ModelScorerTest, SearchWithBatchBeamAndCacheEqualsSearchFromScratch) {
  const Batch batch = batch_of({3, 9, 1, 6});
  std::vector<SearchedSentence> sentences;
  for (const auto length : batch.lengths) sentences.push_back({static_cast<std::int32_t>(length)});
  for (const Architecture& architecture : architectures()) {
    SCOPED_TRACE(architecture.name);
    const auto model = small_model(architecture.name);
    const OutputProjection output(model->output_layer(), WeightType::fp32);
    for (const int beam_size : {1, 3}) {
      SearchOptions options;
      options.beam_size = options.n_best = beam_size;
      options.min_length = 2;
      options.max_length_ratio = 0.5;
      options.max_length_extra = 2;
      ModelScorer scorer = scorer_of(*model, output, batch);
      FakeScorer slow(from_scratch(*model, batch));
      expect_same(beam_search(scorer, sentences, kTokens, options, {kConstraint}),
                  beam_search(slow, sentences, kTokens, options));
    }
  }
}

TEST_F(ModelScorerTest, AStepHasItsBestAndItsWholeRows) {
  const auto model = small_model();
  const OutputProjection output(model->output_layer(), WeightType::fp32);
  const Batch batch = batch_of({3, 5});
  const ShortlistedOutput shortlisted(model->output_layer(), WeightType::fp32, {{0, 5, 9, 70}, {0, 4, 8}}, {});
  ModelScorer whole = scorer_of(*model, output, batch);
  ModelScorer listed(*model, model->encode({}, batch.source, at::tensor(batch.lengths)), output, &shortlisted);
  const std::vector<std::int32_t> start(2, FakeScorer::kStart);
  const std::vector<std::int64_t> parents{0, 1};
  const std::vector<AllowedIds> allowed = allowed_rows(2, {1, 2, 3}, FakeScorer::kEos);
  struct Case {
    ModelScorer& scorer;
    std::ptrdiff_t possible;
  };
  for (const auto& [scorer, possible] : {Case{whole, 2 * (kVocabulary - 3) - 1}, Case{listed, 4 + 3 - 1}}) {
    const auto next = scorer.step(start, parents);
    const std::vector<std::vector<std::int32_t>> named{{2, 5, 2}, {}};
    const LogProbs all = next->log_probs();
    const Candidates best = next->best({kVocabulary, allowed, named}), expected = best_of(all, {kVocabulary, allowed});
    ASSERT_EQ(best.named.size(), 2u);
    ASSERT_EQ(best.named[0].size(), 3u);
    EXPECT_TRUE(best.named[1].empty());
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(best.named[0][i].log_prob, all.row(0)[named[0][i]]);
    ASSERT_EQ(best.rows, 2);
    EXPECT_EQ(best.log_probs, expected.log_probs);
    EXPECT_EQ(std::ranges::count_if(best.log_probs, [](float value) { return !std::isinf(value); }), possible);
    for (std::size_t i = 0; i < best.ids.size(); ++i) {
      if (std::isinf(best.log_probs[i])) continue;
      EXPECT_EQ(best.ids[i], expected.ids[i]);
      EXPECT_TRUE(allowed[i / kVocabulary].contains(best.ids[i]));
    }
  }
}

TEST_F(ModelScorerTest, DamagedWeightsAreAnError) {
  const auto model = small_model();
  model->output_layer().bias.fill_(std::nan(""));
  const OutputProjection output(model->output_layer(), WeightType::fp32);
  ModelScorer scorer = scorer_of(*model, output, batch_of({3}));
  const std::vector<std::int32_t> start{FakeScorer::kStart};
  const std::vector<std::int64_t> parents{0};
  EXPECT_THROW(scorer.step(start, parents)->best({4, std::vector<AllowedIds>(1)}), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
