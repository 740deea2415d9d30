#include "app/command_line.h"
#include "app/commands.h"
#include "app/log.h"
#include "app/output.h"
#include "app/translation_options.h"
#include "data/line_reader.h"
#include "decoding/translate_stream.h"
#include "metrics/bleu.h"

#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kSummary = R"(Scores translations against references: corpus BLEU, as sacreBLEU computes it.

  dragoman evaluate --hypothesis out.de --reference test.de
  dragoman evaluate --model DIR --source test.en --reference test.de)";

enum class Format { text, json };

struct EvaluateOptions {
  std::vector<std::string> hypotheses;  // files, each a system
  TranslationOptions translation;       // a model instead of hypotheses
  std::string source;                   // what the model translates
  std::vector<std::string> references;  // files, each a reference of every line
  BleuOptions bleu;
  Format format = Format::text;
  int width = 2;
  bool score_only = false;
  bool quiet = false;

  void validate() const {
    bleu.validate();
    if (width < 0 || width > 15) throw std::invalid_argument(fmt::format("--width is {}; it must be 0 to 15", width));
    translation.translator.validate();
    if (translation.model.empty() != source.empty())
      throw std::invalid_argument("--model and --source need each other");
    int from_stdin = source == "-";
    for (const auto* files : {&hypotheses, &references}) {
      for (const std::string& file : *files) from_stdin += file == "-";
    }
    if (from_stdin > 1) throw std::invalid_argument("only one file can be '-' (stdin)");
  }
};

void add_options(CommandLine& line, EvaluateOptions& options) {
  line.group("What to score");
  line.add("hypothesis", options.hypotheses, "FILE",
           "translations, detokenised, '-' or nothing for stdin; each file is a system");
  line.add("reference,r", options.references, "FILE", "references; each file has one for every line").required = true;
  line.add("model,m", options.translation.model, "DIR", "a model directory: translate --source with it instead");
  line.add("source,s", options.source, "FILE", "what to translate");
  line.exclude("hypothesis", "model");
  line.exclude("hypothesis", "source");
  line.group("BLEU");
  line.choose("tokenize", options.bleu.tokenizer,
              "how words are told apart; 'none' for text that is tokenised already");
  line.add("lowercase", options.bleu.lowercase, "ignore case");
  line.choose("smooth-method", options.bleu.smoothing, "what stands in for a precision of 0");
  line.add("smooth-value", options.bleu.smooth_value, "X", "for floor (unless given: 0.1) and add-k (1)");
  line.group("Output");
  line.choose<Format>("format", options.format, {{"text", Format::text}, {"json", Format::json}}, "of the report");
  line.add("width", options.width, "N", "decimals of the score, 0 to 15");
  line.add("score-only", options.score_only, "print nothing but the score");
  line.add("quiet,q", options.quiet, "no warnings and no progress");
  add_translation_options(line, options.translation);
}

std::vector<std::string> read_segments(const std::string& file) {
  std::vector<std::string> lines = read_lines(file, Utf8::refuse);
  if (lines.empty())
    throw std::runtime_error(fmt::format("{}: there is no line in it", file == "-" ? "standard input" : file));
  return lines;
}

void check_same_length(const std::string& one, std::size_t one_lines, const std::string& other,
                       std::size_t other_lines) {
  if (one_lines == other_lines) return;
  throw std::runtime_error(
      fmt::format("{} has {} lines, {} has {}; each line needs its counterpart", one, one_lines, other, other_lines));
}

// Translations of the source by the model. Lines that are not valid UTF-8 are refused here, as in every file.
std::vector<std::string> translate_source(const CommandLine& line, const EvaluateOptions& options) {
  Log log(options.quiet);
  const Translator translator = make_translator(line, options.translation, log.notice("dragoman: ")).translator;
  LineReader lines(options.source, Utf8::refuse);
  std::vector<std::string> translations;
  const auto sink = [&](std::int64_t, const std::string&, const Translation& translation) {
    translations.push_back(translation.outputs.front().text);
  };
  translate_stream(translator, lines, sink, log.notice("dragoman: "));
  return translations;
}

// One system's report; `system` is empty if there is only one.
std::string format_report(const ScoreReport& report, const std::string& system, const EvaluateOptions& options) {
  const std::string prefix = system.empty() ? "" : system + "\t";
  if (options.score_only) return fmt::format("{}{:.{}f}\n", prefix, report.score, options.width);
  return prefix + format_text(report, options.width) + "\n";
}

void print_reports(const std::vector<ScoreReport>& reports, const EvaluateOptions& options) {
  const bool several = reports.size() > 1;
  if (options.format == Format::json && !options.score_only) {
    if (!several) return print(format_json(reports.front(), options.width) + "\n");
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < reports.size(); ++i) {
      nlohmann::ordered_json entry = {{"system", options.hypotheses[i]}};
      entry.update(to_json(reports[i], options.width));
      all.push_back(std::move(entry));
    }
    return print(all.dump(1) + "\n");
  }
  std::string text;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    text += format_report(reports[i], several ? options.hypotheses[i] : "", options);
  }
  print(text);
}

}  // namespace

int evaluate_command(const std::vector<std::string>& arguments) {
  EvaluateOptions options;
  CommandLine line("evaluate", kSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  options.validate();
  const bool with_model = !options.translation.model.empty();
  if (!with_model && options.hypotheses.empty()) options.hypotheses = {"-"};

  std::vector<std::vector<std::string>> references;
  for (const std::string& file : options.references) {
    references.push_back(read_segments(file));
    check_same_length(options.references.front(), references.front().size(), file, references.back().size());
  }
  const Bleu bleu(options.bleu);
  std::vector<ScoreReport> reports;
  const auto score = [&](const std::string& name, const std::vector<std::string>& hypotheses) {
    check_same_length(name, hypotheses.size(), options.references.front(), references.front().size());
    reports.push_back(bleu.report(bleu.corpus_score(hypotheses, references), static_cast<int>(references.size())));
  };
  if (with_model) {
    // Counted first, so that no one waits for a translation that cannot be scored.
    if (std::filesystem::is_regular_file(options.source)) {
      const std::size_t lines = read_segments(options.source).size();
      check_same_length(options.source, lines, options.references.front(), references.front().size());
    }
    score(options.source, translate_source(line, options));
  }
  for (const std::string& file : options.hypotheses) score(file, read_segments(file));
  print_reports(reports, options);
  return 0;
}

}  // namespace dragoman
