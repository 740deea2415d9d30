#include "metrics/chrf.h"

#include "metrics/id_table.h"
#include "metrics/ngram_bag.h"
#include "metrics/ngram_matcher.h"
#include "metrics/segment_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr double kEpsilon = 1e-16;

void check_order(const char* name, int order) {
  if (order >= 0 && order <= 16) return;
  throw std::invalid_argument(fmt::format("{} is {}; it must be 0 to 16", name, order));
}

// The code points of `text`, with or without those that are white space.
void read_characters(std::string_view text, bool whitespace, std::vector<std::uint32_t>& characters) {
  characters.clear();
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t space = whitespace ? 0 : space_length(text, at)) {
      at += space;
      continue;
    }
    const Character character = character_at(text, at);
    characters.push_back(character.code);
    at += character.length;
  }
}

bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

// Words with one punctuation mark split off: the last character if it is one, else the first; "(hi)" becomes "(hi",
// ")".
void split_words_and_marks(std::string_view text, std::vector<std::string_view>& spaced,
                           std::vector<std::string_view>& words) {
  split_words(text, spaced);
  words.clear();
  for (const std::string_view word : spaced) {
    const bool single = character_at(word, 0).length == word.size();
    if (!single && is_punctuation(word.back())) {
      words.push_back(word.substr(0, word.size() - 1));
      words.push_back(word.substr(word.size() - 1));
    } else if (!single && is_punctuation(word.front())) {
      words.push_back(word.substr(0, 1));
      words.push_back(word.substr(1));
    } else {
      words.push_back(word);
    }
  }
}

// Three statistics for each order of one kind of n-grams, of each text in its row, against all texts as one reference.
void compare_with_mean(std::span<const NgramBag::Tokens> texts, std::span<const double> times, std::size_t max_order,
                       std::vector<std::vector<double>>& rows) {
  NgramBag bag(max_order);
  bag.fill(texts, times);
  std::vector<double> matches;
  for (std::size_t k = 0; k < texts.size(); ++k) {
    matches.assign(max_order, 0);
    bag.add_matches(texts[k], matches);
    for (std::size_t i = 0; i < max_order; ++i) {
      const double in_reference = bag.totals()[i];
      rows[k].push_back(in_reference > 0 ? ngrams_in(texts[k].size(), i + 1) : 0);
      rows[k].push_back(in_reference);
      rows[k].push_back(matches[i]);
    }
  }
}

}  // namespace

void ChrfOptions::validate() const {
  check_order("char-order", char_order);
  check_order("word-order", word_order);
  if (char_order + word_order == 0) {
    throw std::invalid_argument("char-order and word-order are both 0; one of them must be at least 1");
  }
  if (beta < 0 || beta > 1000) throw std::invalid_argument(fmt::format("beta is {}; it must be 0 to 1000", beta));
}

class Chrf::Counter : public SentenceCounter {
 public:
  explicit Counter(const Chrf& metric)
      : metric_(metric),
        options_(metric.options_),
        characters_(static_cast<std::size_t>(options_.char_order)),
        words_(static_cast<std::size_t>(options_.word_order)),
        candidate_(metric.statistics_size()) {}

  void count(std::string_view hypothesis, std::span<const std::string_view> references,
             std::span<double> row) override {
    set_hypothesis(hypothesis);
    double best = -1;
    for (const std::string_view reference : references) {
      count_reference(reference);
      const double score = references.size() == 1 ? 0 : metric_.score(candidate_);
      if (score <= best) continue;
      best = score;
      std::ranges::copy(candidate_, row.begin());
    }
  }

 private:
  // Counts of one kind of n-grams.
  struct Ngrams {
    explicit Ngrams(std::size_t max_order) : matcher(max_order) {}

    NgramMatcher matcher;
    std::vector<std::uint32_t> tokens;  // of the segment at hand
    std::size_t hypothesis_length = 0;

    void set_hypothesis() {
      matcher.set_hypothesis(tokens);
      hypothesis_length = tokens.size();
    }

    double* count_reference(double* out) {
      matcher.forget_references();
      matcher.add_reference(tokens);
      for (std::size_t i = 0; i < matcher.matches().size(); ++i) {
        const double in_reference = ngrams_in(tokens.size(), i + 1);
        // An order that the reference is too short for is not held against the hypothesis.
        *out++ = in_reference > 0 ? ngrams_in(hypothesis_length, i + 1) : 0;
        *out++ = in_reference;
        *out++ = static_cast<double>(matcher.matches()[i]);
      }
      return out;
    }
  };

  void set_hypothesis(std::string_view segment) {
    const std::string_view text = prepare(segment, hypothesis_lower_);  // the table refers to its characters
    read_characters(text, options_.whitespace, characters_.tokens);
    characters_.set_hypothesis();
    if (options_.word_order == 0) return;
    split_words_and_marks(text, spaced_, split_);
    table_.reset(split_.size());
    words_.tokens.clear();
    for (const std::string_view word : split_) words_.tokens.push_back(table_.find_or_add(word));
    words_.set_hypothesis();
  }

  void count_reference(std::string_view segment) {
    const std::string_view text = prepare(segment, reference_lower_);
    read_characters(text, options_.whitespace, characters_.tokens);
    double* out = characters_.count_reference(candidate_.data());
    if (options_.word_order == 0) return;
    split_words_and_marks(text, spaced_, split_);
    words_.tokens.clear();
    for (const std::string_view word : split_) words_.tokens.push_back(table_.find(word));
    words_.count_reference(out);
  }

  std::string_view prepare(std::string_view segment, std::string& lower) const {
    if (options_.lowercase) segment = lower = to_lowercase(segment);
    return segment;
  }

  const Chrf& metric_;
  const ChrfOptions& options_;
  Ngrams characters_;
  Ngrams words_;
  WordTable table_;
  std::vector<double> candidate_;  // statistics with the reference at hand
  std::string hypothesis_lower_;
  std::string reference_lower_;
  std::vector<std::string_view> spaced_;
  std::vector<std::string_view> split_;
};

Chrf::Chrf(const ChrfOptions& options) : options_(options) {
  options_.validate();
}

std::size_t Chrf::statistics_size() const {
  return 3 * static_cast<std::size_t>(options_.char_order + options_.word_order);
}

std::unique_ptr<SentenceCounter> Chrf::make_counter() const {
  return std::make_unique<Counter>(*this);
}

std::optional<std::vector<double>> Chrf::scores_against_mean(std::span<const std::string_view> texts,
                                                             std::span<const double> times) const {
  std::vector<std::string> lower;
  std::vector<NgramBag::Tokens> characters(texts.size()), words(texts.size());
  std::vector<std::string_view> spaced, split;
  WordTable table;  // refers to the texts' characters
  std::size_t bytes = 0;
  for (const std::string_view text : texts) bytes += text.size();
  table.reset(bytes);
  if (options_.lowercase) {
    for (const std::string_view text : texts) lower.push_back(to_lowercase(text));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string_view text = options_.lowercase ? lower[i] : texts[i];
    read_characters(text, options_.whitespace, characters[i]);
    if (options_.word_order == 0) continue;
    split_words_and_marks(text, spaced, split);
    for (const std::string_view word : split) words[i].push_back(table.find_or_add(word));
  }
  std::vector<std::vector<double>> rows(texts.size());
  compare_with_mean(characters, times, static_cast<std::size_t>(options_.char_order), rows);
  compare_with_mean(words, times, static_cast<std::size_t>(options_.word_order), rows);
  std::vector<double> scores;
  for (const std::vector<double>& row : rows) scores.push_back(score(row));
  return scores;
}

double Chrf::score(std::span<const double> sum) const {
  const double factor = static_cast<double>(options_.beta) * options_.beta;
  double f_scores = 0;
  double precisions = 0;
  double recalls = 0;
  int orders = 0;  // that neither side is too short for
  for (std::size_t i = 0; i < sum.size(); i += 3) {
    const double hypothesis = sum[i], reference = sum[i + 1], matches = sum[i + 2];
    const double precision = hypothesis > 0 ? matches / hypothesis : kEpsilon;
    const double recall = reference > 0 ? matches / reference : kEpsilon;
    const double denominator = factor * precision + recall;
    f_scores += denominator > 0 ? (1 + factor) * precision * recall / denominator : kEpsilon;
    if (hypothesis == 0 || reference == 0) continue;
    precisions += precision;
    recalls += recall;
    ++orders;
  }
  if (options_.eps_smoothing) return 100 * f_scores / (options_.char_order + options_.word_order);
  if (orders == 0 || precisions + recalls == 0) return 0;
  precisions /= orders;
  recalls /= orders;
  return 100 * ((1 + factor) * precisions * recalls / (factor * precisions + recalls));
}

ScoreReport Chrf::report(std::span<const double> sum, int references) const {
  const auto yes = [](bool value) { return value ? "yes" : "no"; };
  return {fmt::format("chrF{}{}", options_.beta, std::string(static_cast<std::size_t>(options_.word_order), '+')),
          score(sum),
          {{{"nrefs", signature_references(references)},
            {"case", options_.lowercase ? "lc" : "mixed"},
            {"eff", yes(!options_.eps_smoothing)},
            {"nc", fmt::to_string(options_.char_order)},
            {"nw", fmt::to_string(options_.word_order)},
            {"space", yes(options_.whitespace)},
            {"version", signature_version()}}},
          ""};
}

}  // namespace dragoman
