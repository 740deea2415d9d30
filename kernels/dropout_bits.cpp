#include "kernels/dropout_bits.h"

#include "base/counter_random.h"
#include "base/vectorised.h"

#include <algorithm>
#include <cmath>

namespace dragoman {
namespace {

constexpr int kHalves = 8;  // half-words of one Philox block

// The lanes are independent: written as loops over them, the compiler makes each a vector instruction.
DRAGOMAN_INLINE void philox_lanes(std::uint32_t first, std::uint32_t site, std::uint32_t batch, std::uint32_t purpose,
                                  std::uint64_t seed, std::uint16_t* bits) {
  std::uint32_t c0[kVectorLanes], c1[kVectorLanes], c2[kVectorLanes], c3[kVectorLanes];
  for (int i = 0; i < kVectorLanes; ++i) {
    c0[i] = first + static_cast<std::uint32_t>(i);
    c1[i] = site;
    c2[i] = batch;
    c3[i] = purpose;
  }
  std::uint32_t key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < kVectorLanes; ++i) {
      const std::uint64_t a = std::uint64_t{0xD2511F53} * c0[i];
      const std::uint64_t b = std::uint64_t{0xCD9E8D57} * c2[i];
      c0[i] = static_cast<std::uint32_t>(b >> 32) ^ c1[i] ^ key0;
      c1[i] = static_cast<std::uint32_t>(b);
      c2[i] = static_cast<std::uint32_t>(a >> 32) ^ c3[i] ^ key1;
      c3[i] = static_cast<std::uint32_t>(a);
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  for (int i = 0; i < kVectorLanes; ++i) {
    std::uint16_t* out = bits + i * kHalves;
    out[0] = static_cast<std::uint16_t>(c0[i]);
    out[1] = static_cast<std::uint16_t>(c0[i] >> 16);
    out[2] = static_cast<std::uint16_t>(c1[i]);
    out[3] = static_cast<std::uint16_t>(c1[i] >> 16);
    out[4] = static_cast<std::uint16_t>(c2[i]);
    out[5] = static_cast<std::uint16_t>(c2[i] >> 16);
    out[6] = static_cast<std::uint16_t>(c3[i]);
    out[7] = static_cast<std::uint16_t>(c3[i] >> 16);
  }
}

DRAGOMAN_INLINE void fill_block(const DropoutKey& key, std::int64_t block, std::uint16_t* bits) {
  // The counter has 32 bits for the batch; its upper half joins the purpose's word, which uses the lowest byte.
  const std::uint32_t purpose =
      static_cast<std::uint32_t>(RandomPurpose::dropout) | static_cast<std::uint32_t>(key.batch >> 32) << 8;
  const std::uint32_t first = static_cast<std::uint32_t>(block * (kDropoutBlock / kHalves));
  for (std::uint32_t at = 0; at < kDropoutBlock / kHalves; at += kVectorLanes) {
    philox_lanes(first + at, key.site, static_cast<std::uint32_t>(key.batch), purpose, key.seed, bits + at * kHalves);
  }
}

}  // namespace

DropoutRate::DropoutRate(double p)
    : threshold(static_cast<std::uint16_t>(std::min(std::lround(p * 65536), 65535L))),
      scale(static_cast<float>(65536.0 / (65536 - threshold))) {}

DRAGOMAN_CLONES void fill_dropout_bits(const DropoutKey& key, std::int64_t block, std::uint16_t* bits) {
  fill_block(key, block, bits);
}

DRAGOMAN_CLONES void fill_dropout_scales(const DropoutKey& key, const DropoutRate& rate, std::int64_t block,
                                         float* scales) {
  std::uint16_t bits[kDropoutBlock];
  fill_block(key, block, bits);
  const DropoutRate copy = rate;  // which the compiler knows not to change
  for (std::int64_t i = 0; i < kDropoutBlock; ++i) scales[i] = bits[i] < copy.threshold ? 0.0f : copy.scale;
}

const float* DropoutScales::of(std::int64_t first, std::int64_t count) {
  const std::int64_t from = key_.first + first, to = from + count;
  const std::int64_t begin = from / kDropoutBlock, end = (to + kDropoutBlock - 1) / kDropoutBlock;
  std::int64_t there = begin;  // blocks before it need not be drawn again
  if (begin >= begin_ && begin < end_) {
    scales_.erase(scales_.begin(), scales_.begin() + (begin - begin_) * kDropoutBlock);
    there = end_;
  }
  scales_.resize(static_cast<std::size_t>((std::max(end, there) - begin) * kDropoutBlock));
  for (std::int64_t block = there; block < end; ++block)
    fill_dropout_scales(key_, rate_, block, scales_.data() + (block - begin) * kDropoutBlock);
  begin_ = begin;
  end_ = std::max(end, there);
  return scales_.data() + (from - begin * kDropoutBlock);
}

}  // namespace dragoman
