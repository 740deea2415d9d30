#include "app/evaluate/evaluate_metrics.h"

#include "metrics/segment_text.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <string>
#include <utility>

namespace dragoman {
namespace {

// The options of each metric, so that one given in vain can be named.
const std::vector<std::pair<std::vector<MetricName>, std::vector<const char*>>> kOptionsOf = {
    {{MetricName::bleu}, {"tokenize", "tokenizer-model", "lowercase", "smooth-method", "smooth-value"}},
    {{MetricName::chrf},
     {"chrf-char-order", "chrf-word-order", "chrf-beta", "chrf-whitespace", "chrf-lowercase", "chrf-eps-smoothing"}},
    {{MetricName::ter}, {"ter-normalized", "ter-no-punct", "ter-asian-support", "ter-case-sensitive"}},
    {{MetricName::rouge1, MetricName::rouge2, MetricName::rouge_l, MetricName::rouge_lsum},
     {"rouge-stem", "rouge-separator"}}};

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// As people write them: in any case, with or without a hyphen.
MetricName metric_named(const std::string& text) {
  const auto plain = [](std::string_view name) {
    std::string letters;
    for (const unsigned char c : name) {
      if (c != '-') letters += static_cast<char>(std::tolower(c));
    }
    return letters;
  };
  for (const auto& [value, name] : kEnumNames<MetricName>) {
    if (plain(name) == plain(text)) return value;
  }
  return enum_named<MetricName>(text);
}

// Several names may stand in one text, with commas between them. chrf++ is chrF with words.
Option metric_list(MetricChoice& choice) {
  Option option;
  option.kind = Option::Kind::list;
  option.early = true;  // --chrf-word-order refines chrf++
  option.set = [&choice](const std::vector<std::string>& texts) {
    std::vector<MetricName> chosen;
    for (const std::string& text : texts) {
      for (const std::string& name : split_at_commas(text)) {
        const bool has_words = name.ends_with("++");
        chosen.push_back(metric_named(has_words ? name.substr(0, name.size() - 2) : name));
        if (std::ranges::count(chosen, chosen.back()) > 1)
          throw std::invalid_argument(fmt::format("{} is there twice", name));
        if (has_words && chosen.back() != MetricName::chrf) metric_named(name);
        if (has_words) choice.chrf.word_order = 2;
      }
    }
    choice.names = std::move(chosen);
  };
  option.get = [&choice] {
    std::vector<std::string> texts;
    for (const MetricName name : choice.names) texts.emplace_back(to_string(name));
    return texts;
  };
  return option;
}

void add_bleu_options(CommandLine& line, BleuOptions& options) {
  line.group("BLEU");
  line.choose("tokenize", options.tokenizer,
              "how words are told apart; 'none' for text that is tokenised already, 'spm' with --tokenizer-model")
      .common = true;
  line.add("tokenizer-model", options.tokenizer_model, "FILE", "a SentencePiece model, for 'spm'");
  line.add("lowercase", options.lowercase, "ignore case").common = true;
  line.choose("smooth-method", options.smoothing, "what stands in for a precision of 0");
  line.add("smooth-value", options.smooth_value, "X", "for floor (unless given: 0.1) and add-k (1)");
}

void add_chrf_options(CommandLine& line, ChrfOptions& options) {
  line.group("chrF");
  line.add("chrf-char-order", options.char_order, "N", "characters of the longest n-grams");
  line.add("chrf-word-order", options.word_order, "N", "words of the longest n-grams; 2 makes it chrF++").common = true;
  line.add("chrf-beta", options.beta, "N", "how much more important recall is than precision");
  line.add("chrf-whitespace", options.whitespace, "count white space among the characters");
  line.add("chrf-lowercase", options.lowercase, "ignore case");
  line.add("chrf-eps-smoothing", options.eps_smoothing, "average over all orders, as chrF++.py does");
}

void add_ter_options(CommandLine& line, TerOptions& options) {
  line.group("TER");
  line.add("ter-normalized", options.normalized, "normalise and tokenise the text");
  line.add("ter-no-punct", options.no_punct, "remove punctuation");
  line.add("ter-asian-support", options.asian_support, "treat characters of Asian scripts as words");
  line.add("ter-case-sensitive", options.case_sensitive, "tell capitals from small letters");
}

void add_rouge_options(CommandLine& line, RougeOptions& options) {
  line.group("ROUGE");
  line.add("rouge-stem", options.stem, "compare the stems of English words");
  line.add("rouge-separator", options.sentence_separator, "TEXT",
           "what stands between the sentences of a line, which rougeLsum compares; no word for any of them");
}

std::unique_ptr<Metric> make_rouge(MetricName name, RougeOptions options) {
  options.type = enum_named<RougeType>(to_string(name));
  return std::make_unique<Rouge>(std::move(options));
}

std::unique_ptr<Metric> make_metric(MetricName name, const MetricChoice& choice) {
  switch (name) {
    case MetricName::bleu:
      return std::make_unique<Bleu>(choice.bleu);
    case MetricName::chrf:
      return std::make_unique<Chrf>(choice.chrf);
    case MetricName::ter:
      return std::make_unique<Ter>(choice.ter);
    default:
      return make_rouge(name, choice.rouge);
  }
}

}  // namespace

bool is_rouge(MetricName name) {
  return to_string(name).starts_with("rouge");
}

bool MetricChoice::has(MetricName name) const {
  return std::ranges::count(names, name) > 0;
}

void add_metric_options(CommandLine& line, MetricChoice& choice) {
  line.group("Metrics");
  std::vector<std::string_view> names;
  for (const auto& [value, name] : kEnumNames<MetricName>) names.push_back(name);
  line.add_custom("metrics", metric_list(choice), "NAME",
                  fmt::format("one or more of {}; chrf++ is chrf with --chrf-word-order 2", fmt::join(names, ", ")))
      .common = true;
  add_bleu_options(line, choice.bleu);
  add_chrf_options(line, choice.chrf);
  add_ter_options(line, choice.ter);
  add_rouge_options(line, choice.rouge);
}

void check_metric_options(const CommandLine& line, const MetricChoice& choice) {
  for (const auto& [metrics, options] : kOptionsOf) {
    const auto is_chosen = [&](MetricName name) { return choice.has(name); };
    if (std::ranges::any_of(metrics, is_chosen)) continue;
    for (const char* option : options) {
      if (!line.asked(option)) continue;
      throw std::invalid_argument(
          fmt::format("--{} is an option of {}, which --metrics does not name", option, to_string(metrics.front())));
    }
  }
  choice.bleu.validate();
  choice.chrf.validate();
  choice.rouge.validate();
}

std::vector<EvaluatedMetric> make_metrics(const MetricChoice& choice) {
  MetricChoice for_sentences = choice;
  for_sentences.bleu.effective_order = true;
  std::vector<EvaluatedMetric> metrics;
  for (const MetricName name : choice.names)
    metrics.push_back({make_metric(name, choice), make_metric(name, for_sentences)});
  return metrics;
}

SplitWords word_splitter(const BleuOptions& options) {
  const BleuTokenizer tokenizer = options.tokenizer == BleuTokenizer::kSpm ? BleuTokenizer::k13a : options.tokenizer;
  return [tokenizer, lowercase = options.lowercase, lower = std::string()](
             std::string_view segment, std::string& buffer, std::vector<std::string_view>& words) mutable {
    if (lowercase) {
      lower = to_lowercase(segment);
      segment = lower;
    }
    split_for_bleu(tokenizer, strip_trailing_space(segment), buffer, words);
  };
}

}  // namespace dragoman
