#pragma once

#include "base/enum_names.h"

#include <algorithm>
#include <cmath>

namespace dragoman {

/// What a hypothesis' log-probability is divided by, so that hypotheses of different length can be compared.
enum class Normalisation {
  kLength,  ///< length^alpha
  kGnmt,    ///< ((5 + length) / 6)^alpha: Wu et al. 2016, "Google's Neural Machine Translation System", section 7
  kNone,    ///< 1
};

template <>
inline constexpr auto kEnumNames<Normalisation> = enum_names<Normalisation>({{Normalisation::kLength, "length"},
                                                                             {Normalisation::kGnmt, "gnmt"},
                                                                             {Normalisation::kNone, "none"}});

/// The divisor for a hypothesis of `length` tokens, the end of the sentence included. At least one token is counted.
inline double length_penalty(Normalisation normalisation, double alpha, int length) {
  const double tokens = std::max(length, 1);
  switch (normalisation) {
    case Normalisation::kLength:
      return std::pow(tokens, alpha);
    case Normalisation::kGnmt:
      return std::pow((5.0 + tokens) / 6.0, alpha);
    case Normalisation::kNone:
      break;
  }
  return 1.0;
}

}  // namespace dragoman
