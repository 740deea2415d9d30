#include "base/fingerprint_set.h"

#include <bit>
#include <utility>

namespace dragoman {

// Linear probing from where a multiplication scatters it (Knuth, The Art of Computer Programming, volume 3, 6.4): the
// fingerprints themselves need not be spread evenly.
std::size_t FingerprintSet::place_of(std::uint64_t fingerprint) const {
  constexpr std::uint64_t kGoldenRatio = 0x9E37'79B9'7F4A'7C15;
  const std::uint64_t mask = places_.size() - 1;
  std::size_t place = static_cast<std::size_t>((fingerprint * kGoldenRatio) >> std::countl_zero(mask));
  while (places_[place] != 0 && places_[place] != fingerprint) place = (place + 1) & mask;
  return place;
}

bool FingerprintSet::insert(std::uint64_t fingerprint) {
  if (fingerprint == 0) return !std::exchange(has_zero_, true);
  if (2 * (size_ + 1) > places_.size()) grow();
  std::uint64_t& place = places_[place_of(fingerprint)];
  if (place == fingerprint) return false;
  place = fingerprint;
  ++size_;
  return true;
}

bool FingerprintSet::contains(std::uint64_t fingerprint) const {
  if (fingerprint == 0) return has_zero_;
  return !places_.empty() && places_[place_of(fingerprint)] == fingerprint;
}

void FingerprintSet::grow() {
  constexpr std::size_t kLeast = 1024;
  const std::vector<std::uint64_t> before =
      std::exchange(places_, std::vector<std::uint64_t>(places_.empty() ? kLeast : 2 * places_.size()));
  for (const std::uint64_t fingerprint : before) {
    if (fingerprint != 0) places_[place_of(fingerprint)] = fingerprint;
  }
}

}  // namespace dragoman
