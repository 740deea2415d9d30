#pragma once

#include "decoding/scoring/forced_scorer.h"

#include <span>
#include <string>

namespace dragoman {

/// Why a model does not take `targets` for the translations of `sources`, line by line, as a clause with its remedy;
/// empty if it does. It finds them likelier than the same pairs with the sides swapped, and, of `kFewestPairs` or more,
/// clearly likelier than the same sources with the targets of others. No pair may be longer than the scorer takes.
std::string doubt_about_pairs(const ForcedScorer& scorer, std::span<const std::string> sources,
                              std::span<const std::string> targets);

/// So many say more than chance does.
inline constexpr std::size_t kFewestPairs = 20;

}  // namespace dragoman
