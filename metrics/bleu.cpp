#include "metrics/bleu.h"

#include "metrics/id_table.h"
#include "metrics/ngram_bag.h"
#include "metrics/ngram_matcher.h"
#include "metrics/segment_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
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

// Of several references as one, the length is a mean.
double brevity_penalty(double hypothesis_length, double reference_length) {
  if (hypothesis_length >= reference_length) return 1;
  if (hypothesis_length == 0) return 0;
  return std::exp(1 - reference_length / hypothesis_length);
}

}  // namespace

void BleuOptions::validate() const {
  if (max_ngram_order < 1 || max_ngram_order > 16) {
    throw std::invalid_argument(fmt::format("max-ngram-order is {}; it must be 1 to 16", max_ngram_order));
  }
  if (tokenizer == BleuTokenizer::kSpm && tokenizer_model.empty()) {
    throw std::invalid_argument("tokenizer 'spm' needs a SentencePiece model; name the .model file");
  }
  if (tokenizer != BleuTokenizer::kSpm && !tokenizer_model.empty()) {
    throw std::invalid_argument(fmt::format("tokenizer model {} is given, but tokenizer '{}' takes none; choose spm",
                                            tokenizer_model, to_string(tokenizer)));
  }
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

double BleuScore::ratio() const {
  return reference_length == 0 ? 0 : static_cast<double>(hypothesis_length) / static_cast<double>(reference_length);
}

std::string BleuScore::details() const {
  return fmt::format("{:.1f} (BP = {:.3f} ratio = {:.3f} hyp_len = {} ref_len = {})", fmt::join(precisions, "/"),
                     brevity_penalty, ratio(), hypothesis_length, reference_length);
}

class Bleu::Counter : public SentenceCounter {
 public:
  explicit Counter(const Bleu& bleu) : bleu_(bleu), matcher_(bleu.orders()) {}

  void count(std::string_view hypothesis, std::span<const std::string_view> references,
             std::span<double> row) override {
    bleu_.split(hypothesis, hypothesis_text_, words_);  // the table refers to its characters
    table_.reset(words_.size());
    ids_.clear();
    for (const std::string_view word : words_) ids_.push_back(table_.find_or_add(word));
    matcher_.set_hypothesis(ids_);

    const auto length = static_cast<std::int64_t>(ids_.size());
    std::pair<std::int64_t, std::int64_t> closest;  // difference, length
    for (std::size_t i = 0; i < references.size(); ++i) {
      add_reference(references[i]);
      const auto reference_length = static_cast<std::int64_t>(ids_.size());
      const std::pair candidate{std::abs(length - reference_length), reference_length};
      if (i == 0 || candidate < closest) closest = candidate;
    }
    row[0] = static_cast<double>(length);
    row[1] = static_cast<double>(closest.second);
    const std::size_t orders = bleu_.orders();
    for (std::size_t i = 0; i < orders; ++i) {
      row[2 + i] = static_cast<double>(matcher_.matches()[i]);
      row[2 + orders + i] = static_cast<double>(std::max<std::int64_t>(0, length - static_cast<std::int64_t>(i)));
    }
  }

 private:
  void add_reference(std::string_view reference) {
    bleu_.split(reference, reference_text_, words_);
    ids_.clear();
    for (const std::string_view word : words_) ids_.push_back(table_.find(word));
    matcher_.add_reference(ids_);
  }

  const Bleu& bleu_;
  NgramMatcher matcher_;
  WordTable table_;
  SegmentBuffers hypothesis_text_;
  SegmentBuffers reference_text_;
  std::vector<std::string_view> words_;
  std::vector<std::uint32_t> ids_;
};

Bleu::Bleu(BleuOptions options) : options_(std::move(options)) {
  options_.validate();
  if (options_.tokenizer == BleuTokenizer::kSpm) pieces_ = Tokenizer::load(options_.tokenizer_model);
}

void Bleu::split(std::string_view segment, SegmentBuffers& buffers, std::vector<std::string_view>& words) const {
  if (options_.lowercase) segment = buffers.lower = to_lowercase(segment);
  segment = strip_trailing_space(segment);
  if (!pieces_) return split_for_bleu(options_.tokenizer, segment, buffers.text, words);
  buffers.text = fmt::format("{}", fmt::join(pieces_->encode_as_pieces(segment), " "));
  split_words(buffers.text, words);
}

std::unique_ptr<SentenceCounter> Bleu::make_counter() const {
  return std::make_unique<Counter>(*this);
}

std::optional<std::vector<double>> Bleu::scores_against_mean(std::span<const std::string_view> texts,
                                                             std::span<const double> times) const {
  std::vector<NgramBag::Tokens> segments;
  std::vector<SegmentBuffers> buffers(texts.size());  // the table refers to their characters
  std::vector<std::vector<std::string_view>> words(texts.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    split(texts[i], buffers[i], words[i]);
    count += words[i].size();
  }
  WordTable table;
  table.reset(count);
  for (const auto& segment : words) {
    NgramBag::Tokens& ids = segments.emplace_back();
    for (const std::string_view word : segment) ids.push_back(table.find_or_add(word));
  }
  NgramBag bag(orders());
  bag.fill(segments, times);
  std::vector<double> scores;
  for (const NgramBag::Tokens& ids : segments) {
    std::vector<double> row(statistics_size());
    row[0] = ngrams_in(ids.size(), 1);
    row[1] = bag.totals()[0];
    bag.add_matches(ids, std::span(row).subspan(2, orders()));
    for (std::size_t i = 0; i < orders(); ++i) row[2 + orders() + i] = ngrams_in(ids.size(), i + 1);
    scores.push_back(score(row));
  }
  return scores;
}

BleuScore Bleu::details(std::span<const double> sum) const {
  BleuScore result;
  result.hypothesis_length = static_cast<std::int64_t>(sum[0]);
  result.reference_length = static_cast<std::int64_t>(sum[1]);
  result.brevity_penalty = brevity_penalty(sum[0], sum[1]);
  result.precisions.resize(orders());
  const std::span<const double> matches = sum.subspan(2, orders());
  const std::span<const double> totals = sum.subspan(2 + orders(), orders());
  // Without any match nothing is smoothed: the score and the precisions are 0.
  if (std::ranges::all_of(matches, [](double count) { return count == 0; })) return result;

  std::size_t orders_that_count = orders();
  double halvings = 1;
  for (std::size_t i = 0; i < orders(); ++i) {
    const double added = options_.smoothing == BleuSmoothing::kAddK && i > 0 ? smooth_value(options_) : 0;
    const double correct = matches[i] + added;
    const double total = totals[i] + added;
    if (total == 0) break;
    if (options_.effective_order) orders_that_count = i + 1;
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
  for (std::size_t i = 0; i < orders_that_count; ++i) log_sum += log_or_lowest(result.precisions[i]);
  result.score = result.brevity_penalty * std::exp(log_sum / static_cast<double>(orders_that_count));
  return result;
}

BleuScore Bleu::corpus_score(std::span<const std::string> hypotheses, const ReferenceStreams& references,
                             int threads) const {
  return details(sum_of_rows(*this, corpus_statistics(*this, hypotheses, references, threads)));
}

ScoreReport Bleu::report(std::span<const double> sum, int references) const {
  return report(details(sum), references);
}

ScoreReport Bleu::report(const BleuScore& score, int references) const {
  std::string smoothing(to_string(options_.smoothing));
  if (takes_value(options_.smoothing)) smoothing += fmt::format("[{:.2f}]", smooth_value(options_));
  const std::string tokenizer = options_.tokenizer == BleuTokenizer::kSpm
                                    ? piece_tokenizer_name(options_.tokenizer_model)
                                    : std::string(to_string(options_.tokenizer));
  return {"BLEU",
          score.score,
          {{{"nrefs", signature_references(references)},
            {"case", options_.lowercase ? "lc" : "mixed"},
            {"eff", options_.effective_order ? "yes" : "no"},
            {"tok", tokenizer},
            {"smooth", std::move(smoothing)},
            {"version", signature_version()}}},
          score.details()};
}

}  // namespace dragoman
