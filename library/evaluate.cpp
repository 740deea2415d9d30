#include "app/cli/command_line.h"
#include "app/evaluate/metric_choice.h"
#include "base/parallel.h"
#include "library/assignments.h"
#include "library/errors.h"
#include "library/valid_text.h"
#include "metrics/metric.h"
#include "metrics/score_report.h"

#include <dragoman/evaluate.h>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman::api {
namespace {

std::vector<double> sentence_scores(const Metric& metric, std::span<const double> statistics, std::size_t count) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < count; ++i)
    scores.push_back(metric.score(statistics.subspan(i * metric.statistics_size(), metric.statistics_size())));
  return scores;
}

std::vector<Score> scores_of(std::span<const std::string> hypotheses, References references, const Options& options,
                             bool has_sentences) {
  MetricChoice metrics;
  bool missing_references = false;
  int width = 2, threads = 0;
  CommandLine line("evaluate", "");
  metrics.add_options(line);
  line.group("Others");
  line.add("missing-references", missing_references, "");
  line.add("width", width, "N", "");
  line.add("threads", threads, "N", "");
  line.take(assignments_of(options));
  metrics.check(line);
  const EmptyReference empty = missing_references ? EmptyReference::kMissing : EmptyReference::kText;
  const std::vector<std::string> texts = valid_text(hypotheses);
  ReferenceStreams streams;
  for (const std::vector<std::string>& stream : references) {
    if (stream.size() != texts.size()) {
      throw std::invalid_argument(
          fmt::format("there are {} hypotheses, but {} references; each needs its own", texts.size(), stream.size()));
    }
    streams.push_back(valid_text(stream));
  }
  std::vector<Score> scores;
  for (const EvaluatedMetric& metric : metrics.make()) {
    const std::vector<double> statistics =
        corpus_statistics(*metric.corpus, texts, streams, threads_or_all(threads), empty);
    const ScoreReport report =
        metric.corpus->report(sum_of_rows(*metric.corpus, statistics), reference_count(streams, empty));
    Score& score = scores.emplace_back(Score{report.name, report.score, report.signature.text(), {}, {}});
    score.text = format_text(report, width);
    if (has_sentences) score.sentences = sentence_scores(*metric.sentence, statistics, texts.size());
  }
  return scores;
}

}  // namespace

std::vector<Score> evaluate(std::span<const std::string> hypotheses, References references, const Options& options,
                            SentenceScores sentences) {
  return with_clear_errors(
      [&] { return scores_of(hypotheses, references, options, sentences == SentenceScores::wanted); });
}

}  // namespace dragoman::api
