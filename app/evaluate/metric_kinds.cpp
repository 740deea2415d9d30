#include "app/evaluate/metric_kind.h"
#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/rouge.h"
#include "metrics/segment_text.h"
#include "metrics/ter.h"
#include "metrics/text_warnings.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace dragoman {
namespace {

std::string without_case_and_hyphens(std::string_view name) {
  std::string letters;
  for (const unsigned char c : name) {
    if (c != '-') letters += static_cast<char>(std::tolower(c));
  }
  return letters;
}

class BleuKind : public MetricKind {
 public:
  std::vector<std::string_view> names() const override { return {"bleu"}; }
  std::string heading() const override { return "BLEU"; }

  void add_options(CommandLine& line) override {
    line.choose("tokenize", options_.tokenizer,
                "how words are told apart; 'none' for text that is tokenised already, 'spm' with --tokenizer-model")
        .common = true;
    line.add("tokenizer-model", options_.tokenizer_model, "FILE", "a SentencePiece model, for 'spm'");
    line.add("lowercase", options_.lowercase, "ignore case").common = true;
    line.choose("smooth-method", options_.smoothing, "what stands in for a precision of 0");
    line.add("smooth-value", options_.smooth_value, "X", "for floor (unless given: 0.1) and add-k (1)");
  }

  void validate() const override { options_.validate(); }

  std::unique_ptr<Metric> make(std::string_view) const override { return std::make_unique<Bleu>(options_); }

  std::unique_ptr<Metric> make_for_sentences(std::string_view) const override {
    BleuOptions options = options_;
    options.effective_order = true;
    return std::make_unique<Bleu>(std::move(options));
  }

  std::optional<std::string> doubt_hypotheses(std::span<const std::string> hypotheses) const override {
    return options_.tokenizer == BleuTokenizer::kNone ? std::nullopt : tokenised_text_warning(hypotheses);
  }

  // Where the tokenizer makes pieces of words, as 13a has them.
  std::optional<SplitWords> words() const override {
    const auto tokenizer = options_.tokenizer == BleuTokenizer::kSpm ? BleuTokenizer::k13a : options_.tokenizer;
    return [tokenizer, lowercase = options_.lowercase, lower = std::string()](
               std::string_view segment, std::string& buffer, std::vector<std::string_view>& words) mutable {
      if (lowercase) {
        lower = to_lowercase(segment);
        segment = lower;
      }
      split_for_bleu(tokenizer, strip_trailing_space(segment), buffer, words);
    };
  }

 private:
  BleuOptions options_;
};

class ChrfKind : public MetricKind {
 public:
  std::vector<std::string_view> names() const override { return {"chrf"}; }
  std::string heading() const override { return "chrF"; }

  // chrf++ is chrF with words.
  std::optional<std::string_view> recognise(std::string_view text) override {
    const bool has_words = text.ends_with("++");
    if (has_words) text.remove_suffix(2);
    const auto name = MetricKind::recognise(text);
    if (name && has_words) options_.word_order = 2;
    return name;
  }

  void add_options(CommandLine& line) override {
    line.add("chrf-char-order", options_.char_order, "N", "characters of the longest n-grams");
    line.add("chrf-word-order", options_.word_order, "N", "words of the longest n-grams; 2 makes it chrF++").common =
        true;
    line.add("chrf-beta", options_.beta, "N", "how much more important recall is than precision");
    line.add("chrf-whitespace", options_.whitespace, "count white space among the characters");
    line.add("chrf-lowercase", options_.lowercase, "ignore case");
    line.add("chrf-eps-smoothing", options_.eps_smoothing, "average over all orders, as chrF++.py does");
  }

  void validate() const override { options_.validate(); }

  std::unique_ptr<Metric> make(std::string_view) const override { return std::make_unique<Chrf>(options_); }

 private:
  ChrfOptions options_;
};

class TerKind : public MetricKind {
 public:
  std::vector<std::string_view> names() const override { return {"ter"}; }
  std::string heading() const override { return "TER"; }

  void add_options(CommandLine& line) override {
    line.add("ter-normalized", options_.normalized, "normalise and tokenise the text");
    line.add("ter-no-punct", options_.no_punct, "remove punctuation");
    line.add("ter-asian-support", options_.asian_support, "treat characters of Asian scripts as words");
    line.add("ter-case-sensitive", options_.case_sensitive, "tell capitals from small letters");
  }

  std::unique_ptr<Metric> make(std::string_view) const override { return std::make_unique<Ter>(options_); }

 private:
  TerOptions options_;
};

class RougeKind : public MetricKind {
 public:
  std::vector<std::string_view> names() const override {
    std::vector<std::string_view> names;
    for (const auto& [type, name] : kEnumNames<RougeType>) names.push_back(name);
    return names;
  }
  std::string heading() const override { return "ROUGE"; }

  void add_options(CommandLine& line) override {
    line.add("rouge-stem", options_.stem, "compare the stems of English words");
    line.add("rouge-separator", options_.sentence_separator, "TEXT",
             "what stands between the sentences of a line, which rougeLsum compares; no word for any of them");
  }

  void validate() const override { options_.validate(); }

  std::unique_ptr<Metric> make(std::string_view name) const override {
    RougeOptions options = options_;
    options.type = enum_named<RougeType>(name);
    return std::make_unique<Rouge>(std::move(options));
  }

  std::optional<std::string> doubt_references(const ReferenceStreams& references) const override {
    return unseen_script_warning(references);
  }

 private:
  RougeOptions options_{.sentence_separator = "<n>"};  // a line holds no line break
};

}  // namespace

std::optional<std::string_view> MetricKind::recognise(std::string_view text) {
  const std::string wanted = without_case_and_hyphens(text);
  for (const std::string_view name : names()) {
    if (without_case_and_hyphens(name) == wanted) return name;
  }
  return std::nullopt;
}

std::vector<std::unique_ptr<MetricKind>> metric_kinds() {
  std::vector<std::unique_ptr<MetricKind>> kinds;
  kinds.push_back(std::make_unique<BleuKind>());
  kinds.push_back(std::make_unique<ChrfKind>());
  kinds.push_back(std::make_unique<TerKind>());
  kinds.push_back(std::make_unique<RougeKind>());
  return kinds;
}

}  // namespace dragoman
