#include "app/evaluate/evaluate_options.h"

#include "app/ensemble_options.h"
#include "app/request_options.h"
#include "base/parallel.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

void add_input_options(CommandLine& line, EvaluateOptions& options) {
  line.group("What to score");
  line.add("hypothesis", options.hypotheses, "FILE",
           "translations, detokenised, '-' or nothing for stdin; each file is a system, the first one the baseline")
      .common = true;
  line.add("reference,r", options.references, "FILE", "references; each file has one for every line").required = true;
  line.add("missing-references", options.missing_references,
           "an empty line in a reference file means that this line has one reference less, not an empty one");
  add_models_option(line, options.translation, "source", "translate --source with this model");
  line.add("source,s", options.source, "FILE", "what to translate, or to show beside the hypotheses").common = true;
  add_request_options(line, options.requests, options.translation);
  line.add("write-hypotheses", options.hypothesis_output, "FILE", "where the translations of --model go").writes = true;
  line.exclude("hypothesis", "model");
  line.exclude("hypothesis", "write-hypotheses");
}

void add_test_options(CommandLine& line, EvaluateOptions& options) {
  line.group("Significance");
  line.add("confidence", options.confidence, "the interval that 95 % of bootstrap resamples score in").common = true;
  line.add("confidence-n", options.confidence_samples, "N", "resamples for it");
  line.choose<std::optional<PairedTest>>(
          "paired", options.paired,
          {{"bootstrap", PairedTest::bootstrap}, {"randomization", PairedTest::randomization}},
          "compare each system with the first: paired bootstrap resampling, or paired approximate randomisation")
      .common = true;
  line.add("paired-bs", options.paired_bs, "the same as --paired bootstrap");
  line.add("paired-ar", options.paired_ar, "the same as --paired randomization");
  line.exclude("paired", "paired-bs");
  line.exclude("paired", "paired-ar");
  line.exclude("paired-bs", "paired-ar");
  line.add("paired-n", options.paired_samples, "N", "samples for it; 0: 1000 or 10000, as in sacreBLEU");
  Option seed = bind_field(options.seed);
  seed.set = [&field = options.seed](const std::vector<std::string>& values) {
    if (values.front() != "none") parse_value<std::uint64_t>(values.front());
    field = values.front();
  };
  line.add_custom("seed", std::move(seed), "N|none", "of the samples; none: others each time");
}

void add_output_options(CommandLine& line, EvaluateOptions& options) {
  line.group("Output");
  line.choose("format", options.format, "of the report").common = true;
  line.add("width", options.width, "N", "decimals of the scores, 0 to 15").common = true;
  line.add("score-only", options.score_only, "print nothing but the scores").common = true;
  line.add("sentence-level", options.sentence_level, "a score for each line rather than one for all").common = true;
  line.add("breakdown", options.breakdown,
           "scores by length of the reference, and how many words of which frequency are right")
      .common = true;
  line.add("frequency-file", options.frequency_file, "FILE",
           "count the frequencies in this text, the training text say, rather than in the references");
  line.add("worst", options.worst, "N", "show the N worst lines, by the first metric").common = true;
  line.add("html", options.html, "FILE", "write all of this to a page to look at in a browser").writes = true;
  line.add("quiet,q", options.quiet, "no warnings and no progress").common = true;
}

// Without `second` the first option is of no use.
void need(bool first, const std::string& first_name, bool second, const char* second_name) {
  if (first && !second) throw std::invalid_argument(fmt::format("{} needs {}", first_name, second_name));
}

void check_ranges(const EvaluateOptions& options) {
  if (options.width < 0 || options.width > 15)
    throw std::invalid_argument(fmt::format("--width is {}; it must be 0 to 15", options.width));
  if (options.confidence_samples < 1)
    throw std::invalid_argument(fmt::format("--confidence-n is {}; it must be at least 1", options.confidence_samples));
  if (options.paired_samples < 0)
    throw std::invalid_argument(fmt::format("--paired-n is {}; it must be at least 0", options.paired_samples));
  if (options.worst < 0)
    throw std::invalid_argument(fmt::format("--worst is {}; it must be at least 0", options.worst));
}

void check_inputs(const EvaluateOptions& options) {
  need(options.has_model(), "--model", !options.source.empty(), "--source");
  need(!options.hypothesis_output.empty(), "--write-hypotheses", options.has_model(), "--model");
  need(!options.source.empty(), "--source", options.has_model() || options.worst > 0 || !options.html.empty(),
       "--model, or --worst or --html to show it in");
  int from_stdin = options.source == "-";
  for (const auto* files : {&options.hypotheses, &options.references})
    from_stdin += static_cast<int>(std::ranges::count(*files, "-"));
  from_stdin += options.frequency_file == "-";
  if (from_stdin > 1) throw std::invalid_argument("only one file can be '-' (stdin)");
}

// Those that say how a model translates. Tests of significance have use for threads, too.
void check_translation(const CommandLine& line, const EvaluateOptions& options) {
  std::vector<std::string> names = {"allow-unvalidated", "input-format", "prefix", "prefix-bonus"};
  for (const char* heading : {"Search", "Sampling", "Markup", "Speed"})
    std::ranges::copy(line.options_under(heading), std::back_inserter(names));
  std::erase(names, "threads");
  for (const std::string& name : names) need(line.asked(name), "--" + name, options.has_model(), "--model");
}

void check_reports(const CommandLine& line, const EvaluateOptions& options) {
  need(options.paired.has_value(), "--paired", options.system_count() > 1, "more than one --hypothesis");
  need(line.asked("paired-n"), "--paired-n", options.paired.has_value(), "--paired");
  need(line.asked("confidence-n"), "--confidence-n", options.confidence, "--confidence");
  need(line.asked("seed"), "--seed", options.paired || options.confidence, "--paired or --confidence");
  need(!options.frequency_file.empty(), "--frequency-file", options.breakdown || !options.html.empty(),
       "--breakdown or --html");
  const bool lists = options.breakdown || options.worst > 0;
  if (lists && options.score_only)
    throw std::invalid_argument("--score-only prints nothing but scores: leave it out for --breakdown and --worst");
  if (lists && options.format == EvaluateFormat::latex)
    throw std::invalid_argument("--breakdown and --worst have no LaTeX form; choose --format text or json");
  if (!options.sentence_level) return;
  if (lists || options.paired || options.confidence || !options.html.empty() || options.system_count() > 1 ||
      options.metrics.size() > 1 || options.format == EvaluateFormat::latex) {
    throw std::invalid_argument(
        "--sentence-level is for one system and one metric, and has neither a significance test nor another report");
  }
}

}  // namespace

EmptyReference EvaluateOptions::empty_reference() const {
  return missing_references ? EmptyReference::kMissing : EmptyReference::kText;
}

int EvaluateOptions::threads() const {
  return threads_or_all(translation.threads);
}

std::size_t EvaluateOptions::paired_sample_count() const {
  if (paired_samples > 0) return static_cast<std::size_t>(paired_samples);
  return paired == PairedTest::randomization ? 10000 : 1000;
}

std::uint64_t EvaluateOptions::seed_number() const {
  if (seed != "none") return parse_value<std::uint64_t>(seed);
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

void add_options(CommandLine& line, EvaluateOptions& options) {
  add_input_options(line, options);
  options.metrics.add_options(line);
  add_test_options(line, options);
  add_output_options(line, options);
  add_translation_options(line, options.translation);
  add_choice_options(line, options.translation);
  line.group("Markup");
  add_markup_options(line, options.translation.marks, false);
  line.group("Search");
  add_splitting_option(line, options.translation);
}

void settle(const CommandLine& line, EvaluateOptions& options) {
  if (options.paired_bs) options.paired = PairedTest::bootstrap;
  if (options.paired_ar) options.paired = PairedTest::randomization;
  if (!options.has_model() && options.hypotheses.empty()) options.hypotheses = {"-"};
  check_ranges(options);
  check_inputs(options);
  check_translation(line, options);
  check_requests(line, options.requests, options.translation);
  options.metrics.check(line);
  check_reports(line, options);
  settle_choice(line, options.translation);
  options.translation.translator.validate();
}

}  // namespace dragoman
