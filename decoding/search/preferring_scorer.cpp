#include "decoding/search/preferring_scorer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace dragoman {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Token {
  std::int32_t id;
  TokenScore score;
};

bool is_before(const Token& a, const Token& b) {
  return a.score.log_prob != b.score.log_prob ? a.score.log_prob > b.score.log_prob : a.id < b.id;
}

TokenScore preferred(const TokenScore& score, double factor, double added) {
  return {static_cast<float>(score.log_prob * factor + added), score.own};
}

class PreferredTokens : public NextTokens {
 public:
  PreferredTokens(std::unique_ptr<const NextTokens> next, std::vector<Preferences> of_rows)
      : next_(std::move(next)), of_rows_(std::move(of_rows)) {
    for (const Preferences& of_row : of_rows_) {
      std::vector<std::int32_t>& ids = special_.emplace_back();
      for (const Preferences::OfToken& token : of_row.of_tokens) ids.push_back(token.id);
      most_ = std::max(most_, ids.size());
    }
  }

  // Tokens without a preference of their own stay in their order: of these the model's best are enough.
  Candidates best(const TokenQuery& query) const override {
    const Candidates found = next_->best({query.count + static_cast<std::int64_t>(most_), query.allowed, named(query)});
    Candidates result;
    result.rows = found.rows;
    result.per_row = std::min(query.count, found.per_row);
    for (std::size_t row = 0; row < special_.size(); ++row) {
      std::vector<Token> tokens = tokens_of(found, row, query.allowed[row]);
      const auto wanted = static_cast<std::size_t>(result.per_row);
      const auto kept = static_cast<std::ptrdiff_t>(std::min(tokens.size(), wanted));
      std::partial_sort(tokens.begin(), tokens.begin() + kept, tokens.end(), is_before);
      tokens.resize(wanted, {0, {-kInfinity, -kInfinity}});
      for (const auto& [id, score] : tokens) {
        result.ids.push_back(id);
        result.log_probs.push_back(score.log_prob);
        result.own.push_back(score.own);
      }
      if (!query.named.empty()) result.named.push_back(named_of(found, row, query.named[row]));
    }
    return result;
  }

  LogProbs log_probs() const override {
    const LogProbs found = next_->log_probs();
    LogProbs whole = found;
    if (whole.own.empty()) whole.own = whole.values;
    for (std::size_t row = 0; row < of_rows_.size(); ++row) {
      const std::span values =
          std::span(whole.values)
              .subspan(row * static_cast<std::size_t>(whole.vocabulary), static_cast<std::size_t>(whole.vocabulary));
      for (float& value : values) value = preferred({value, value}, 1.0, of_rows_[row].of_others).log_prob;
      for (const auto& [id, factor, added] : of_rows_[row].of_tokens) {
        const float value = found.row(static_cast<std::int64_t>(row))[static_cast<std::size_t>(id)];
        values[static_cast<std::size_t>(id)] = preferred({value, value}, factor, added).log_prob;
      }
    }
    return whole;
  }

 private:
  // What has a preference, and behind it what is asked for.
  std::vector<std::vector<std::int32_t>> named(const TokenQuery& query) const {
    std::vector<std::vector<std::int32_t>> ids = special_;
    for (std::size_t row = 0; row < query.named.size(); ++row)
      ids[row].insert(ids[row].end(), query.named[row].begin(), query.named[row].end());
    return ids;
  }

  std::vector<Token> tokens_of(const Candidates& found, std::size_t row, const AllowedIds& allowed) const {
    std::vector<Token> tokens;
    const auto& of_tokens = of_rows_[row].of_tokens;
    for (std::size_t i = 0; i < of_tokens.size(); ++i) {
      const TokenScore score = found.named[row][i];
      if (std::isinf(score.log_prob) || !allowed.contains(of_tokens[i].id)) continue;
      tokens.push_back({of_tokens[i].id, preferred(score, of_tokens[i].factor, of_tokens[i].added)});
    }
    const auto per_row = static_cast<std::size_t>(found.per_row);
    for (std::size_t place = row * per_row; place < (row + 1) * per_row; ++place) {
      const std::int32_t id = found.ids[place];
      if (std::isinf(found.log_probs[place])) break;
      if (std::ranges::find(special_[row], id) != special_[row].end()) continue;
      const TokenScore score{found.log_probs[place], found.own_log_prob(place)};
      tokens.push_back({id, preferred(score, 1.0, of_rows_[row].of_others)});
    }
    return tokens;
  }

  std::vector<TokenScore> named_of(const Candidates& found, std::size_t row, std::span<const std::int32_t> ids) const {
    std::vector<TokenScore> scores;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const TokenScore score = found.named[row][special_[row].size() + i];
      const auto special = std::ranges::find(of_rows_[row].of_tokens, ids[i], &Preferences::OfToken::id);
      scores.push_back(special == of_rows_[row].of_tokens.end() ? preferred(score, 1.0, of_rows_[row].of_others)
                                                                : preferred(score, special->factor, special->added));
    }
    return scores;
  }

  std::unique_ptr<const NextTokens> next_;
  std::vector<Preferences> of_rows_;
  std::vector<std::vector<std::int32_t>> special_;  // the ids with a preference of their own
  std::size_t most_ = 0;                            // of them in a row
};

}  // namespace

PreferringScorer::PreferringScorer(StepScorer& scorer, std::vector<std::vector<const Preference*>> preferences)
    : scorer_(scorer), preferences_(std::move(preferences)) {
  for (std::size_t i = 0; i < preferences_.size(); ++i) rows_.push_back({i, {}});
}

std::unique_ptr<const NextTokens> PreferringScorer::step(std::span<const std::int32_t> previous,
                                                         std::span<const std::int64_t> parents) {
  std::vector<Row> rows;
  std::vector<Preferences> of_rows;
  for (std::size_t i = 0; i < previous.size(); ++i) {
    Row& row = rows.emplace_back(rows_.at(static_cast<std::size_t>(parents[i])));
    if (started_) row.prefix.push_back(previous[i]);
    of_rows.push_back(all_of(preferences_[row.sentence], row.prefix));
  }
  started_ = true;
  rows_ = std::move(rows);
  return std::make_unique<PreferredTokens>(scorer_.step(previous, parents), std::move(of_rows));
}

}  // namespace dragoman
