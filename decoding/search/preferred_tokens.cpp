#include "decoding/search/preferred_tokens.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

namespace dragoman {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

TokenScore preferred(const TokenScore& score, double factor, double added) {
  return {static_cast<float>(score.log_prob * factor + added), score.own};
}

TokenScore preferred(const TokenScore& score, const Preferences::OfToken& token) {
  return preferred(score, token.factor, token.added + lifted_by(score.own, token.lift));
}

auto find_token(const Preferences& preferences, std::int32_t id) {
  return std::ranges::find(preferences.of_tokens, id, &Preferences::OfToken::id);
}

TokenScore preferred(const TokenScore& score, std::int32_t id, const Preferences& preferences) {
  const auto special = find_token(preferences, id);
  return special == preferences.of_tokens.end() ? preferred(score, 1.0, preferences.of_others)
                                                : preferred(score, *special);
}

}  // namespace

PreferredTokens::PreferredTokens(std::unique_ptr<const NextTokens> next, std::vector<RowPreferences> of_rows)
    : next_(std::move(next)), of_rows_(std::move(of_rows)) {}

// Tokens without a preference of their own stay in their order: of these the model's best are enough.
Candidates PreferredTokens::best(const TokenQuery& query) const {
  std::vector<std::vector<std::int32_t>> named(query.named.begin(), query.named.end());
  std::vector<std::int64_t> more(query.more.begin(), query.more.end());
  named.resize(query.allowed.size());
  more.resize(query.allowed.size());
  for (const auto& [row, preferences] : of_rows_) {
    more[row] += std::ssize(preferences.of_tokens);
    // Behind what the query names.
    for (const Preferences::OfToken& token : preferences.of_tokens) named[row].push_back(token.id);
  }
  Candidates found = next_->best({query.count, query.allowed, named, more});
  if (found.own.empty()) found.own = found.log_probs;
  const auto places = static_cast<std::size_t>(found.per_row);
  for (const RowPreferences& of_row : of_rows_) {
    std::vector<Token> tokens = ranked(found, of_row, query.allowed[of_row.row]);
    // Those behind them might not be the next best.
    tokens.resize(std::min(tokens.size(), static_cast<std::size_t>(query.count_of(of_row.row))));
    for (std::size_t i = 0; i < places; ++i) {
      const Token token = i < tokens.size() ? tokens[i] : Token{0, {kLowest, kLowest}};
      const std::size_t place = of_row.row * places + i;
      found.ids[place] = token.id;
      found.log_probs[place] = token.score.log_prob;
      found.own[place] = token.score.own;
    }
    std::vector<TokenScore>& scores = found.named[of_row.row];
    scores.resize(query.named.empty() ? 0 : query.named[of_row.row].size());
    for (std::size_t i = 0; i < scores.size(); ++i)
      scores[i] = preferred(scores[i], query.named[of_row.row][i], of_row.preferences);
  }
  return found;
}

std::vector<PreferredTokens::Token> PreferredTokens::ranked(const Candidates& found, const RowPreferences& of_row,
                                                            const AllowedIds& allowed) const {
  const auto& of_tokens = of_row.preferences.of_tokens;
  const std::vector<TokenScore>& named = found.named[of_row.row];
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < of_tokens.size(); ++i) {
    const TokenScore score = named[named.size() - of_tokens.size() + i];
    if (std::isinf(score.log_prob) || !allowed.contains(of_tokens[i].id)) continue;
    tokens.push_back({of_tokens[i].id, preferred(score, of_tokens[i])});
  }
  const auto places = static_cast<std::size_t>(found.per_row);
  for (std::size_t place = of_row.row * places; place < (of_row.row + 1) * places; ++place) {
    const std::int32_t id = found.ids[place];
    if (std::isinf(found.log_probs[place])) break;
    if (find_token(of_row.preferences, id) != of_tokens.end()) continue;
    tokens.push_back({id, preferred({found.log_probs[place], found.own[place]}, 1.0, of_row.preferences.of_others)});
  }
  const auto is_before = [](const Token& a, const Token& b) {
    return a.score.log_prob != b.score.log_prob ? a.score.log_prob > b.score.log_prob : a.id < b.id;
  };
  std::ranges::sort(tokens, is_before);
  return tokens;
}

LogProbs PreferredTokens::log_probs() const {
  LogProbs found = next_->log_probs();
  if (found.own.empty()) found.own = found.values;
  const auto vocabulary = static_cast<std::size_t>(found.vocabulary);
  for (const auto& [row, preferences] : of_rows_) {
    const std::span values = std::span(found.values).subspan(row * vocabulary, vocabulary);
    const std::vector<float> before(values.begin(), values.end());
    for (float& value : values) value = preferred({value, value}, 1.0, preferences.of_others).log_prob;
    for (const Preferences::OfToken& token : preferences.of_tokens) {
      const auto id = static_cast<std::size_t>(token.id);
      values[id] = preferred({before[id], before[id]}, token).log_prob;
    }
  }
  return found;
}

}  // namespace dragoman
