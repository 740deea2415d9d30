#include "app/evaluate/evaluate_report.h"

#include "metrics/report_page.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace dragoman {
namespace {

// As sacreBLEU lays them out: the equals signs below one another.
std::string format_aligned(const std::vector<ScoreReport>& scores, int width) {
  std::vector<std::string> lines;
  std::size_t longest = 0;
  for (const ScoreReport& report : scores) {
    lines.push_back(format_text(report, width));
    longest = std::max(longest, lines.back().find(" = "));
  }
  std::string text;
  for (const std::string& line : lines) text += std::string(longest - line.find(" = "), ' ') + line + "\n";
  return text;
}

std::string format_scores_only(const std::vector<SystemReport>& systems, int width) {
  std::string text;
  for (const SystemReport& system : systems) {
    const bool several = systems.size() > 1;
    if (several) text += system.name;
    for (const ScoreReport& report : system.scores)
      text += fmt::format("{}{}{}", several ? "\t" : "", format_score(report, width), several ? "" : "\n");
    if (several) text += "\n";
  }
  return text;
}

nlohmann::ordered_json scores_json(const Evaluation& evaluation, int width) {
  if (evaluation.systems.size() > 1) return score_table_json(evaluation.systems);
  const std::vector<ScoreReport>& scores = evaluation.systems.front().scores;
  if (scores.size() == 1) return to_json(scores.front(), width);
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const ScoreReport& report : scores) all.push_back(to_json(report, width));
  return all;
}

std::string format_scores(const Evaluation& evaluation, const EvaluateOptions& options) {
  if (options.score_only) return format_scores_only(evaluation.systems, options.width);
  if (options.format == EvaluateFormat::latex)
    return format_score_latex(evaluation.systems, options.width, evaluation.test);
  if (evaluation.systems.size() > 1) return format_score_table(evaluation.systems, options.width, evaluation.test);
  return format_aligned(evaluation.systems.front().scores, options.width);
}

// Of the first metric.
std::vector<std::size_t> worst_of(const Evaluation& evaluation, const ScoredSentences& sentences, int count) {
  return worst_sentences(sentences, static_cast<std::size_t>(count),
                         evaluation.metrics.front().corpus->lower_is_better());
}

std::string format_as_json(const Evaluation& evaluation, const EvaluateOptions& options) {
  nlohmann::ordered_json scores = scores_json(evaluation, options.width);
  if (!options.breakdown && options.worst == 0) return scores.dump(1) + "\n";
  nlohmann::ordered_json all = {{"scores", std::move(scores)}};
  const auto metrics = evaluation.metric_names();
  if (options.breakdown) all["breakdown"] = to_json(break_down(evaluation, options), evaluation.names, metrics);
  if (options.worst > 0) {
    const auto hypotheses = evaluation.hypothesis_views();
    const ScoredSentences sentences = score_sentences(evaluation, hypotheses);
    all["worst"] = to_json(sentences, worst_of(evaluation, sentences, options.worst), evaluation.names, metrics);
  }
  return all.dump(1) + "\n";
}

}  // namespace

std::string format_evaluation(const Evaluation& evaluation, const EvaluateOptions& options) {
  if (options.format == EvaluateFormat::json && !options.score_only) return format_as_json(evaluation, options);
  std::string text = format_scores(evaluation, options);
  const auto metrics = evaluation.metric_names();
  if (options.breakdown) {
    const Breakdown breakdown = break_down(evaluation, options);
    text.append("\n").append(format_breakdown(breakdown, evaluation.names, metrics, options.width));
  }
  if (options.worst > 0) {
    const auto hypotheses = evaluation.hypothesis_views();
    const ScoredSentences sentences = score_sentences(evaluation, hypotheses);
    const std::vector<std::size_t> worst = worst_of(evaluation, sentences, options.worst);
    text.append("\n").append(format_sentences(sentences, worst, evaluation.names, metrics.front(), options.width));
  }
  return text;
}

std::string format_sentence_scores(const Evaluation& evaluation, const EvaluateOptions& options) {
  const Metric& metric = *evaluation.metrics.front().sentence;
  const std::span<const double> rows = evaluation.statistics.front().front();
  const std::size_t width = metric.statistics_size();
  const int references = reference_count(evaluation.references, options.empty_reference());
  std::string text;
  for (std::size_t i = 0; i < rows.size(); i += width) {
    const ScoreReport report = metric.report(rows.subspan(i, width), references);
    if (options.score_only) {
      text += format_score(report, options.width);
    } else {
      text += options.format == EvaluateFormat::json ? to_json(report, options.width).dump()
                                                     : format_text(report, options.width);
    }
    text += "\n";
  }
  return text;
}

std::string format_page(const Evaluation& evaluation, const EvaluateOptions& options) {
  std::vector<bool> lower_is_better;
  for (const EvaluatedMetric& metric : evaluation.metrics) lower_is_better.push_back(metric.corpus->lower_is_better());
  const auto hypotheses = evaluation.hypothesis_views();
  const Breakdown breakdown = break_down(evaluation, options);
  const ScoredSentences sentences = score_sentences(evaluation, hypotheses);
  return format_report_page(
      {evaluation.systems, std::move(lower_is_better), evaluation.test, options.width, breakdown, sentences});
}

}  // namespace dragoman
