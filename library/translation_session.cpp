#include "library/translation_session.h"

#include "app/ensemble_options.h"
#include "app/request_json.h"
#include "base/utf8.h"
#include "decoding/scoring/forced_scorer.h"
#include "decoding/scoring/quality_file.h"
#include "formats/model_directory.h"
#include "library/valid_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

std::optional<std::string> language_or_none(const std::string& code) {
  return code.empty() ? std::nullopt : std::optional(code);
}

LineRequest request_of(const api::Line& line, std::int64_t number) {
  LineRequest request;
  request.text = replace_invalid_utf8(line.text);
  request.number = number;
  request.prefix = replace_invalid_utf8(line.prefix);
  for (const api::Term& term : line.terms) request.terms.push_back({term.source, term.targets});
  request.languages = {language_or_none(line.source_lang), language_or_none(line.target_lang)};
  try {
    check_terms(request.terms);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("line {}: {}", number, error.what()));
  }
  return request;
}

api::Output to_api(const Translation::Output& output, const Tokenizer& target) {
  api::Output result;
  result.text = output.text;
  result.score = output.score;
  result.log_prob = output.log_prob;
  result.complete = output.complete;
  for (const auto& [id, log_prob] : output.tokens) {
    result.tokens.push_back(target.piece(id));
    result.token_log_probs.push_back(log_prob);
  }
  for (const WordLink& link : output.alignment) result.alignment.emplace_back(link.source, link.target);
  return result;
}

void add_quality(const Translation::Output& output, const QualityCurves& curves, const Tokenizer& target,
                 api::Output& result) {
  if (output.tokens.empty()) return;
  result.quality = curves.lines(mean_log_prob(output));
  for (const ProbableWord& word : words_of(output, target))
    result.words.push_back({word.text, curves.words(word.log_prob)});
}

void add_options(CommandLine& line, TranslationOptions& options, ResultOptions& results) {
  add_models_option(line, options, "lines").required = true;
  add_result_options(line, results, options);
  add_translation_options(line, options);
  add_choice_options(line, options);
  add_markup_options(line, options.marks);
  add_splitting_option(line, options);
  line.add("prefix-bonus", options.translator.rules.prefix, "X", "");
}

}  // namespace

TranslationSession::TranslationSession(const std::vector<Assignment>& assignments, const Notice& notice,
                                       EngineShelf& shelf)
    : notice_(notice) {
  options_.translator.guard = Guard::on;
  CommandLine line("translate", "");
  add_options(line, options_, results_);
  line.take(assignments);
  settle_results(line, results_, options_);
  settle_choice(line, options_);
  options_.translator.validate();
  ready_.emplace(make_translator(line, options_, notice, shelf));
  if (results_.quality) quality_ = load_quality(options_.model, model_fingerprint(options_.model));
}

std::vector<api::Translation> TranslationSession::translate(std::span<const api::Line> lines,
                                                            const std::stop_token& stop) const {
  std::vector<LineRequest> requests;
  for (const api::Line& line : lines) requests.push_back(request_of(line, std::ssize(requests) + 1));
  if (std::ranges::any_of(lines, [](const api::Line& line) { return !line.prefix.empty(); }))
    ready_->translator.check_prefixes();
  LineReport report(notice_);
  const std::vector<Translation> translations = ready_->translate(std::move(requests), report, {stop});
  report.tell();
  std::vector<api::Translation> results;
  for (const Translation& translation : translations) results.push_back(to_api(translation));
  return results;
}

std::vector<api::Output> TranslationSession::score(std::span<const std::string> sources,
                                                   std::span<const std::string> targets) const {
  if (sources.size() != targets.size()) {
    throw std::invalid_argument(
        fmt::format("there are {} sources, but {} targets; each pair needs both", sources.size(), targets.size()));
  }
  const Translator& translator = ready_->translator;
  const ForcedScorer scorer(translator.shared_engine(), translator.options());
  LineReport report(notice_);
  std::vector<api::Output> results;
  for (const Translation::Output& output : scorer.score(valid_text(sources), valid_text(targets), 1, report))
    results.push_back(dragoman::to_api(output, translator.target_tokenizer()));
  report.tell();
  return results;
}

api::Translation TranslationSession::to_api(const Translation& translation) const {
  const Tokenizer& target = ready_->translator.target_tokenizer();
  api::Translation result;
  for (const Translation::Output& output : translation.outputs) {
    api::Output& one = result.outputs.emplace_back(dragoman::to_api(output, target));
    if (quality_) add_quality(output, *quality_, target, one);
  }
  for (std::size_t i = 0; i < translation.terms.size(); ++i) {
    const TermMatch& term = translation.terms[i];
    result.terms.push_back({term.source, term.forms, translation.terms_found[i]});
  }
  result.via = translation.between;
  result.redone = translation.redone;
  return result;
}

}  // namespace dragoman
