#include "decoding/engine/model_ensemble.h"

#include "decoding/engine/model_scorer.h"
#include "decoding/engine/shortlisted_output.h"
#include "model/architecture.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace dragoman {
namespace {

using Lists = std::vector<std::vector<std::int32_t>>;

/// One model's part in the search for one batch: the sentences that it has read, and what scores by them.
class ScorerOfOne : public BatchScorer {
 public:
  // lists: none: the whole vocabulary
  ScorerOfOne(const Engine& engine, const TextFrame& frame, std::span<const Engine::Ids> sentences,
              std::optional<Lists> lists, std::span<const std::int32_t> forbidden)
      : start_(frame.target_before.back()) {
    const Seq2SeqModel& model = engine.model();
    const Memory memory = engine.encode({}, frame, sentences);
    if (lists) shortlisted_.emplace(model.output_layer(), model.weight_type(), std::move(*lists), forbidden);
    scorer_.emplace(model, memory, engine.output(), shortlisted_ ? &*shortlisted_ : nullptr);
    scorer_->begin_with(std::span(frame.target_before).first(frame.target_before.size() - 1));
  }

  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override {
    std::vector<std::int32_t> own(previous.begin(), previous.end());
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (parents[i] >= begun_) own[i] = start_;
    }
    begun_ = static_cast<std::int64_t>(own.size());
    return scorer_->step(own, parents);
  }

  void join(const BatchScorer& other) override { scorer_->join(*dynamic_cast<const ScorerOfOne&>(other).scorer_); }

 private:
  std::int32_t start_;
  std::int64_t begun_ = 0;  // rows that have taken a token; those behind them are to take the first
  std::optional<ShortlistedOutput> shortlisted_;
  std::optional<ModelScorer> scorer_;
};

/// Those of all models, as one.
class ScorerOfSeveral : public BatchScorer {
 public:
  ScorerOfSeveral(std::vector<std::unique_ptr<BatchScorer>> scorers, const EnsembleOptions& options)
      : scorers_(std::move(scorers)), ensemble_(pointers(), options) {}

  std::unique_ptr<const NextTokens> step(std::span<const std::int32_t> previous,
                                         std::span<const std::int64_t> parents) override {
    return ensemble_.step(previous, parents);
  }

  void join(const BatchScorer& other) override {
    const auto& joining = dynamic_cast<const ScorerOfSeveral&>(other);
    for (std::size_t i = 0; i < scorers_.size(); ++i) scorers_[i]->join(*joining.scorers_[i]);
  }

 private:
  std::vector<StepScorer*> pointers() const {
    std::vector<StepScorer*> all;
    for (const auto& scorer : scorers_) all.push_back(scorer.get());
    return all;
  }

  std::vector<std::unique_ptr<BatchScorer>> scorers_;
  EnsembleScorer ensemble_;
};

// Both ascending.
std::vector<std::int32_t> with_needed(std::vector<std::int32_t> list, Engine::Ids needed) {
  if (needed.empty()) return list;
  std::vector<std::int32_t> all;
  std::ranges::set_union(list, needed, std::back_inserter(all));
  return all;
}

// Of a model with one pair of them.
LanguagePair own_languages(const ModelConfig& config) {
  if (!config.text_template.languages.empty()) return {};
  return {config.trained_on.source_lang, config.trained_on.target_lang};
}

bool differ(const std::optional<std::string>& one, const std::optional<std::string>& other) {
  return one && other && language_alone(*one) != language_alone(*other);
}

}  // namespace

std::size_t SourceIds::longest() const {
  std::size_t longest = ids.size();
  for (const std::vector<std::int32_t>& other : others) longest = std::max(longest, other.size());
  return longest;
}

std::optional<std::string> ensemble_obstacle(const Engine& one, const Engine& other) {
  if (!reads_source(other.config())) return "one of them is a language model";
  if (!one.tokenizers().target.has_files_of(other.tokenizers().target)) {
    return "their target vocabularies differ; train the one with that of the other (--target-tokenizer of train)";
  }
  const ModelConfig &a = one.config(), &b = other.config();
  const LanguagePair first = own_languages(a), second = own_languages(b);
  if (differ(first.source, second.source) || differ(first.target, second.target)) {
    return fmt::format("one has learned {}, the other {}", name_of(first), name_of(second));
  }
  if (a.target_order != b.target_order) {
    return fmt::format("one makes translations {}, the other {}", to_string(a.target_order), to_string(b.target_order));
  }
  if (a.target_vocabulary != b.target_vocabulary) {
    return fmt::format("one scores {} target tokens, the other {}", a.target_vocabulary, b.target_vocabulary);
  }
  if (a.special_ids != b.special_ids) return "the ids of their special tokens differ";
  return std::nullopt;
}

ModelEnsemble::ModelEnsemble(std::vector<std::shared_ptr<const Engine>> engines, const LanguagePair& languages,
                             const EnsembleOptions& options)
    : engines_(std::move(engines)), options_(options) {
  options_.validate(engines_.size());
  for (const auto& engine : engines_) {
    if (const auto obstacle = ensemble_obstacle(first(), *engine))
      throw std::invalid_argument("these models cannot search together: " + *obstacle);
    frames_.push_back(text_frame(engine->config(), languages));
    if (frames_.back().end != frame().end)
      throw std::invalid_argument("these models cannot search together: they end translations by different tokens");
    vocabularies_.push_back(number_of_vocabulary(engine->tokenizers().source));
  }
}

// Of the next model.
std::size_t ModelEnsemble::number_of_vocabulary(const Tokenizer& tokenizer) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < vocabularies_.size(); ++i) {
    if (engines_[i]->tokenizers().source.has_files_of(tokenizer)) return vocabularies_[i];
    count = std::max(count, vocabularies_[i] + 1);
  }
  return count;
}

std::vector<SourceVocabulary> ModelEnsemble::source_vocabularies(int wanted) const {
  std::vector<SourceVocabulary> vocabularies;
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    const Engine& engine = *engines_[i];
    const std::size_t longest = engine.longest_text(frames_[i], wanted);
    if (vocabularies_[i] == vocabularies.size()) vocabularies.push_back({engine.tokenizers().source, longest});
    SourceVocabulary& vocabulary = vocabularies[vocabularies_[i]];
    vocabulary.limit = std::min(vocabulary.limit, longest);
    if (const auto known = engine.config().trained_on.source_length_p999) {
      const auto usual = static_cast<std::size_t>(*known);
      vocabulary.usual = std::min(usual, vocabulary.usual.value_or(usual));
    }
  }
  return vocabularies;
}

std::optional<int> ModelEnsemble::longest_translation() const {
  std::optional<int> longest;
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    const auto positions = engines_[i]->config().longest_sentence();
    if (!positions) continue;
    const int of_model = std::max(*positions - static_cast<int>(frames_[i].target_before.size()) + 1, 1);
    longest = longest ? std::min(*longest, of_model) : of_model;
  }
  return longest;
}

bool ModelEnsemble::joins() const {
  return !first().shortlist() &&
         std::ranges::all_of(engines_, [](const auto& engine) { return engine->model().joins(); });
}

std::unique_ptr<BatchScorer> ModelEnsemble::start(std::span<const SourceIds> sentences,
                                                  std::span<const std::int32_t> forbidden,
                                                  std::span<const Engine::Ids> needed) const {
  std::optional<Lists> lists;
  if (const Shortlist* shortlist = first().shortlist()) {
    lists.emplace();
    for (std::size_t i = 0; i < sentences.size(); ++i)
      lists->push_back(with_needed(shortlist->list_for(sentences[i].ids), needed.empty() ? Engine::Ids() : needed[i]));
  }
  std::vector<std::unique_ptr<BatchScorer>> scorers;
  for (std::size_t i = 0; i < engines_.size(); ++i) {
    std::vector<Engine::Ids> read;
    for (const SourceIds& sentence : sentences)
      read.push_back(vocabularies_[i] == 0 ? sentence.ids : sentence.others[vocabularies_[i] - 1]);
    scorers.push_back(std::make_unique<ScorerOfOne>(*engines_[i], frames_[i], read, lists, forbidden));
  }
  if (scorers.size() == 1) return std::move(scorers.front());
  return std::make_unique<ScorerOfSeveral>(std::move(scorers), options_);
}

}  // namespace dragoman
