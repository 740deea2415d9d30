#include "decoding/search/beam.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dragoman {

Beam::Beam(int source_length, std::int32_t start, std::int32_t eos, const SearchOptions& options)
    : options_(options),
      eos_(eos),
      limit_(options.length_limit(source_length)),
      live_{{start, 0}},
      tips_{kRoot},
      log_probs_{0.0} {}

std::vector<std::int32_t> Beam::prefix(std::size_t i) const {
  std::vector<std::int32_t> ids(static_cast<std::size_t>(length_));
  std::int32_t node = tips_[i];
  for (auto place = ids.rbegin(); place != ids.rend(); ++place) {
    *place = nodes_[node].token;
    node = nodes_[node].parent;
  }
  return ids;
}

std::vector<float> Beam::token_log_probs(std::size_t i) const {
  std::vector<float> log_probs(static_cast<std::size_t>(length_));
  std::int32_t node = tips_[i];
  for (auto place = log_probs.rbegin(); place != log_probs.rend(); ++place) {
    *place = nodes_[node].log_prob;
    node = nodes_[node].parent;
  }
  return log_probs;
}

void Beam::advance(std::span<const Successor> successors) {
  const auto beam_size = static_cast<std::size_t>(options_.beam_size);
  std::vector<Live> live;
  std::vector<std::int32_t> tips;
  std::vector<double> log_probs;
  std::size_t in_front = 0;  // of those, among the first K successors
  if (options_.rules == SearchRules::marian)
    successors = successors.first(std::min(successors.size(), beam_size - finished_.size()));
  for (std::size_t rank = 0; rank < successors.size() && live.size() < beam_size; ++rank) {
    const Successor& successor = successors[rank];
    if (successor.id == eos_) {
      if (rank < beam_size) finish(successor);
      continue;
    }
    if (rank < beam_size) ++in_front;
    const auto node = static_cast<std::int32_t>(nodes_.size());
    nodes_.push_back({tips_[successor.row], successor.id, successor.token_log_prob});
    live.push_back({successor.id, successor.row});
    tips.push_back(node);
    log_probs.push_back(successor.log_prob);
  }

  const bool stuck = live.empty() && finished_.empty();
  if (stuck) {
    cut_live(tips_.size());
  } else {
    live_ = std::move(live);
    tips_ = std::move(tips);
    log_probs_ = std::move(log_probs);
    ++length_;
  }
  if ((finished_.size() < beam_size || follows_transformers()) && length_ >= limit_ && !stuck)
    cut_live(follows_transformers() && !options_.forces_end ? in_front : tips_.size());
  if (stuck || is_over()) {
    live_.clear();
    tips_.clear();
    log_probs_.clear();
  }
}

bool Beam::is_over() const {
  if (length_ >= limit_) return true;
  if (finished_.size() < static_cast<std::size_t>(options_.beam_size)) return false;
  if (!follows_transformers()) return true;
  if (log_probs_.empty()) return true;
  const auto worst = std::ranges::min_element(finished_, {}, &Finished::score);
  return score(log_probs_.front(), length_) <= worst->score;
}

void Beam::finish(const Successor& eos) {
  add({tips_[eos.row], eos.log_prob, eos.token_log_prob, length_ + 1, true, score(eos.log_prob, length_ + 1)});
}

void Beam::cut_live(std::size_t count) {
  const int end = options_.forces_end ? 1 : 0;
  for (std::size_t i = 0; i < count; ++i)
    add({tips_[i], log_probs_[i], 0.0F, length_, false, score(log_probs_[i], length_ + end)});
}

void Beam::add(const Finished& finished) {
  finished_.push_back(finished);
  if (!follows_transformers() || finished_.size() <= static_cast<std::size_t>(options_.beam_size)) return;
  // The first of equals stays.
  const auto worst = std::min_element(finished_.rbegin(), finished_.rend(),
                                      [](const Finished& a, const Finished& b) { return a.score < b.score; });
  finished_.erase(std::next(worst).base());
}

double Beam::score(double log_prob, int length) const {
  return log_prob / length_penalty(options_.normalisation, options_.length_penalty, options_.counted_before + length);
}

std::vector<Hypothesis> Beam::best(const std::function<bool(const Hypothesis&)>& lacks) const {
  std::vector<Finished> ranked = finished_;
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Finished& a, const Finished& b) { return a.score > b.score; });
  std::vector<Hypothesis> hypotheses, lacking;
  const auto wanted = static_cast<std::size_t>(options_.n_best);
  for (const Finished& finished : ranked) {
    if (hypotheses.size() == wanted) break;
    Hypothesis hypothesis = spell(finished);
    (lacks && lacks(hypothesis) ? lacking : hypotheses).push_back(std::move(hypothesis));
  }
  lacking.resize(std::min(lacking.size(), wanted - hypotheses.size()));
  std::ranges::move(lacking, std::back_inserter(hypotheses));
  return hypotheses;
}

Hypothesis Beam::spell(const Finished& finished) const {
  Hypothesis hypothesis;
  hypothesis.score = finished.score;
  hypothesis.complete = finished.complete;
  for (std::int32_t node = finished.node; node != kRoot; node = nodes_[node].parent) {
    hypothesis.ids.push_back(nodes_[node].token);
    hypothesis.token_log_probs.push_back(nodes_[node].log_prob);
  }
  std::reverse(hypothesis.ids.begin(), hypothesis.ids.end());
  std::reverse(hypothesis.token_log_probs.begin(), hypothesis.token_log_probs.end());
  if (finished.complete) hypothesis.token_log_probs.push_back(finished.eos_log_prob);
  for (const float log_prob : hypothesis.token_log_probs) hypothesis.log_prob += log_prob;
  hypothesis.preferred = finished.log_prob - hypothesis.log_prob;
  return hypothesis;
}

}  // namespace dragoman
