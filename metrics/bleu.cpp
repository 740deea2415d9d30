#include "metrics/bleu.h"

#include "metrics/segment_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

bool takes_value(BleuSmoothing smoothing) {
  return smoothing == BleuSmoothing::kFloor || smoothing == BleuSmoothing::kAddK;
}

double smooth_value(const BleuOptions& options) {
  return options.smooth_value.value_or(options.smoothing == BleuSmoothing::kFloor ? 0.1 : 1.0);
}

// Low enough that the score is 0 whatever the other orders contribute.
double log_or_lowest(double value) {
  return value == 0 ? -9999999999.0 : std::log(value);
}

double brevity_penalty(std::int64_t hypothesis_length, std::int64_t reference_length) {
  if (hypothesis_length >= reference_length) return 1;
  if (hypothesis_length == 0) return 0;
  return std::exp(1 - static_cast<double>(reference_length) / static_cast<double>(hypothesis_length));
}

void check_streams(std::span<const std::string> hypotheses,
                   const std::vector<std::vector<std::string>>& reference_streams) {
  if (hypotheses.empty()) throw std::invalid_argument("BLEU of no sentence: there are no hypotheses");
  if (reference_streams.empty()) throw std::invalid_argument("BLEU needs at least one reference");
  for (std::size_t i = 0; i < reference_streams.size(); ++i) {
    if (reference_streams[i].size() == hypotheses.size()) continue;
    throw std::invalid_argument(fmt::format("reference {} has {} sentences, but there are {} hypotheses", i + 1,
                                            reference_streams[i].size(), hypotheses.size()));
  }
}

}  // namespace

void BleuOptions::validate() const {
  if (!smooth_value) return;
  if (!takes_value(smoothing)) {
    throw std::invalid_argument(
        fmt::format("smooth-value {} is given, but smoothing '{}' takes none; choose floor or add-k", *smooth_value,
                    to_string(smoothing)));
  }
  if (!(*smooth_value >= 0) || !std::isfinite(*smooth_value)) {
    throw std::invalid_argument(fmt::format("smooth-value is {}; it must be at least 0", *smooth_value));
  }
}

BleuStatistics& BleuStatistics::operator+=(const BleuStatistics& other) {
  hypothesis_length += other.hypothesis_length;
  reference_length += other.reference_length;
  for (std::size_t i = 0; i < kMaxNgramOrder; ++i) {
    correct[i] += other.correct[i];
    total[i] += other.total[i];
  }
  return *this;
}

double BleuScore::ratio() const {
  return reference_length == 0 ? 0 : static_cast<double>(hypothesis_length) / static_cast<double>(reference_length);
}

std::string BleuScore::details() const {
  return fmt::format("{:.1f}/{:.1f}/{:.1f}/{:.1f} (BP = {:.3f} ratio = {:.3f} hyp_len = {} ref_len = {})",
                     precisions[0], precisions[1], precisions[2], precisions[3], brevity_penalty, ratio(),
                     hypothesis_length, reference_length);
}

// Memory that one sentence after another uses.
struct Bleu::Scratch {
  NgramMatcher matcher;
  std::vector<std::string_view> words;
};

Bleu::Bleu(BleuOptions options) : options_(std::move(options)) {
  options_.validate();
}

std::string Bleu::prepare(std::string_view segment) const {
  if (!options_.lowercase) return tokenize_for_bleu(options_.tokenizer, strip_trailing_space(segment));
  const std::string lower = to_lowercase(segment);
  return tokenize_for_bleu(options_.tokenizer, strip_trailing_space(lower));
}

BleuStatistics Bleu::statistics(std::string_view hypothesis, std::span<const std::string_view> references) const {
  Scratch scratch;
  return statistics(hypothesis, references, scratch);
}

BleuStatistics Bleu::statistics(std::string_view hypothesis, std::span<const std::string_view> references,
                                Scratch& scratch) const {
  if (references.empty()) throw std::invalid_argument("BLEU needs at least one reference for each sentence");
  const std::string hypothesis_text = prepare(hypothesis);  // the matcher refers to its characters
  split_words(hypothesis_text, scratch.words);
  scratch.matcher.set_hypothesis(scratch.words);

  BleuStatistics result;
  result.hypothesis_length = static_cast<std::int64_t>(scratch.words.size());
  std::pair<std::int64_t, std::int64_t> closest;  // difference, length
  for (std::size_t i = 0; i < references.size(); ++i) {
    const std::string reference_text = prepare(references[i]);
    split_words(reference_text, scratch.words);
    scratch.matcher.add_reference(scratch.words);
    const auto length = static_cast<std::int64_t>(scratch.words.size());
    const std::pair candidate{std::abs(result.hypothesis_length - length), length};
    if (i == 0 || candidate < closest) closest = candidate;
  }
  result.reference_length = closest.second;
  result.correct = scratch.matcher.matches();
  for (std::size_t i = 0; i < kMaxNgramOrder; ++i) {
    result.total[i] = std::max<std::int64_t>(0, result.hypothesis_length - static_cast<std::int64_t>(i));
  }
  return result;
}

std::vector<BleuStatistics> Bleu::corpus_statistics(
    std::span<const std::string> hypotheses, const std::vector<std::vector<std::string>>& reference_streams) const {
  check_streams(hypotheses, reference_streams);
  std::vector<BleuStatistics> result;
  result.reserve(hypotheses.size());
  Scratch scratch;
  std::vector<std::string_view> references(reference_streams.size());
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    for (std::size_t r = 0; r < references.size(); ++r) references[r] = reference_streams[r][i];
    result.push_back(statistics(hypotheses[i], references, scratch));
  }
  return result;
}

BleuScore Bleu::score(const BleuStatistics& sum) const {
  BleuScore result;
  result.hypothesis_length = sum.hypothesis_length;
  result.reference_length = sum.reference_length;
  result.brevity_penalty = brevity_penalty(sum.hypothesis_length, sum.reference_length);
  // Without any match nothing is smoothed: the score and the precisions are 0.
  if (std::ranges::all_of(sum.correct, [](std::int64_t count) { return count == 0; })) return result;

  std::size_t orders = kMaxNgramOrder;
  double halvings = 1;
  for (std::size_t i = 0; i < kMaxNgramOrder; ++i) {
    const double added = options_.smoothing == BleuSmoothing::kAddK && i > 0 ? smooth_value(options_) : 0;
    const double correct = static_cast<double>(sum.correct[i]) + added;
    const double total = static_cast<double>(sum.total[i]) + added;
    if (total == 0) break;
    if (options_.effective_order) orders = i + 1;
    double per_cent = 100 * correct / total;
    if (correct == 0 && options_.smoothing == BleuSmoothing::kExp) {
      halvings *= 2;
      per_cent = 100 / (halvings * total);
    } else if (correct == 0 && options_.smoothing == BleuSmoothing::kFloor) {
      per_cent = 100 * smooth_value(options_) / total;
    }
    result.precisions[i] = per_cent;
  }
  double log_sum = 0;
  for (std::size_t i = 0; i < orders; ++i) log_sum += log_or_lowest(result.precisions[i]);
  result.score = result.brevity_penalty * std::exp(log_sum / static_cast<double>(orders));
  return result;
}

BleuScore Bleu::corpus_score(std::span<const std::string> hypotheses,
                             const std::vector<std::vector<std::string>>& reference_streams) const {
  BleuStatistics sum;
  for (const BleuStatistics& sentence : corpus_statistics(hypotheses, reference_streams)) sum += sentence;
  return score(sum);
}

Signature Bleu::signature_fields(int references) const {
  std::string smoothing(to_string(options_.smoothing));
  if (takes_value(options_.smoothing)) smoothing += fmt::format("[{:.2f}]", smooth_value(options_));
  return {{{"nrefs", signature_references(references)},
           {"case", options_.lowercase ? "lc" : "mixed"},
           {"eff", options_.effective_order ? "yes" : "no"},
           {"tok", std::string(to_string(options_.tokenizer))},
           {"smooth", std::move(smoothing)},
           {"version", signature_version()}}};
}

std::string Bleu::signature(int references) const {
  return signature_fields(references).text();
}

ScoreReport Bleu::report(const BleuScore& score, int references) const {
  return {"BLEU", score.score, signature_fields(references), score.details()};
}

}  // namespace dragoman
