#include "app/evaluate/evaluation.h"

#include <fmt/format.h>

namespace dragoman {
namespace {

void count_statistics(Evaluation& evaluation, EmptyReference empty, int threads) {
  for (const auto& hypotheses : evaluation.hypotheses) {
    SystemStatistics& statistics = evaluation.statistics.emplace_back();
    for (const EvaluatedMetric& metric : evaluation.metrics)
      statistics.push_back(corpus_statistics(*metric.corpus, hypotheses, evaluation.references, threads, empty));
  }
}

void report_scores(Evaluation& evaluation, EmptyReference empty) {
  const int references = reference_count(evaluation.references, empty);
  for (std::size_t s = 0; s < evaluation.names.size(); ++s) {
    SystemReport& system = evaluation.systems.emplace_back(SystemReport{evaluation.names[s], {}});
    for (std::size_t m = 0; m < evaluation.metrics.size(); ++m) {
      const Metric& metric = *evaluation.metrics[m].corpus;
      system.scores.push_back(metric.report(sum_of_rows(metric, evaluation.statistics[s][m]), references));
    }
  }
}

// Puts the estimates into the reports.
void report_estimates(Evaluation& evaluation, const std::vector<std::vector<Estimate>>& estimates, bool intervals,
                      bool p_values) {
  for (std::size_t s = 0; s < evaluation.systems.size(); ++s) {
    for (std::size_t m = 0; m < evaluation.metrics.size(); ++m) {
      ScoreReport& report = evaluation.systems[s].scores[m];
      if (intervals) report.interval = estimates[s][m].interval;
      if (p_values) report.p_value = estimates[s][m].p_value;
    }
  }
}

void run_tests(Evaluation& evaluation, const EvaluateOptions& options) {
  const bool bootstrap = options.paired == PairedTest::bootstrap;
  const bool randomization = options.paired == PairedTest::randomization;
  if (!options.paired && !options.confidence) return;
  const std::vector<const Metric*> metrics = evaluation.corpus_metrics();
  ResamplingOptions resampling{options.paired_sample_count(), options.seed_number(), options.threads()};
  const std::size_t exchanges = randomization ? resampling.samples : 0;
  if (randomization)
    report_estimates(evaluation, paired_randomization(metrics, evaluation.statistics, resampling), false, true);
  if (!bootstrap) resampling.samples = static_cast<std::size_t>(options.confidence_samples);
  if (bootstrap || options.confidence)
    report_estimates(evaluation, paired_bootstrap(metrics, evaluation.statistics, resampling), true, bootstrap);

  const std::size_t resamples = bootstrap || options.confidence ? resampling.samples : 0;
  for (SystemReport& system : evaluation.systems) {
    for (ScoreReport& report : system.scores) note_tests(report.signature, resamples, exchanges, options.seed);
  }
  if (bootstrap) evaluation.test = fmt::format("paired bootstrap resampling, {} resamples", resamples);
  if (randomization) evaluation.test = fmt::format("paired approximate randomisation, {} samples", exchanges);
}

}  // namespace

std::vector<std::string> Evaluation::metric_names() const {
  std::vector<std::string> result;
  for (const ScoreReport& report : systems.front().scores) result.push_back(report.name);
  return result;
}

std::vector<const std::vector<std::string>*> Evaluation::hypothesis_views() const {
  std::vector<const std::vector<std::string>*> result;
  for (const auto& system : hypotheses) result.push_back(&system);
  return result;
}

std::vector<const Metric*> Evaluation::corpus_metrics() const {
  std::vector<const Metric*> result;
  for (const EvaluatedMetric& metric : metrics) result.push_back(metric.corpus.get());
  return result;
}

void score(Evaluation& evaluation, const EvaluateOptions& options) {
  count_statistics(evaluation, options.empty_reference(), options.threads());
  report_scores(evaluation, options.empty_reference());
  run_tests(evaluation, options);
}

ScoredSentences score_sentences(const Evaluation& evaluation,
                                std::span<const std::vector<std::string>* const> hypotheses) {
  ScoredSentences result{evaluation.sources, evaluation.references, hypotheses, {}};
  for (const SystemStatistics& statistics : evaluation.statistics) {
    auto& system = result.scores.emplace_back();
    for (std::size_t m = 0; m < evaluation.metrics.size(); ++m)
      system.push_back(sentence_scores(*evaluation.metrics[m].sentence, statistics[m]));
  }
  return result;
}

Breakdown break_down(const Evaluation& evaluation, const EvaluateOptions& options) {
  const SplitWords split = options.metrics.words();
  const std::vector<std::string>& references = evaluation.references.front();
  const WordCounts frequencies =
      count_words(evaluation.frequency_text ? *evaluation.frequency_text : references, split);
  const auto metrics = evaluation.corpus_metrics();
  const auto hypotheses = evaluation.hypothesis_views();
  return break_down({metrics, evaluation.statistics, hypotheses, references}, frequencies, split);
}

}  // namespace dragoman
