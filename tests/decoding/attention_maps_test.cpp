#include "decoding/alignment/attention_maps.h"

#include "model/architecture.h"
#include "tests/decoding/aligning_model.h"
#include "tests/decoding/sample_engine.h"
#include "tests/model/tiny_config.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using Ids = std::vector<std::int32_t>;
using Kind = AttentionSite::Kind;
using ::testing::ElementsAre;

ModelConfig map_config() {
  ModelConfig config = tiny_config();
  config.encoder_layers = 2;
  config.heads = 4;
  return config;
}

std::vector<std::vector<AttentionMap>> read_all(const AttentionReader& reader, const std::vector<Ids>& sources,
                                                const std::vector<Ids>& targets,
                                                const AttentionReader::Filter& wanted) {
  const std::vector<AttentionReader::Ids> from(sources.begin(), sources.end()), to(targets.begin(), targets.end());
  std::vector<std::vector<AttentionMap>> all(sources.size());
  reader.read(from, to, wanted, [&](std::size_t i, std::span<const AttentionMap> maps) {
    EXPECT_TRUE(all[i].empty()) << "visited twice";
    all[i].assign(maps.begin(), maps.end());
  });
  return all;
}

bool everything(const AttentionSite&) {
  return true;
}

// Keeps what it sees, of one pass.
struct Keeper : AttentionObserver {
  std::vector<AttentionMap> seen;
  at::Tensor see(const AttentionSite& site, const at::Tensor& weights, const at::Tensor& heads) override {
    seen.push_back({site, weights[0]});
    return heads;
  }
};

TEST(AttentionReaderTest, GivesWhatAPassOfEachPairAloneComputes) {
  const ModelConfig config = map_config();
  const auto model = create_model(config, 3);
  model->eval();
  std::vector<Ids> sources, targets;
  for (std::int32_t i = 0; i < 40; ++i) {
    sources.emplace_back(static_cast<std::size_t>(i % 7), 4 + i % 20);
    targets.emplace_back(static_cast<std::size_t>((i * 3) % 11), 5 + i % 9);
  }
  const AttentionReader reader(engine_of(model, config, 3), text_frame(config), {.batch_size = 6, .batch_tokens = 0});
  const auto all = read_all(reader, sources, targets, everything);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const at::NoGradGuard no_grad;
    std::vector<std::int64_t> from(sources[i].begin(), sources[i].end()), to(targets[i].begin(), targets[i].end());
    from.push_back(config.special_ids.eos);
    to.insert(to.begin(), config.start_token);
    Keeper keeper;
    const Pass pass{.observer = &keeper};
    const Memory memory = model->encode(pass, at::tensor(from).unsqueeze(0), at::tensor({std::ssize(from)}));
    model->decode(pass, memory, at::tensor(to).unsqueeze(0));
    ASSERT_EQ(all[i].size(), 4U);
    ASSERT_EQ(keeper.seen.size(), 4U);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(all[i][k].site, keeper.seen[k].site);
      ASSERT_EQ(all[i][k].weights.sizes(), keeper.seen[k].weights.sizes());
      EXPECT_TRUE(at::allclose(all[i][k].weights, keeper.seen[k].weights, 1e-4, 1e-5)) << i << " " << k;
    }
  }
}

TEST(AttentionReaderTest, GivesWhatIsWantedAlone) {
  const ModelConfig config = map_config();
  const auto model = create_model(config, 3);
  model->eval();
  const auto all =
      read_all(AttentionReader(engine_of(model, config), text_frame(config), {}), {{4, 5}}, {{6}},
               [](const AttentionSite& site) { return site.kind == Kind::encoder_self && site.layer == 1; });
  ASSERT_EQ(all[0].size(), 1U);
  EXPECT_EQ(all[0][0].site, (AttentionSite{Kind::encoder_self, 1}));
  EXPECT_THAT(all[0][0].weights.sizes(), ElementsAre(4, 3, 3));
}

TEST(AttentionReaderTest, PutsTogetherWhatComesStepByStep) {
  ModelConfig config = map_config();
  for (const bool stepwise : {false, true}) {
    const auto model = std::make_shared<AligningModel>(30, 2, stepwise);
    model->eval();
    const auto all = read_all(AttentionReader(engine_of(model, config), text_frame(config), {}), {{4, 5, 6}, {7}},
                              {{6, 7}, {8, 9, 9}}, everything);
    ASSERT_EQ(all[0].size(), 1U);
    ASSERT_EQ(all[0][0].weights.sizes(), (std::vector<std::int64_t>{2, 3, 4}));
    EXPECT_TRUE(at::equal(all[0][0].weights[0], at::eye(4).narrow(0, 0, 3)));
    EXPECT_TRUE(at::equal(all[0][0].weights[1], at::eye(4).narrow(0, 1, 3)));
    EXPECT_EQ(all[1][0].weights.sizes(), (std::vector<std::int64_t>{2, 4, 2}));
  }
}

TEST(AttentionReaderTest, ATargetMayFillTheLearnedPositions) {
  ModelConfig config = map_config();
  config.positions = "learned";
  config.max_positions = 4;
  const auto model = create_model(config, 3);
  model->eval();
  const auto all = read_all(AttentionReader(engine_of(model, config), text_frame(config), {}), {{4, 5, 6}},
                            {{7, 8, 9, 10}}, everything);
  EXPECT_THAT(all[0].back().weights.sizes(), ElementsAre(4, 4, 4));
}

TEST(AttentionReaderTest, EveryPairMustBeWhole) {
  const auto model = create_model(map_config(), 3);
  model->eval();
  const std::vector<AttentionReader::Ids> one(1);
  EXPECT_THROW(AttentionReader(engine_of(model, map_config()), text_frame(map_config()), {})
                   .read(one, {}, everything, [](auto, auto) {}),
               std::invalid_argument);
}

TEST(AttentionMapTest, EntropyIsInBits) {
  // Head 0: 0 bits, then 1 bit; head 1: 2 bits twice.
  const AttentionMap map{{Kind::cross, 0},
                         at::tensor({1.0F, 0.0F, 0.0F, 0.0F, 0.5F, 0.0F, 0.5F, 0.0F,  //
                                     0.25F, 0.25F, 0.25F, 0.25F, 0.25F, 0.25F, 0.25F, 0.25F})
                             .view({2, 2, 4})};
  EXPECT_THAT(entropy_of_heads(map), ElementsAre(0.5, 2.0));
}

}  // namespace
}  // namespace dragoman
