#pragma once

#include "decoding/search/beam_search.h"
#include "decoding/search/length_penalty.h"
#include "tests/decoding/fake_scorer.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

namespace dragoman {

inline void expect_found(const std::vector<Hypothesis>& found, const std::vector<Hypothesis>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].ids, expected[i].ids);
    EXPECT_EQ(found[i].complete, expected[i].complete);
    EXPECT_NEAR(found[i].score, expected[i].score, 1e-5);
  }
}

/// Every sentence of at most `limit` tokens, with its score, by enumeration.
inline std::vector<Hypothesis> enumerate(const NextProbabilities& language, const SearchOptions& options, int limit) {
  std::vector<Hypothesis> found;
  std::vector<Hypothesis> open(1);
  while (!open.empty()) {
    std::vector<Hypothesis> longer;
    for (const Hypothesis& prefix : open) {
      const std::vector<double> next = language(0, prefix.ids);
      const int length = static_cast<int>(prefix.ids.size()) + 1;
      for (std::size_t id = 0; id < next.size(); ++id) {
        Hypothesis hypothesis = prefix;
        hypothesis.log_prob += std::log(next[id]);
        hypothesis.score = hypothesis.log_prob / length_penalty(options.normalisation, options.length_penalty, length);
        hypothesis.complete = id == FakeScorer::kEos;
        if (!hypothesis.complete) hypothesis.ids.push_back(static_cast<std::int32_t>(id));
        (hypothesis.complete || length == limit ? found : longer).push_back(hypothesis);
      }
    }
    open = std::move(longer);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  return found;
}

/// Of `all` those that are possible.
inline std::vector<Hypothesis> keep_if(std::vector<Hypothesis> all,
                                       const std::function<bool(const Hypothesis&)>& possible) {
  std::erase_if(all, [&](const Hypothesis& hypothesis) { return !possible(hypothesis); });
  return all;
}

}  // namespace dragoman
