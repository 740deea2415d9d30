#include "decoding/search/next_words.h"

#include "decoding/search/chooser.h"
#include "tokenizer/glossary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

constexpr std::string_view kBlank = "▁";

// Of a word that has more, as in a script without ends of words, these are shown.
constexpr std::size_t kMostTokens = 10;

double log_of_sum(double a, double b) {
  const double larger = std::max(a, b);
  return std::isinf(larger) ? larger : larger + std::log1p(std::exp(std::min(a, b) - larger));
}

std::size_t length_of_blanks(std::string_view text) {
  std::size_t length = 0;
  while (text.substr(length).starts_with(kBlank)) length += kBlank.size();
  return length;
}

// Where the first word of a text ends, with the blanks before it; nothing if it may go on behind the text.
std::optional<std::size_t> end_of_word(std::string_view text) {
  const auto is_in_character = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
  for (std::size_t at = length_of_blanks(text) + 1; at < text.size(); ++at) {
    if (!is_in_character(at) && !is_inside_word(text, at)) return at;
  }
  return std::nullopt;
}

// The beginning of a word that may go on.
struct OpenWord {
  std::vector<std::int32_t> ids;
  double log_prob = 0.0;
  std::int64_t row = 0;    // of the last step, that it goes on from
  std::size_t tokens = 0;  // behind the prefix
};

// The search for the next words of one sentence.
class WordSearch {
 public:
  WordSearch(const TextPrefix& prefix, std::int32_t eos, std::size_t limit, std::size_t count)
      : prefix_(prefix), eos_(eos), limit_(limit), count_(count), open_(1) {}

  const std::vector<OpenWord>& open() const { return open_; }

  // successors: of all that is open, whose first row is this one.
  void advance(const std::vector<Successor>& successors, std::int64_t first_row) {
    std::vector<OpenWord> open;
    for (const Successor& successor : successors) {
      const OpenWord& before = open_[static_cast<std::size_t>(successor.row)];
      if (successor.id == eos_) {
        const std::string text = prefix_.text_behind(before.ids).value_or("");
        add(text.substr(0, length_of_blanks(text) == text.size() ? 0 : text.size()), true, before.ids,
            successor.log_prob);
        continue;
      }
      OpenWord next{before.ids, successor.log_prob, first_row + successor.row, before.tokens};
      next.ids.push_back(successor.id);
      take(std::move(next), open);
    }
    std::ranges::stable_sort(open, std::ranges::greater(), &OpenWord::log_prob);
    open.resize(std::min(open.size(), open_words(count_)));
    open_ = std::move(open);
    if (is_over()) open_.clear();
  }

  std::vector<NextWord> best() const {
    std::vector<NextWord> words;
    for (const auto& [text, found] : words_) words.push_back(found.word);
    std::ranges::stable_sort(words, std::ranges::greater(), &NextWord::log_prob);
    words.resize(std::min(words.size(), count_));
    return words;
  }

 private:
  struct Found {
    NextWord word;
    double best_spelling;  // its log-probability
  };

  void take(OpenWord word, std::vector<OpenWord>& open) {
    const std::optional<std::string> text = prefix_.text_behind(word.ids);
    if (text) {
      const bool behind = prefix_.text_behind(std::span(word.ids).first(word.ids.size() - 1)).has_value();
      // What no text stands for, such as a byte, cannot be named.
      if (behind && prefix_.vocabulary().of(word.ids.back()).empty()) return;
      if (!text->empty()) ++word.tokens;
      if (const auto end = end_of_word(*text)) return add(text->substr(0, *end), true, word.ids, word.log_prob);
    }
    if (word.ids.size() >= limit_ || word.tokens >= kMostTokens) {
      if (text) add(*text, false, word.ids, word.log_prob);
      return;
    }
    open.push_back(std::move(word));
  }

  void add(const std::string& text, bool is_whole, const std::vector<std::int32_t>& ids, double log_prob) {
    const auto [place, is_new] = words_.try_emplace(text, Found{{text, is_whole, log_prob, ids}, log_prob});
    if (is_new) return;
    auto& [word, best_spelling] = place->second;
    word.log_prob = log_of_sum(word.log_prob, log_prob);
    word.is_whole &= is_whole;
    if (log_prob <= best_spelling) return;
    best_spelling = log_prob;
    word.ids = ids;
  }

  // Whether what is open is too little to make a word one of the best that is not one now.
  bool is_over() const {
    std::vector<double> found;
    for (const auto& [text, one] : words_) found.push_back(one.word.log_prob);
    if (found.size() < count_) return open_.empty();
    std::ranges::sort(found, std::ranges::greater());
    double others = found.size() > count_ ? found[count_] : -std::numeric_limits<double>::infinity();
    for (const OpenWord& word : open_) others = log_of_sum(others, word.log_prob);
    return found[count_ - 1] >= others;
  }

  const TextPrefix& prefix_;
  std::int32_t eos_;
  std::size_t limit_, count_;
  std::vector<OpenWord> open_;
  std::map<std::string, Found> words_;
};

// The rows of one step: what is open in every sentence.
struct WordStep : StepRows {
  std::vector<std::int32_t> previous;
  std::vector<std::int64_t> parents;
  std::vector<std::vector<double>> log_probs;

  WordStep(const std::vector<WordSearch>& searches, std::span<const SearchedSentence> asked,
           std::span<const Constraint* const> of_all, std::int32_t start) {
    log_probs.resize(searches.size());
    for (std::size_t i = 0; i < searches.size(); ++i) {
      const std::int64_t first_row = std::ssize(previous);
      for (const OpenWord& word : searches[i].open()) {
        previous.push_back(word.ids.empty() ? start : word.ids.back());
        parents.push_back(word.ids.empty() ? first_row : word.row);
        allowed.push_back(allowed_behind(word.ids, of_all, asked[i].constraints));
        log_probs[i].push_back(word.log_prob);
      }
      if (!log_probs[i].empty()) sentences.push_back({first_row, log_probs[i], static_cast<std::int64_t>(i)});
    }
  }
};

}  // namespace

std::size_t open_words(std::size_t count) {
  return std::max<std::size_t>(2 * count, 16);
}

std::vector<std::vector<NextWord>> next_words(StepScorer& scorer, std::span<const SearchedSentence> sentences,
                                              const SearchTokens& tokens, const SearchOptions& options,
                                              std::vector<const Constraint*> of_all,
                                              std::span<const TextPrefix* const> prefixes, std::size_t count) {
  options.validate();
  const MinimumLength minimum(tokens.eos, options.min_length);
  of_all.push_back(&minimum);
  std::vector<WordSearch> searches;
  for (std::size_t i = 0; i < prefixes.size(); ++i)
    searches.emplace_back(*prefixes[i], tokens.eos,
                          static_cast<std::size_t>(options.length_limit(sentences[i].source_length)), count);
  while (true) {
    const WordStep step(searches, sentences, of_all, tokens.start);
    if (step.previous.empty()) break;
    const std::unique_ptr<const NextTokens> following = scorer.step(step.previous, step.parents);
    const Candidates candidates = following->best({static_cast<std::int64_t>(open_words(count)), step.allowed});
    const SuccessorTable table(candidates, step.allowed.size());
    for (const SentenceRows& rows : step.sentences) {
      std::vector<Successor> successors;
      table.append_to(successors, rows);
      searches[static_cast<std::size_t>(rows.sentence)].advance(successors, rows.first_row);
    }
  }
  std::vector<std::vector<NextWord>> found;
  for (const WordSearch& search : searches) found.push_back(search.best());
  return found;
}

}  // namespace dragoman
