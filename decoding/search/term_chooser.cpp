#include "decoding/search/term_chooser.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <utility>

namespace dragoman {
namespace {

// Successors by the number of tokens that their terms still need, the best first.
using Banks = std::map<std::size_t, std::vector<Successor>>;

// How many hypotheses of each bank can live on: as equal shares as can be, what one cannot fill and what is left over
// going to those with the fewest tokens to come.
std::vector<std::size_t> shares_of(const Banks& banks, std::size_t beam_size) {
  std::vector<std::size_t> shares(banks.size());
  std::size_t given = 0;
  for (bool more = true; more;) {
    more = false;
    std::size_t i = 0;
    for (const auto& [left, bank] : banks) {
      if (given < beam_size && shares[i] < bank.size()) {
        ++shares[i];
        ++given;
        more = true;
      }
      ++i;
    }
  }
  return shares;
}

// An end of the sentence counts if it is among the first of its bank, as many as have room beside the other banks.
std::vector<Successor> share_beam(const Banks& banks, std::int32_t eos, std::size_t beam_size) {
  Banks living = banks;
  for (auto& [left, bank] : living) std::erase_if(bank, [&](const Successor& s) { return s.id == eos; });
  const std::vector<std::size_t> shares = shares_of(living, beam_size);
  const std::size_t all_shares = std::accumulate(shares.begin(), shares.end(), std::size_t{0});
  std::vector<Successor> ends, chosen;
  std::size_t i = 0;
  for (const auto& [left, bank] : banks) {
    const std::size_t share = shares[i++];
    const std::size_t room = beam_size - (all_shares - share);
    for (std::size_t rank = 0; rank < std::min(bank.size(), room); ++rank) {
      if (bank[rank].id == eos) ends.push_back(bank[rank]);
    }
    const std::vector<Successor>& live = living.at(left);
    chosen.insert(chosen.end(), live.begin(), live.begin() + static_cast<std::ptrdiff_t>(share));
  }
  std::ranges::sort(chosen, is_better);
  ends.insert(ends.end(), chosen.begin(), chosen.end());
  return ends;
}

// What comes into question for one sentence.
class Contenders {
 public:
  Contenders(const StepRows& rows, const SentenceRows& sentence)
      : terms_(*sentence.terms), rows_(rows), sentence_(sentence) {
    for (std::size_t row = 0; row < sentence.log_probs.size(); ++row)
      states_.push_back(terms_.behind(rows.prefixes[number(row)]));
  }

  std::size_t number(std::size_t row) const { return static_cast<std::size_t>(sentence_.first_row) + row; }
  const TermSet::State& state(std::size_t row) const { return states_[row]; }

  // all: of the rows' best. helpful: of each row of the step.
  std::vector<Successor> of(std::vector<Successor> all, const Candidates& candidates,
                            std::span<const std::vector<std::int32_t>> helpful, std::size_t count) const {
    std::vector<Successor> chosen;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i == 0 || all[i].row != all[i - 1].row) chosen.push_back(all[i]);
    }
    keep_best(all, count);
    chosen.insert(chosen.end(), all.begin(), all.end());
    for (std::size_t row = 0; row < states_.size(); ++row) {
      const std::vector<TokenScore>& scores = candidates.named[number(row)];
      for (std::size_t i = 0; i < scores.size(); ++i) {
        const std::int32_t id = helpful[number(row)][i];
        if (std::isinf(scores[i].log_prob) || !rows_.allowed[number(row)].contains(id)) continue;
        chosen.push_back(
            {sentence_.log_probs[row] + scores[i].log_prob, static_cast<std::int32_t>(row), id, scores[i].own});
      }
    }
    std::ranges::sort(chosen, is_better);
    const auto repeated = std::ranges::unique(
        chosen, [](const Successor& a, const Successor& b) { return a.row == b.row && a.id == b.id; });
    chosen.erase(repeated.begin(), repeated.end());
    return chosen;
  }

  Banks banks(const std::vector<Successor>& successors) const {
    Banks banks;
    for (const Successor& successor : successors) {
      TermSet::State state = states_[static_cast<std::size_t>(successor.row)];
      terms_.advance(state, successor.id);
      banks[terms_.left(state)].push_back(successor);
    }
    return banks;
  }

 private:
  const TermSet& terms_;
  const StepRows& rows_;
  const SentenceRows& sentence_;
  std::vector<TermSet::State> states_;
};

}  // namespace

std::vector<std::vector<Successor>> TermChooser::successors(const NextTokens& next, const StepRows& rows,
                                                            int beam_size) const {
  const auto has_terms = [](const SentenceRows& sentence) { return sentence.terms != nullptr; };
  if (std::ranges::none_of(rows.sentences, has_terms)) return BestChooser().successors(next, rows, beam_size);
  std::vector<std::vector<std::int32_t>> helpful(rows.allowed.size());
  std::vector<Contenders> contenders;
  for (const SentenceRows& sentence : rows.sentences) {
    if (!has_terms(sentence)) continue;
    const Contenders& of_sentence = contenders.emplace_back(rows, sentence);
    for (std::size_t row = 0; row < sentence.log_probs.size(); ++row)
      helpful[of_sentence.number(row)] = sentence.terms->helpful(of_sentence.state(row));
  }

  const auto size = static_cast<std::size_t>(beam_size);
  const Candidates candidates = next.best({2 * static_cast<std::int64_t>(beam_size), rows.allowed, helpful});
  const SuccessorTable table(candidates, rows.allowed.size());
  std::vector<std::vector<Successor>> result(rows.sentences.size());
  auto of_sentence = contenders.begin();
  for (std::size_t i = 0; i < result.size(); ++i) {
    table.append_to(result[i], rows.sentences[i]);
    if (!has_terms(rows.sentences[i])) {
      keep_best(result[i], 2 * size);
    } else {
      const Contenders& one = *of_sentence++;
      result[i] = share_beam(one.banks(one.of(std::move(result[i]), candidates, helpful, 2 * size)), eos_, size);
    }
  }
  return result;
}

}  // namespace dragoman
