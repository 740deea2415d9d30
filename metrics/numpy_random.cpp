#include "metrics/numpy_random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr unsigned __int128 kMultiplier =
    static_cast<unsigned __int128>(2549297995355413924u) << 64 | 4865540595714422341u;

// NumPy's SeedSequence: spreads a seed over a pool of four words, and that over as many words as are asked for.
class SeedWords {
 public:
  explicit SeedWords(std::uint64_t seed) {
    const std::array<std::uint32_t, 4> entropy = {static_cast<std::uint32_t>(seed),
                                                  static_cast<std::uint32_t>(seed >> 32), 0, 0};
    std::uint32_t constant = 0x43b0d7e5;
    const auto hash = [&](std::uint32_t value) {
      value ^= constant;
      constant *= 0x931e8875;
      value *= constant;
      return value ^ value >> 16;
    };
    for (std::size_t i = 0; i < pool_.size(); ++i) pool_[i] = hash(entropy[i]);
    for (std::size_t from = 0; from < pool_.size(); ++from) {
      for (std::size_t to = 0; to < pool_.size(); ++to) {
        if (from == to) continue;
        const std::uint32_t mixed = 0xca01f9dd * pool_[to] - 0x4973f715 * hash(pool_[from]);
        pool_[to] = mixed ^ mixed >> 16;
      }
    }
  }

  std::uint32_t next_32() {
    std::uint32_t value = pool_[position_++ % pool_.size()] ^ constant_;
    constant_ *= 0x58f38ded;
    value *= constant_;
    return value ^ value >> 16;
  }

  std::uint64_t next_64() {
    const std::uint64_t low = next_32();
    return low | static_cast<std::uint64_t>(next_32()) << 32;
  }

  unsigned __int128 next_128() {
    const unsigned __int128 high = next_64();
    return high << 64 | next_64();
  }

 private:
  std::array<std::uint32_t, 4> pool_{};
  std::size_t position_ = 0;
  std::uint32_t constant_ = 0x8b51f9dd;
};

}  // namespace

NumpyRandom::NumpyRandom(std::uint64_t seed) {
  SeedWords words(seed);
  const Wide first = words.next_128();
  increment_ = words.next_128() << 1 | 1;
  state_ = increment_ + first;
  state_ = state_ * kMultiplier + increment_;
}

inline std::uint64_t NumpyRandom::next_64() {
  state_ = state_ * kMultiplier + increment_;
  const auto folded = static_cast<std::uint64_t>(state_ >> 64) ^ static_cast<std::uint64_t>(state_);
  return std::rotr(folded, static_cast<int>(state_ >> 122));
}

inline std::uint32_t NumpyRandom::next_32() {
  if (has_high_half_) {
    has_high_half_ = false;
    return high_half_;
  }
  const std::uint64_t both = next_64();
  high_half_ = static_cast<std::uint32_t>(both >> 32);
  has_high_half_ = true;
  return static_cast<std::uint32_t>(both);
}

void NumpyRandom::integers(std::uint32_t bound, std::span<std::uint32_t> out) {
  if (bound == 0) throw std::invalid_argument("random integers below 0: there are none");
  if (bound == 1) {  // no number is drawn
    std::ranges::fill(out, 0);
    return;
  }
  const std::uint32_t rest = (0u - bound) % bound;
  NumpyRandom local = *this;  // in registers
  for (std::uint32_t& value : out) {
    std::uint64_t product = std::uint64_t{local.next_32()} * bound;
    while (static_cast<std::uint32_t>(product) < rest) product = std::uint64_t{local.next_32()} * bound;
    value = static_cast<std::uint32_t>(product >> 32);
  }
  *this = local;
}

// At most 8 of them; each draw of 32 bits is used up before the next.
inline std::uint32_t NumpyRandom::next_bits(unsigned count) {
  std::uint32_t result = 0;
  for (unsigned filled = 0; filled < count;) {
    if (bits_left_ == 0) {
      bit_source_ = next_32();
      bits_left_ = 32;
    }
    const unsigned taken = std::min(count - filled, bits_left_);
    result |= (bit_source_ & ((1u << taken) - 1)) << filled;
    bit_source_ >>= taken;
    bits_left_ -= taken;
    filled += taken;
  }
  return result;
}

void NumpyRandom::bits(std::size_t count, std::span<std::uint8_t> out) {
  const std::size_t bytes = (count + 7) / 8;
  if (out.size() < bytes) throw std::invalid_argument("random bits: the buffer is too small");
  for (std::size_t i = 0; i < bytes; ++i) {
    out[i] = static_cast<std::uint8_t>(next_bits(static_cast<unsigned>(std::min<std::size_t>(8, count - 8 * i))));
  }
}

}  // namespace dragoman
