#include "model/layers/embedding.h"

#include "model/architecture.h"
#include "model/attention/positions/positional_encoding.h"
#include "model/layers/initialisation.h"
#include "model/transformer/transformer.h"
#include "tests/model/tensors.h"
#include "tests/model/tiny_config.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;
using Side = InputLayerImpl::Side;

ModelConfig small_config() {
  ModelConfig config = tiny_config(20);
  config.dropout = 0;
  return config;
}

TEST(PositionalEncoding, IsTheFormulaInBothLayouts) {
  const Tensor interleaved = sinusoidal_positions(300, 16, PositionsLayout::interleaved);
  const Tensor halves = sinusoidal_positions(300, 16, PositionsLayout::halves);
  ASSERT_EQ(interleaved.sizes(), (std::vector<std::int64_t>{300, 16}));
  for (const int t : {0, 1, 2, 17, 299}) {
    for (int i = 0; i < 8; ++i) {
      const double angle = t / std::pow(10000.0, 2.0 * i / 16);
      EXPECT_NEAR(interleaved[t][2 * i].item<double>(), std::sin(angle), 1e-12);
      EXPECT_NEAR(interleaved[t][2 * i + 1].item<double>(), std::cos(angle), 1e-12);
      EXPECT_NEAR(halves[t][i].item<double>(), std::sin(angle), 1e-12);
      EXPECT_NEAR(halves[t][8 + i].item<double>(), std::cos(angle), 1e-12);
    }
  }
  EXPECT_THROW(sinusoidal_positions(3, 5, PositionsLayout::halves), c10::Error);
}

TEST(PositionalEncoding, HasTheWavelengthsOfTensor2Tensor) {
  const Tensor halves = sinusoidal_positions(300, 16, PositionsLayout::halves, Sinusoids::tensor2tensor);
  for (const int t : {0, 1, 299}) {
    for (int i = 0; i < 8; ++i)
      EXPECT_NEAR(halves[t][i].item<double>(), std::sin(t / std::pow(10000.0, i / 7.0)), 1e-12);
  }
}

TEST(InputLayer, CountsPositionsFromWhereItIsTold) {
  ModelConfig config = small_config();
  config.first_position = 2;
  config.max_positions = 4;
  RandomSites sites;
  EmbeddingTable table(20, 16);
  table->weight.set_data(torch::zeros({20, 16}));
  InputLayer layer(config, table, Side::source, sites);
  const Tensor positions = sinusoidal_positions(9, 16, config.positions_layout).to(torch::kFloat32);
  EXPECT_TRUE(layer->forward({}, ids({{4, 5, 6}}))[0].equal(positions.narrow(0, 2, 3)));
  EXPECT_TRUE(layer->forward({}, ids({{4, 5, 6}}), 4)[0].equal(positions.narrow(0, 6, 3))) << "beyond its table";
}

// Position by position as all at once, and whatever the start token is.
TEST(InputLayer, ATargetMayBeginWithAZeroVector) {
  ModelConfig config = small_config();
  config.positions = "none";
  config.zero_start = true;
  RandomSites sites;
  EmbeddingTable table(20, 16);
  table->weight.set_data(random_tensor({20, 16}, 1));
  InputLayer target(config, table, Side::target, sites), source(config, table, Side::source, sites);
  const Tensor tokens = ids({{4, 5}, {7, 7}});
  const Tensor entered = target->forward({}, tokens), all = source->forward({}, tokens);
  EXPECT_TRUE(entered.select(1, 0).equal(torch::zeros({2, 16})));
  EXPECT_TRUE(entered.select(1, 1).equal(all.select(1, 1)));
  EXPECT_TRUE(target->forward({}, tokens.narrow(1, 0, 1), 0).equal(entered.narrow(1, 0, 1)));
  EXPECT_TRUE(target->forward({}, tokens.narrow(1, 1, 1), 1).equal(entered.narrow(1, 1, 1)));
}

TEST(InputLayer, AddsPositionsToScaledEmbeddings) {
  ModelConfig config = small_config();
  config.max_positions = 6;
  EmbeddingTable table(20, 16);
  table->weight.set_data(random_tensor({20, 16}, 1));
  const Tensor tokens = ids({{4, 5, 6}, {7, 8, 9}});
  for (const bool scaled : {true, false}) {
    config.embedding_scale = scaled;
    RandomSites sites;
    InputLayer layer(config, table, Side::source, sites);
    const Tensor embedded = table->weight.detach().index({tokens}) * (scaled ? 4.0 : 1.0);
    // The last three lie beyond the table that the layer has made in advance.
    for (const std::int64_t first : {0, 2, 50}) {
      const Tensor positions = sinusoidal_positions(first + 3, 16, config.positions_layout).narrow(0, first, 3);
      EXPECT_TRUE(layer->forward({}, tokens, first).allclose(embedded + positions.to(torch::kFloat32), 1e-6, 1e-6));
    }
  }
}

TEST(InputLayer, ACutTokenHasItsPositionAlone) {
  const ModelConfig config = small_config();
  EmbeddingTable table(20, 16);
  table->weight.set_data(random_tensor({20, 16}, 1));
  RandomSites sites;
  InputLayer layer(config, table, Side::source, sites);
  const Pass pass{.cuts_tokens = true};
  const Tensor whole = layer->forward({}, ids({{4, 0, 6}, {7, 4, 9}}));
  const Tensor entered = layer->forward(pass, ids({{4, 0, kCutToken}, {kCutToken, 4, 9}}));
  const Tensor positions = sinusoidal_positions(3, 16, config.positions_layout).to(torch::kFloat32);
  EXPECT_TRUE(entered[0][2].equal(positions[2]));
  EXPECT_TRUE(entered[1][0].equal(positions[0]));
  EXPECT_TRUE(entered[0].narrow(0, 0, 2).equal(whole[0].narrow(0, 0, 2)));
  EXPECT_TRUE(entered[1].narrow(0, 1, 2).equal(whole[1].narrow(0, 1, 2)));
  entered.sum().backward();
  const Tensor learns = table->weight.grad().abs().sum(1) > 0;
  EXPECT_TRUE(learns.nonzero().flatten().equal(torch::tensor({0, 4, 9}, torch::kInt64)));
}

// Of which positions are all that is left.
EmbeddingTable table_of_zeros() {
  EmbeddingTable table(20, 16);
  table->weight.set_data(torch::zeros({20, 16}));
  return table;
}

TEST(EmbeddingTable, LooksUpVectorsInInt8) {
  EmbeddingTable table(20, 16);
  const Tensor vectors = random_tensor({20, 16}, 1);
  table->keep_only(quantise(vectors));
  const Tensor found = table->forward({}, ids({{3, 19}, {0, 3}}));
  const Tensor wanted = vectors.index_select(0, torch::tensor({3, 19, 0, 3}, torch::kInt64)).view({2, 2, 16});
  ASSERT_EQ(found.sizes(), wanted.sizes());
  EXPECT_LT(relative_error(found, wanted), 0.01);
  EXPECT_EQ(table->weight.sizes(), (std::vector<std::int64_t>{20, 16}));
}

TEST(InputLayer, LearnedPositionsHaveALimit) {
  ModelConfig config = small_config();
  config.positions = "learned";
  config.max_positions = 6;
  RandomSites sites;
  InputLayer layer(config, table_of_zeros(), Side::source, sites);
  layer->named_parameters()["positions"].set_data(random_tensor({6, 16}, 2));
  const Tensor positions = layer->named_parameters()["positions"];
  EXPECT_TRUE(layer->forward({}, ids({{4, 5}}), 4)[0].equal(positions.narrow(0, 4, 2)));
  try {
    layer->forward({}, ids({{4, 5}}), 5);
    FAIL() << "nothing was thrown";
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what_without_backtrace(), testing::HasSubstr("has 7 tokens, but the model has learned positions "
                                                                   "for 6 only"));
  }
  EXPECT_THROW(layer->forward({}, torch::tensor({4, 5}, torch::kInt64)), c10::Error);
}

TEST(InputLayer, DropsInTraining) {
  ModelConfig config = small_config();
  config.dropout = 0.5;
  RandomSites sites;
  InputLayer layer(config, table_of_zeros(), Side::source, sites);
  const Tensor tokens = ids({{4, 5, 6, 7, 8, 9, 10, 11}});
  const Tensor plain = sinusoidal_positions(8, 16, config.positions_layout).to(torch::kFloat32).unsqueeze(0);
  EXPECT_TRUE(layer->forward({}, tokens).equal(dropout(plain, 0.5, {0, 0, 0})));
  layer->eval();
  EXPECT_TRUE(layer->forward({}, tokens).equal(plain));

  config.embedding_dropout = 0.25;
  RandomSites others;
  InputLayer apart(config, table_of_zeros(), Side::source, others);
  EXPECT_TRUE(apart->forward({}, tokens).equal(dropout(plain, 0.25, {0, 0, 0})));
}

// Variance of a uniform distribution on [-a, a] is a² / 3, so the limits show as well as the spread.
void expect_uniform(const Tensor& values, double variance) {
  const double limit = std::sqrt(3 * variance);
  EXPECT_NEAR(values.var().item<double>() / variance, 1, 0.05);
  EXPECT_LE(values.abs().max().item<double>(), limit * (1 + 1e-6));
  EXPECT_GT(values.abs().max().item<double>(), limit * 0.98);
}

TEST(Initialisation, HasTheRightVariances) {
  ModelConfig config = small_config();
  config.width = 64;
  config.feed_forward_width = 256;
  config.source_vocabulary = config.target_vocabulary = 500;
  config.positions = "learned";
  config.max_positions = 200;
  config.tied_embeddings = TiedEmbeddings::none;
  config.output_bias = true;
  const Transformer model(config, 3);
  const auto parameters = model.named_parameters();
  for (const char* name : {"source_embedding.weight", "target_embedding.weight", "output_weight",
                           "encoder_input.positions", "decoder_input.positions"}) {
    EXPECT_NEAR(parameters[name].var().item<double>() * 64, 1, 0.05) << name;
    EXPECT_GT(parameters[name].abs().max().item<double>() * 8, 3) << name;  // normal, not uniform
  }
  const std::string layer = "decoder.layers.0.";
  expect_uniform(parameters[layer + "self_attention.qkv.weight"], 2.0 / 128);
  expect_uniform(parameters[layer + "cross_attention.kv.weight"], 2.0 / 128);
  expect_uniform(parameters[layer + "cross_attention.q.weight"], 2.0 / 128);
  expect_uniform(parameters[layer + "cross_attention.output.weight"], 2.0 / 128);
  expect_uniform(parameters[layer + "feed_forward.inner.weight"], 2.0 / 320);
  expect_uniform(parameters[layer + "feed_forward.outer.weight"], 2.0 / 320);
  for (const auto& item : parameters) {
    if (item.value().dim() == 2) continue;
    const bool is_scale = item.key().ends_with("norm.weight");
    EXPECT_TRUE((item.value() == (is_scale ? 1 : 0)).all().item<bool>()) << item.key();
  }
}

TEST(Initialisation, HasTheRightVariancesInOtherArchitectures) {
  ModelConfig config = small_config();
  config.width = 64;
  config.architecture = "rnn";
  config.decoder_layers = 2;
  const auto recurrent = create_model(config, 3);
  const auto parameters = recurrent->named_parameters();
  expect_uniform(parameters["encoder.layers.0.backward.input_gates.weight"], 2.0 / (64 + 32));
  expect_uniform(parameters["encoder.layers.0.backward.hidden_gates.weight"], 2.0 / (32 + 32));
  expect_uniform(parameters["decoder.layers.1.recurrence.input_gates.weight"], 2.0 / 128);
  expect_uniform(parameters["decoder.feed.weight"], 2.0 / 128);
  expect_uniform(parameters["decoder.initial.weight"], 2.0 / 128);
  const Tensor bias = parameters["decoder.layers.0.recurrence.input_gates.bias"].detach();
  EXPECT_TRUE(bias.equal(at::cat({torch::zeros({64}), torch::ones({64}), torch::zeros({128})})));
  config.recurrent_cell = RecurrentCell::gru;
  expect_uniform(create_model(config, 3)->named_parameters()["encoder.layers.0.forward.input_gates.weight"],
                 2.0 / (64 + 32));
  config.architecture = "conv";
  const Tensor kernel = create_model(config, 3)->named_parameters()["encoder.layers.0.kernel.weight"];
  EXPECT_NEAR(kernel.var().item<double>() * 3 * 64 / 4, 1, 0.05);
}

TEST(Initialisation, FollowsFromTheSeed) {
  const Transformer one(small_config(), 1), same(small_config(), 1), other(small_config(), 2);
  const auto a = one.named_parameters(), b = same.named_parameters(), c = other.named_parameters();
  for (const auto& item : a) {
    EXPECT_TRUE(item.value().equal(b[item.key()])) << item.key();
    const bool random = item.value().dim() == 2;
    EXPECT_EQ(item.value().equal(c[item.key()]), !random) << item.key();
  }
  // Each parameter has numbers of its own.
  EXPECT_FALSE(a["encoder.layers.0.self_attention.qkv.weight"].equal(a["decoder.layers.0.self_attention.qkv.weight"]));
}

}  // namespace
}  // namespace dragoman
