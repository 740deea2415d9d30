#include "metrics/rouge.h"

#include "metrics/common_subsequence.h"
#include "metrics/id_table.h"
#include "metrics/ngram_matcher.h"
#include "metrics/porter_stemmer.h"
#include "metrics/segment_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

struct Fractions {
  double precision = 0;
  double recall = 0;

  double f1() const { return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0; }
};

Fractions fractions(std::size_t common, std::size_t in_hypothesis, std::size_t in_reference) {
  const auto share = [&](std::size_t total) {
    return static_cast<double>(common) / static_cast<double>(std::max<std::size_t>(total, 1));
  };
  return {share(in_hypothesis), share(in_reference)};
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Appends the words of `text`, each with a space behind it.
void append_words(std::string_view text, bool stem, std::string& words) {
  const std::string lower = to_lowercase(text);
  auto at = std::ranges::find_if(lower, is_letter_or_digit);
  while (at != lower.end()) {
    const auto end = std::find_if_not(at, lower.end(), is_letter_or_digit);
    const std::string_view word(at, end);
    if (stem && word.size() > 3) {
      words += porter_stem(word);
    } else {
      words += word;
    }
    words += ' ';
    at = std::find_if(end, lower.end(), is_letter_or_digit);
  }
}

}  // namespace

void RougeOptions::validate() const {
  if (sentence_separator.empty()) {
    throw std::invalid_argument("the sentence separator is empty; it must have at least one character");
  }
}

class Rouge::Counter : public SentenceCounter {
 public:
  explicit Counter(const RougeOptions& options)
      : options_(options), order_(options.type == RougeType::k2 ? 2 : 1), matcher_(order_) {}

  void count(std::string_view hypothesis, std::span<const std::string_view> references,
             std::span<double> row) override {
    read(hypothesis, hypothesis_);  // the table refers to its characters
    table_.reset(hypothesis_.words.size());
    hypothesis_.ids.clear();
    for (const std::string_view word : hypothesis_.words) hypothesis_.ids.push_back(table_.find_or_add(word));
    if (counts_ngrams()) matcher_.set_hypothesis(hypothesis_.ids);
    for (std::size_t i = 0; i < references.size(); ++i) {
      read(references[i], reference_);
      reference_.ids.clear();
      for (const std::string_view word : reference_.words) reference_.ids.push_back(table_.find(word));
      const Fractions found = compare();
      if (i > 0 && found.f1() <= row[2]) continue;
      row[0] = found.precision;
      row[1] = found.recall;
      row[2] = found.f1();
    }
    row[3] = 1;
  }

 private:
  using Tokens = std::span<const std::uint32_t>;

  struct Text {
    std::string buffer;
    std::vector<std::string_view> words;  // views into `buffer`
    std::vector<std::uint32_t> ids;       // of the words; WordTable::kAbsent for those that the hypothesis lacks
    std::vector<std::size_t> ends;        // words up to the end of each sentence

    Tokens sentence(std::size_t i) const {
      const std::size_t begin = i == 0 ? 0 : ends[i - 1];
      return Tokens(ids).subspan(begin, ends[i] - begin);
    }
  };

  bool counts_ngrams() const { return options_.type == RougeType::k1 || options_.type == RougeType::k2; }

  void read(std::string_view segment, Text& text) const {
    text.buffer.clear();
    text.ends.clear();
    const std::string& separator = options_.sentence_separator;
    for (std::size_t begin = 0; begin <= segment.size();) {
      const std::size_t end = std::min(segment.find(separator, begin), segment.size());
      append_words(segment.substr(begin, end - begin), options_.stem, text.buffer);
      text.ends.push_back(static_cast<std::size_t>(std::ranges::count(text.buffer, ' ')));
      begin = end == segment.size() ? end + 1 : end + separator.size();
    }
    split_words(text.buffer, text.words);
  }

  Fractions compare() {
    const std::size_t hypothesis = hypothesis_.ids.size(), reference = reference_.ids.size();
    if (counts_ngrams()) {
      matcher_.forget_references();
      matcher_.add_reference(reference_.ids);
      const auto common = static_cast<std::size_t>(matcher_.matches()[order_ - 1]);
      const auto ngrams = [&](std::size_t words) { return words < order_ ? 0 : words - order_ + 1; };
      return fractions(common, ngrams(hypothesis), ngrams(reference));
    }
    const bool by_sentence = options_.type == RougeType::kLsum;
    const std::size_t common =
        by_sentence ? common_words_by_sentence() : common_.length(reference_.ids, hypothesis_.ids);
    return fractions(common, hypothesis, reference);
  }

  // No word counts more often than it occurs in either text.
  std::size_t common_words_by_sentence() {
    left_in_hypothesis_.assign(table_.size(), 0);
    left_in_reference_.assign(table_.size(), 0);
    for (const std::uint32_t id : hypothesis_.ids) ++left_in_hypothesis_[id];
    for (const std::uint32_t id : reference_.ids) {
      if (id != WordTable::kAbsent) ++left_in_reference_[id];
    }
    std::size_t common = 0;
    for (std::size_t r = 0; r < reference_.ends.size(); ++r) {
      const Tokens sentence = reference_.sentence(r);
      marks_.assign(sentence.size(), false);
      for (std::size_t h = 0; h < hypothesis_.ends.size(); ++h) {
        common_.mark(sentence, hypothesis_.sentence(h), marks_);
      }
      for (std::size_t i = 0; i < sentence.size(); ++i) {
        if (!marks_[i] || left_in_hypothesis_[sentence[i]] == 0 || left_in_reference_[sentence[i]] == 0) continue;
        --left_in_hypothesis_[sentence[i]];
        --left_in_reference_[sentence[i]];
        ++common;
      }
    }
    return common;
  }

  const RougeOptions& options_;
  std::size_t order_;
  NgramMatcher matcher_;
  CommonSubsequence common_;
  WordTable table_;
  Text hypothesis_;
  Text reference_;
  std::vector<bool> marks_;
  std::vector<std::uint32_t> left_in_hypothesis_;  // occurrences of each word that have not been counted yet
  std::vector<std::uint32_t> left_in_reference_;
};

Rouge::Rouge(RougeOptions options) : options_(std::move(options)) {
  options_.validate();
}

std::unique_ptr<SentenceCounter> Rouge::make_counter() const {
  return std::make_unique<Counter>(options_);
}

double Rouge::score(std::span<const double> sum) const {
  return 100 * (sum[2] / sum[3]);
}

ScoreReport Rouge::report(std::span<const double> sum, int references) const {
  // "rougeLsum" is called ROUGE-Lsum.
  const std::string name = fmt::format("ROUGE-{}", to_string(options_.type).substr(std::string_view("rouge").size()));
  return {name,
          score(sum),
          {{{"nrefs", signature_references(references)},
            {"stem", options_.stem ? "yes" : "no"},
            {"version", signature_version()}}},
          fmt::format("(P = {:.2f} R = {:.2f})", 100 * (sum[0] / sum[3]), 100 * (sum[1] / sum[3]))};
}

}  // namespace dragoman
