#include "model/dropout_bits.h"

#include "base/counter_random.h"
#include "base/vectorised.h"

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

DRAGOMAN_INLINE void fill_block(std::uint64_t seed, std::uint64_t batch, std::uint32_t site, std::int64_t block,
                                std::uint16_t* bits) {
  // The counter has 32 bits for the batch; its upper half joins the purpose's word, which uses the lowest byte.
  const std::uint32_t purpose =
      static_cast<std::uint32_t>(RandomPurpose::dropout) | static_cast<std::uint32_t>(batch >> 32) << 8;
  const std::uint32_t first = static_cast<std::uint32_t>(block * (kDropoutBlock / kHalves));
  for (std::uint32_t at = 0; at < kDropoutBlock / kHalves; at += kVectorLanes) {
    philox_lanes(first + at, site, static_cast<std::uint32_t>(batch), purpose, seed, bits + at * kHalves);
  }
}

}  // namespace

DRAGOMAN_CLONES void fill_dropout_bits(std::uint64_t seed, std::uint64_t batch, std::uint32_t site, std::int64_t block,
                                       std::uint16_t* bits) {
  fill_block(seed, batch, site, block, bits);
}

DRAGOMAN_CLONES void fill_dropout_scales(std::uint64_t seed, std::uint64_t batch, std::uint32_t site,
                                         std::int64_t block, std::uint16_t threshold, float scale, float* scales) {
  std::uint16_t bits[kDropoutBlock];
  fill_block(seed, batch, site, block, bits);
  for (std::int64_t i = 0; i < kDropoutBlock; ++i) scales[i] = bits[i] < threshold ? 0.0f : scale;
}

}  // namespace dragoman
