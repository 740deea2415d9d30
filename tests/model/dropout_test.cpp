#include "model/layers/dropout.h"

#include "base/counter_random.h"
#include "kernels/dropout_bits.h"
#include "tests/model/tensors.h"
#include "tests/model/threads.h"

#include <torch/autograd.h>
#include <torch/cuda.h>

#include <cmath>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr DropoutKey kKey{0x123456789ABCDEF0, 0x1122334455, 7};

std::uint16_t scalar_bits(std::uint64_t element, const DropoutKey& key) {
  const auto purpose = static_cast<std::uint32_t>(RandomPurpose::dropout);
  const auto words = philox({static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)},
                            {static_cast<std::uint32_t>(element / 8), key.site, static_cast<std::uint32_t>(key.batch),
                             purpose | static_cast<std::uint32_t>(key.batch >> 32) << 8});
  const std::uint32_t word = words[element % 8 / 2];
  return static_cast<std::uint16_t>(element % 2 == 0 ? word : word >> 16);
}

Tensor mask_of(std::int64_t count, double p, const DropoutKey& key) {
  return dropout(torch::ones({count}), p, key) != 0;
}

TEST(Dropout, BitsAreThoseOfScalarPhilox) {
  for (const std::int64_t block : {0, 1, 12345}) {
    std::uint16_t bits[kDropoutBlock];
    fill_dropout_bits(kKey, block, bits);
    for (std::int64_t i = 0; i < kDropoutBlock; ++i) {
      ASSERT_EQ(bits[i], scalar_bits(static_cast<std::uint64_t>(block * kDropoutBlock + i), kKey)) << block << " " << i;
    }
  }
}

TEST(Dropout, DropsWhereTheBitsAreBelowTheThreshold) {
  const Tensor x = random_tensor({3, 1500}, 1, torch::kFloat64);
  const Tensor result = dropout(x, 0.25, kKey);
  const double* before = x.const_data_ptr<double>();
  const double* after = result.const_data_ptr<double>();
  for (std::int64_t i = 0; i < x.numel(); ++i) {
    const bool dropped = scalar_bits(static_cast<std::uint64_t>(i), kKey) < 16384;
    ASSERT_NEAR(after[i], dropped ? 0.0 : before[i] / 0.75, 1e-6 * std::abs(before[i])) << i;
  }
}

TEST(Dropout, SameAtAnyNumberOfThreads) {
  const Tensor x = random_tensor({100'003}, 2);
  Tensor results[2];
  for (const int threads : {1, 2}) {
    const Threads limited(threads);
    results[threads - 1] = dropout(x, 0.1, kKey);
  }
  EXPECT_TRUE(results[0].equal(results[1]));
}

TEST(Dropout, APartKeepsWhatTheWholeKeeps) {
  const Tensor x = random_tensor({5, 700}, 9).requires_grad_();
  const Tensor whole = dropout(x, 0.3, kKey);
  const Tensor of_whole = torch::autograd::grad({whole.square().sum()}, {x})[0];
  for (const std::int64_t first : {0, 1, 3, 4}) {
    DropoutKey key = kKey;
    key.first = first * 700;
    const Tensor rows = x.narrow(0, first, 5 - first).detach().requires_grad_();
    const Tensor part = dropout(rows, 0.3, key);
    EXPECT_TRUE(part.equal(whole.narrow(0, first, 5 - first)));
    EXPECT_TRUE(torch::autograd::grad({part.square().sum()}, {rows})[0].equal(of_whole.narrow(0, first, 5 - first)));
  }
}

TEST(Dropout, ScalesOfRangesAreThoseOfTheWhole) {
  DropoutKey key = kKey;
  key.first = 500;
  const Tensor whole = dropout(torch::ones({9000}), 0.3, key);
  DropoutScales scales(key, DropoutRate(0.3));
  // In order, with overlaps and gaps, within a block and over many, and back to the beginning.
  for (const auto& [first, count] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {0, 10}, {10, 100}, {110, 2000}, {2000, 5}, {2110, 1}, {2500, 3000}, {8000, 1000}, {3, 700}, {0, 9000}}) {
    const float* factors = scales.of(first, count);
    const Tensor part = torch::from_blob(const_cast<float*>(factors), {count});
    EXPECT_TRUE(part.equal(whole.narrow(0, first, count))) << first << " " << count;
  }
}

TEST(Dropout, RateAndScale) {
  constexpr std::int64_t kCount = 1'000'000;
  for (const double p : {0.001, 0.1, 0.5, 0.9}) {
    const Tensor result = dropout(torch::ones({kCount}), p, kKey);
    const double rate = (result == 0).to(torch::kFloat64).mean().item<double>();
    EXPECT_NEAR(rate, p, 4 * std::sqrt(p * (1 - p) / kCount) + 0x1p-17);
    EXPECT_NEAR(result.max().item<float>(), 1 / (1 - p), 2e-4 / (1 - p));
  }
  EXPECT_TRUE(dropout(torch::ones({9}), 0.0, kKey).equal(torch::ones({9})));
  // The highest rate there is, not a wrap-around to none.
  EXPECT_LT((dropout(torch::ones({kCount}), 0.9999999, kKey) != 0).sum().item<std::int64_t>(), 100);
}

TEST(Dropout, BackwardTakesTheSameMask) {
  Tensor x = random_tensor({7, 333}, 3).requires_grad_();
  const Tensor weights = random_tensor({7, 333}, 4);
  const Tensor result = dropout(x, 0.3, kKey);
  (result * weights).sum().backward();
  const Tensor scale = (result != 0).to(torch::kFloat32) / 0.7;
  EXPECT_TRUE(x.grad().allclose(weights * scale, 1e-4));
  EXPECT_TRUE((x.grad() == 0).eq(result == 0).all().item<bool>());
}

TEST(Dropout, DiffersBySiteBatchAndSeed) {
  const Tensor mask = mask_of(4096, 0.5, kKey);
  EXPECT_TRUE(mask.equal(mask_of(4096, 0.5, kKey)));
  const DropoutKey others[] = {{kKey.seed, kKey.batch, kKey.site + 1},
                               {kKey.seed, kKey.batch + 1, kKey.site},
                               {kKey.seed, kKey.batch + (1ULL << 32), kKey.site},
                               {kKey.seed + 1, kKey.batch, kKey.site},
                               {kKey.seed + (1ULL << 32), kKey.batch, kKey.site}};
  for (const DropoutKey& other : others) {
    const double same = mask.eq(mask_of(4096, 0.5, other)).to(torch::kFloat64).mean().item<double>();
    EXPECT_NEAR(same, 0.5, 0.05) << other.seed << " " << other.batch << " " << other.site;
  }
}

TEST(Dropout, DiffersByThePositionThatADecoderIsAt) {
  RandomSites sites;
  const Dropout site(0.5, sites);
  const Tensor x = torch::ones({1000});
  const Pass pass;
  const Tensor first = site(pass, x, true);
  EXPECT_GT((site(pass.at(1, nullptr), x, true) != first).sum().item<std::int64_t>(), 400);
  EXPECT_TRUE(site(pass.at(0, nullptr), x, true).equal(first));
}

TEST(Dropout, SitesCountUp) {
  RandomSites sites;
  const Dropout first(0.5, sites), second(0.5, sites);
  const Pass pass{.seed = 5, .batch = 6};
  const Tensor x = torch::ones({1000});
  EXPECT_TRUE(first(pass, x, true).equal(dropout(x, 0.5, {5, 6, 0})));
  EXPECT_TRUE(second(pass, x, true).equal(dropout(x, 0.5, {5, 6, 1})));
  EXPECT_TRUE(first(pass, x, false).equal(x));
}

TEST(AddDropout, IsTheSumOfBoth) {
  Tensor residual = random_tensor({5, 401}, 5).requires_grad_(), x = random_tensor({5, 401}, 6).requires_grad_();
  const Tensor result = add_dropout(residual, x, 0.2, kKey);
  const Tensor mask = mask_of(5 * 401, 0.2, kKey).view({5, 401});
  EXPECT_TRUE(result.allclose(residual + x * mask / 0.8, 1e-4, 1e-5));
  result.sum().backward();
  EXPECT_TRUE(residual.grad().equal(torch::ones({5, 401})));
  EXPECT_TRUE(x.grad().allclose(mask / 0.8, 1e-4));

  RandomSites sites;
  const Dropout site(0.2, sites);
  EXPECT_TRUE(site.add({}, residual, x, false).equal(residual + x));
  EXPECT_TRUE(site.add({}, residual, x, true).equal(add_dropout(residual, x, 0.2, {0, 0, 0})));
  EXPECT_THROW(add_dropout(residual, x[0], 0.2, kKey), c10::Error);
}

TEST(AddDropout, TakesNarrowValuesToAWideResidual) {
  const Tensor residual = random_tensor({2048}, 7);
  Tensor x = random_tensor({2048}, 8).to(torch::kBFloat16).requires_grad_();
  const Tensor result = add_dropout(residual, x, 0.1, kKey);
  EXPECT_EQ(result.scalar_type(), torch::kFloat32);
  const Tensor mask = mask_of(2048, 0.1, kKey);
  EXPECT_TRUE(result.allclose(residual + x.to(torch::kFloat32) * mask / 0.9, 1e-4, 1e-4));
  result.sum().backward();
  EXPECT_EQ(x.grad().scalar_type(), torch::kBFloat16);
  // In bfloat16 itself only the result is rounded, to 8 bits.
  const Tensor narrow = dropout(x, 0.1, kKey);
  EXPECT_TRUE(narrow.to(torch::kFloat32).allclose(x.to(torch::kFloat32) * mask / 0.9, 0x1p-8, 0));
}

TEST(ReluDropout, IsBothInTurnBitForBit) {
  for (const auto type : {torch::kFloat64, torch::kFloat32, torch::kBFloat16}) {
    Tensor x = random_tensor({7, 333}, 10).to(type).requires_grad_(), y = x.detach().clone().requires_grad_();
    const Tensor weights = random_tensor({7, 333}, 11).to(type);
    const Tensor together = relu_dropout(x, 0.3, kKey), apart = dropout(at::relu(y), 0.3, kKey);
    EXPECT_TRUE(together.equal(apart)) << type;
    (together * weights).sum().backward();
    (apart * weights).sum().backward();
    EXPECT_TRUE(x.grad().equal(y.grad())) << type;
  }
  EXPECT_TRUE(relu_dropout(torch::full({100}, NAN), 0.1, kKey).isnan().all().item<bool>()) << "a fault must show";
  EXPECT_THROW(relu_dropout(torch::ones({2}), 1.0, kKey), c10::Error);
}

TEST(Dropout, TakesAnyStrides) {
  const Tensor x = random_tensor({30, 40}, 9);
  EXPECT_TRUE(dropout(x.t(), 0.5, kKey).equal(dropout(x.t().contiguous(), 0.5, kKey)));
}

TEST(Dropout, RefusesRatesThatAreNone) {
  EXPECT_THROW(dropout(torch::ones({2}), 1.0, kKey), c10::Error);
  EXPECT_THROW(dropout(torch::ones({2}), -0.1, kKey), c10::Error);
}

TEST(Dropout, ScalesAndRepeatsOnTheGpu_CUDA) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no GPU";
  const Tensor x = torch::ones({100'000}, torch::kCUDA);
  const Tensor once = dropout(x, 0.25, kKey).cpu();
  EXPECT_TRUE(once.equal(dropout(x, 0.25, kKey).cpu()));
  EXPECT_FALSE(once.equal(dropout(x, 0.25, {kKey.seed, kKey.batch + 1, kKey.site}).cpu()));
  EXPECT_NEAR(once.eq(0).to(torch::kFloat32).mean().item<double>(), 0.25, 0.01);
  EXPECT_NEAR(once.max().item<double>(), 1 / 0.75, 1e-6);
}

}  // namespace
}  // namespace dragoman
