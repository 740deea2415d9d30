#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/ready_translator.h"
#include "app/translation_options.h"
#include "data/line_counts.h"
#include "data/line_reader.h"
#include "decoding/scoring/quality_file.h"
#include "decoding/text/line_report.h"

#include <fmt/format.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kCalibrateSummary =
    R"(Learns from a translated text how good a model's translations are where it is how sure of them, for
`translate --quality`, and keeps that beside the model.

  dragoman calibrate --model DIR --source val.en --reference val.de)";

struct CalibrateOptions {
  TranslationOptions translation;
  std::string source, reference;
  bool quiet = false;
};

void add_options(CommandLine& line, CalibrateOptions& options) {
  line.group("Files");
  add_model_option(line, options.translation).required = true;
  line.add("source,s", options.source, "FILE", "text that the model has not learned from, plain or .gz").required =
      true;
  line.add("reference,r", options.reference, "FILE", "its translation, line by line").required = true;
  line.add("quiet,q", options.quiet, "nothing on stderr but errors");
  add_translation_options(line, options.translation);
  add_splitting_option(line, options.translation);
}

std::vector<JudgedTranslation> judged_translations(const CalibrateOptions& options, const ReadyTranslator& translator,
                                                   Log& log) {
  const std::vector<std::string> sources = read_lines(options.source), references = read_lines(options.reference);
  check_same_length(options.source, std::ssize(sources), options.reference, std::ssize(references));
  const Notice notice = log.notice("dragoman: ");
  LineReport report([&](const std::string& text) { notice(fmt::format("{}: {}", options.source, text)); });
  const std::vector<Translation> translations = translator.translate_lines(sources, 1, report);
  report.finish();
  std::vector<JudgedTranslation> judged;
  for (std::size_t i = 0; i < translations.size(); ++i) {
    const Translation::Output& best = translations[i].outputs.front();
    if (!best.tokens.empty()) judged.push_back(judge(best, references[i], translator.translator.target_tokenizer()));
  }
  return judged;
}

}  // namespace

int calibrate_command(const std::vector<std::string>& arguments) {
  CalibrateOptions options;
  CommandLine line("calibrate", kCalibrateSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  Log log(options.quiet);
  const ReadyTranslator translator = make_translator(line, options.translation, log.notice("dragoman: "));
  const std::vector<JudgedTranslation> judged = judged_translations(options, translator, log);
  constexpr std::size_t kFewest = 10;
  if (judged.size() < kFewest) {
    throw std::runtime_error(
        fmt::format("{}: has {} lines that can be translated; calibration takes {} at least, and a "
                    "thousand to be worth something",
                    options.source, judged.size(), kFewest));
  }
  const QualityCalibration calibration = calibrate(judged);
  save_quality(options.translation.model, calibration, model_fingerprint(options.translation.model));
  const QualityErrors& errors = calibration.errors;
  log.line(
      fmt::format("lines: expected calibration error {:.2f} points of chrF, correlation {:.3f}, by held-out ones of {}",
                  errors.lines, errors.line_correlation, judged.size()));
  log.line(
      fmt::format("words: expected calibration error {:.4f} by held-out ones, {:.4f} of the probabilities as they are",
                  errors.words, errors.raw_words));
  return 0;
}

}  // namespace dragoman
