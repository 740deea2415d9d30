#include "app/ready_translator.h"

#include "app/risk_metric.h"
#include "app/translation_by_two.h"
#include "decoding/markup/link_steps.h"
#include "decoding/markup/marked_translation.h"
#include "decoding/text/least_risk.h"
#include "formats/model_directory.h"
#include "model/architecture.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

struct OneModel {
  Translator translator;
  std::string fingerprint;
};

OneModel make_one(const CommandLine& line, TranslationOptions options, const Notice& notice, EngineShelf& shelf) {
  auto [engine, fingerprint] = shelf.get(options, notice);
  follow_model(line, engine->config(), options);
  std::vector<std::shared_ptr<const Engine>> engines{std::move(engine)};
  for (const std::string& name : options.companions) {
    TranslationOptions companion = options;
    companion.model = name;
    companion.shortlist = false;  // the first one's is for all
    ReadyEngine other = shelf.get(companion, notice);
    fingerprint += "," + other.fingerprint;
    engines.push_back(std::move(other.engine));
    if (const auto obstacle = ensemble_obstacle(*engines.front(), *engines.back())) {
      throw std::invalid_argument(
          fmt::format("--model {} and {} cannot search together: {}", options.model, name, *obstacle));
    }
  }
  return {Translator(std::move(engines), options.translator), std::move(fingerprint)};
}

// What comes out of the first is what goes into the second.
std::optional<std::string> language_between(const TranslationOptions& options) {
  if (!options.via_lang.empty()) return options.via_lang;
  const TrainingFacts first = load_config(options.via).trained_on, second = load_config(options.model).trained_on;
  const auto out = first.target_lang, in = second.source_lang;
  if (out && in && language_alone(*out) != language_alone(*in)) {
    const bool crossed = second.target_lang && first.source_lang == second.target_lang;
    throw std::invalid_argument(fmt::format("--via {} translates into {}, but --model {} from {}{}", options.via, *out,
                                            options.model, *in, crossed ? "; exchange the two" : ""));
  }
  return out ? out : in;
}

ReadyTranslator make_two(const CommandLine& line, const TranslationOptions& options, const Notice& notice,
                         EngineShelf& shelf) {
  for (const std::string& model : {options.via, options.model}) require_source(load_config(model));
  TranslationOptions first = options, second = options;
  first.model = options.via;
  first.companions.clear();
  first.translator.ensemble = {};
  first.translator.search.n_best = 1;
  first.translator.alternatives = 0;
  first.mbr = RiskMetric::none;
  first.rerank.clear();
  first.distinct = false;
  // A search: what is drawn, and what must not come, is said of the translations that are wanted.
  if (first.translator.sampling.has_value()) first.translator.search.beam_size = SearchOptions().beam_size;
  first.translator.sampling = std::nullopt;
  first.translator.suppressed.clear();
  first.translator.diversity = {};
  first.translator.languages.target = second.translator.languages.source = language_between(options);
  const auto make = [&](const TranslationOptions& one) {
    try {
      return make_one(line, one, notice, shelf);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("{}: {}; --via-lang is the language between", one.model, error.what()));
    }
  };
  OneModel via = make(first), last = make(second);
  return {std::move(via.translator), std::move(last.translator), via.fingerprint + "+" + last.fingerprint};
}

ReadyTranslator make_models(const CommandLine& line, const TranslationOptions& options, const Notice& notice,
                            EngineShelf& shelf) {
  if (options.via.empty()) {
    if (!options.via_lang.empty()) throw std::invalid_argument("--via-lang is about two models; give --via, too");
    auto [translator, fingerprint] = make_one(line, options, notice, shelf);
    return {std::nullopt, std::move(translator), std::move(fingerprint)};
  }
  return make_two(line, options, notice, shelf);
}

// Of what the translations are in the end.
void report_terms(std::span<const std::int64_t> numbers, std::span<const Translation> translations,
                  LineReport& report) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::vector<bool>& found = translations[i].terms_found;
    if (!found.empty())
      report.add_terms(numbers[i], found.size(), static_cast<std::size_t>(std::ranges::count(found, false)));
  }
}

}  // namespace

std::optional<PunctuationNormaliser> punctuation_before(const Translator& first, const TranslationOptions& options) {
  if (options.normalise == LineNormalisation::none) return std::nullopt;
  const std::optional<std::string>& given = first.options().languages.source;
  return PunctuationNormaliser(given ? *given : first.engine().config().trained_on.source_lang.value_or(""));
}

std::vector<Translation> ReadyTranslator::translate(std::vector<LineRequest> requests, LineReport& report,
                                                    const Interruption& interruption) const {
  if (marks) return translate_marked_lines(requests, report, *marks, interruption);
  std::vector<std::int64_t> numbers;
  for (const LineRequest& request : requests) numbers.push_back(request.number);
  std::vector<Translation> translations = translate_texts(std::move(requests), report, interruption);
  report_terms(numbers, translations, report);
  return translations;
}

std::vector<Translation> ReadyTranslator::translate_marked_lines(std::span<const LineRequest> requests,
                                                                 LineReport& report, const ReadyMarkup& other_marks,
                                                                 const Interruption& interruption) const {
  std::vector<std::string> instructions, rest;
  std::vector<std::int64_t> numbers;
  for (const LineRequest& request : requests) {
    numbers.push_back(request.number);
    const std::string& before = instructions.emplace_back(other_marks.instructions_of(request.text));
    rest.push_back(request.text.substr(before.size()));
    if (before.empty()) continue;
    instructions.back() += ' ';
    if (rest.back().starts_with(' ')) rest.back().erase(0, 1);
  }
  LineReport unheard({});  // what is said of a text is said once
  bool again = false;
  const auto translate = [&](std::span<const TextOfLine> of_lines) {
    std::vector<LineRequest> texts;
    for (const TextOfLine& one : of_lines) {
      LineRequest& text = texts.emplace_back(requests[one.line]);
      text.text = instructions[one.line] + one.text;
      text.linked = one.linked;
      if (!one.first) text.prefix.clear();
      text.has_alternatives &= one.first;
    }
    std::vector<Translation> translations =
        translate_texts(std::move(texts), std::exchange(again, true) ? unheard : report, interruption);
    for (std::size_t i = 0; i < translations.size(); ++i) {
      for (Translation::Output& output : translations[i].outputs)
        output.links = links_behind(instructions[of_lines[i].line].size(), output.links);
    }
    return translations;
  };
  const TranslatorOptions& options = translator.options();
  const JoinRules join{options.search, options.sampling.has_value(), risk != nullptr || reranker != nullptr, chosen};
  std::vector<Translation> translations = translate_marked(rest, other_marks.rules(), join, translate);
  report_terms(numbers, translations, report);
  return translations;
}

std::vector<Translation> ReadyTranslator::translate_texts(std::vector<LineRequest> requests, LineReport& report,
                                                          const Interruption& interruption) const {
  std::vector<LanguagePair> pairs;
  std::vector<std::string> given, normalised;  // texts that are linked, else empty
  for (LineRequest& request : requests) {
    given.push_back(request.linked ? request.text : "");
    if (punctuation) request.text = (*punctuation)(request.text);
    normalised.push_back(request.linked ? request.text : "");
    if (std::ranges::find(pairs, request.languages) == pairs.end()) pairs.push_back(request.languages);
  }
  std::vector<Translation> translations(requests.size());
  for (const LanguagePair& pair : pairs) {
    std::vector<SourceLine> lines;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (requests[i].languages != pair) continue;
      lines.push_back(std::move(requests[i]));
      places.push_back(i);
    }
    std::vector<Translation> found = translate_into(pair, std::move(lines), report, interruption);
    for (std::size_t k = 0; k < places.size(); ++k) translations[places[k]] = std::move(found[k]);
  }
  for (std::size_t i = 0; punctuation && i < translations.size(); ++i) {
    for (Translation::Output& output : translations[i].outputs)
      output.links = links_from_changed(given[i], normalised[i], output.links);
  }
  return translations;
}

std::vector<Translation> ReadyTranslator::translate_lines(std::span<const std::string> lines,
                                                          std::int64_t first_line_number, LineReport& report) const {
  std::vector<LineRequest> requests;
  for (const std::string& line : lines) requests.push_back({{line, first_line_number + std::ssize(requests)}});
  return translate(std::move(requests), report);
}

std::vector<Translation> ReadyTranslator::translate_into(const LanguagePair& languages, std::vector<SourceLine> lines,
                                                         LineReport& report, const Interruption& interruption) const {
  const std::int64_t first = lines.front().number;
  const auto into = [&](LanguageTranslators& made, const Translator& one, const LanguagePair& wanted) {
    try {
      return made.of(one, wanted);
    } catch (const std::invalid_argument& error) {
      throw std::runtime_error(fmt::format("line {}: {}", first, error.what()));
    }
  };
  const OutputChoice choose = choice();
  if (languages == LanguagePair()) {
    return via ? translate_by_two(*via, translator, std::move(lines), report, interruption, choose)
               : translator.translate(lines, report, interruption, choose);
  }
  if (reranker)
    throw std::runtime_error(
        fmt::format("line {}: has languages of its own, but the models of --rerank score one pair", first));
  if (!via) return into(*others, translator, languages)->translate(lines, report, interruption, choose);
  return translate_by_two(*into(*others_via, *via, {languages.source, std::nullopt}),
                          *into(*others, translator, {std::nullopt, languages.target}), std::move(lines), report,
                          interruption, choose);
}

OutputChoice ReadyTranslator::choice() const {
  if (risk) {
    return [this](std::span<const std::string>, std::span<Translation> translations) {
      choose_by_risk(translations, *risk, references, chosen, translator.engine().workers().loop());
    };
  }
  if (reranker) {
    return [this](std::span<const std::string> lines, std::span<Translation> translations) {
      reranker->reranker.choose(lines, translations, reranker->weights, chosen);
    };
  }
  if (!distinct) return {};
  return [this](std::span<const std::string>, std::span<Translation> translations) {
    for (Translation& translation : translations) {
      leave_distinct(translation);
      translation.outputs.resize(std::min(translation.outputs.size(), chosen));
    }
  };
}

ReadyTranslator make_translator(const CommandLine& line, const TranslationOptions& options, const Notice& notice) {
  EngineShelf shelf;
  return make_translator(line, options, notice, shelf);
}

ReadyTranslator make_translator(const CommandLine& line, TranslationOptions options, const Notice& notice,
                                EngineShelf& shelf) {
  settle_batch_limits(line, options);
  if (options.marks.any() && !options.translator.alignment) {
    options.translator.alignment.emplace();
    options.translator.word_links = false;
  }
  ReadyTranslator ready = make_models(line, options, notice, shelf);
  ready.punctuation = punctuation_before(ready.via ? *ready.via : ready.translator, options);
  if (options.marks.any())
    ready.marks.emplace(options.marks, (ready.via ? *ready.via : ready.translator).engine().tokenizers().source);
  ready.risk = make_metric(options.mbr, true);
  ready.references = options.mbr_references;
  ready.distinct = options.distinct;
  if (!options.rerank.empty()) {
    ready.reranker = std::make_shared<const ReadyReranker>(
        make_reranker(read_rerank_file(options.rerank), options, notice, ready.translator.engine().shared_workers()));
    ready.fingerprint += "|" + ready.reranker->fingerprint;
  }
  ready.chosen = static_cast<std::size_t>(std::max(options.translator.search.n_best, options.translator.alternatives));
  return ready;
}

}  // namespace dragoman
