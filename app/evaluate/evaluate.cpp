#include "app/evaluate/evaluate.h"

#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/evaluate/evaluate_options.h"
#include "app/evaluate/evaluate_report.h"
#include "app/evaluate/evaluation.h"
#include "base/markup.h"
#include "data/line_counts.h"
#include "data/line_reader.h"
#include "metrics/segment_text.h"
#include "metrics/text_warnings.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kEvaluateSummary =
    R"(Scores translations against references: BLEU, chrF and TER as sacreBLEU computes them, and ROUGE.

  dragoman evaluate --hypothesis out.de --reference test.de
  dragoman evaluate --hypothesis baseline.de other.de --reference test.de --metrics bleu chrf --paired bootstrap
  dragoman evaluate --model DIR --source test.en --reference test.de --html report.html)";

std::vector<std::string> read_segments(const std::string& file) {
  std::vector<std::string> lines = read_lines(file, Utf8::refuse);
  if (lines.empty())
    throw std::runtime_error(fmt::format("{}: there is no line in it", file == "-" ? "standard input" : file));
  return lines;
}

// As sacreBLEU's command, which takes the white space from the end of every line before any metric sees it.
void strip_ends(std::vector<std::string>& lines) {
  for (std::string& line : lines) line.resize(strip_trailing_space(line).size());
}

// Opened before the work begins, so that no one waits for what cannot be written; nothing for an empty path.
void open_output(std::optional<Output>& file, const std::string& path) {
  if (!path.empty()) file.emplace(path);
}

void check_that_lines_have_references(const Evaluation& evaluation, const EvaluateOptions& options) {
  for (std::size_t i = 0; i < evaluation.references.front().size(); ++i) {
    const auto is_missing = [i](const std::vector<std::string>& stream) { return stream[i].empty(); };
    if (!std::ranges::all_of(evaluation.references, is_missing)) continue;
    throw std::runtime_error(
        fmt::format("{}:{}: this line has no reference in any file; give it one", options.references.front(), i + 1));
  }
}

void read_references(Evaluation& evaluation, const EvaluateOptions& options) {
  for (const std::string& file : options.references) {
    strip_ends(evaluation.references.emplace_back(read_segments(file)));
    check_same_length(options.references.front(), evaluation.references.front().size(), file,
                      evaluation.references.back().size());
  }
  if (options.missing_references) check_that_lines_have_references(evaluation, options);
}

// `lines` of `name` against those of the references.
void check_against_references(const Evaluation& evaluation, const EvaluateOptions& options, const std::string& name,
                              std::size_t lines) {
  check_same_length(name, lines, options.references.front(), evaluation.references.front().size());
}

void translate_hypotheses(Evaluation& evaluation, const CommandLine& line, const EvaluateOptions& options,
                          const SourceTranslator& translate) {
  // Counted first, so that no one waits for a translation that cannot be scored.
  if (can_be_read_again(options.source))
    check_against_references(evaluation, options, options.source, read_segments(options.source).size());
  std::optional<Output> output;
  open_output(output, options.hypothesis_output);
  evaluation.hypotheses.push_back(translate(line, options, evaluation.sources));
  if (output) {
    for (const std::string& hypothesis : evaluation.hypotheses.front()) output->write(hypothesis + "\n");
    output->finish();
  }
  std::string name = options.translation.model;
  for (const std::string& companion : options.translation.companions) name += " + " + companion;
  evaluation.names.push_back(printable(name));
  check_against_references(evaluation, options, options.source, evaluation.sources.size());
}

void read_hypotheses(Evaluation& evaluation, const EvaluateOptions& options) {
  for (const std::string& file : options.hypotheses) {
    strip_ends(evaluation.hypotheses.emplace_back(read_segments(file)));
    evaluation.names.push_back(printable(file));
    check_against_references(evaluation, options, file, evaluation.hypotheses.back().size());
  }
  if (options.source.empty()) return;
  evaluation.sources = read_segments(options.source);
  check_against_references(evaluation, options, options.source, evaluation.sources.size());
}

void warn(const Evaluation& evaluation, const EvaluateOptions& options) {
  Log log(options.quiet);
  const auto say = [&](const std::string& name, const std::optional<std::string>& warning) {
    if (warning) log.line(fmt::format("dragoman: {}: {}", name, *warning));
  };
  const MetricChoice& metrics = options.metrics;
  for (std::size_t i = 0; i < evaluation.names.size(); ++i) {
    for (const std::string& doubt : metrics.doubts_of(evaluation.hypotheses[i])) say(evaluation.names[i], doubt);
    say(evaluation.names[i], normal_form_warning(evaluation.hypotheses[i], evaluation.references));
  }
  for (const std::string& doubt : metrics.doubts_of(evaluation.references)) say(options.references.front(), doubt);
}

}  // namespace

std::optional<int> evaluate(const std::vector<std::string>& arguments, const SourceTranslator& translate) {
  EvaluateOptions options;
  options.translation.translator.guard = Guard::on;
  CommandLine line("evaluate", kEvaluateSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  if (options.has_model() && !translate) return std::nullopt;
  settle(line, options);

  std::optional<Output> page;
  open_output(page, options.html);
  Evaluation evaluation;
  evaluation.metrics = options.metrics.make();
  read_references(evaluation, options);
  if (options.has_model()) {
    translate_hypotheses(evaluation, line, options, translate);
  } else {
    read_hypotheses(evaluation, options);
  }
  // Once, for the file may be a pipe.
  if (!options.frequency_file.empty()) evaluation.frequency_text = read_lines(options.frequency_file);
  warn(evaluation, options);
  score(evaluation, options);
  if (page) {
    page->write(format_page(evaluation, options));
    page->finish();
  }
  print(options.sentence_level ? format_sentence_scores(evaluation, options) : format_evaluation(evaluation, options));
  return 0;
}

}  // namespace dragoman
