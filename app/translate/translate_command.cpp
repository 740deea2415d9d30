#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/ensemble_options.h"
#include "app/request_options.h"
#include "app/result_options.h"
#include "app/translate/translate_run.h"
#include "base/checksum.h"
#include "data/pair_reader.h"
#include "decoding/scoring/quality_file.h"
#include "formats/model_directory.h"
#include "formats/model_files.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kTranslateSummary =
    R"(Translates text with a model: one line out for each line in, in the same order.

  dragoman translate --model DIR <text.en >text.de
  dragoman translate --model DIR --input test.en --output test.de --reference ref.de)";

void validate(const TranslateOptions& options) {
  options.translation.translator.validate();
  for (const std::string& file : options.references) {
    if (file == "-") throw std::invalid_argument("--reference cannot be '-' (stdin); name a file");
  }
  if (options.restart && (options.output == "-" || options.input == "-"))
    throw std::invalid_argument(
        "--restart is about an --output file that an interrupted run with --input left; name both");
}

Shard parse_shard(const std::string& text) {
  const auto number = [&](std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() ? value : 0;
  };
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) {
    const Shard shard{number(std::string_view(text).substr(0, slash)),
                      number(std::string_view(text).substr(slash + 1))};
    if (shard.number >= 1 && shard.number <= shard.count) return shard;
  }
  throw std::invalid_argument(fmt::format("'{}' is no shard; write I/N with I from 1 to N, as 2/8", text));
}

void add_shard_option(CommandLine& line, Shard& shard) {
  Option option;
  option.set = [&shard](const std::vector<std::string>& values) { shard = parse_shard(values.at(0)); };
  option.get = [&shard] { return std::vector<std::string>{fmt::format("{}/{}", shard.number, shard.count)}; };
  line.add_custom(
          "shard", std::move(option), "I/N",
          "translate only the I-th of N equal parts of --input; the outputs, one behind the other, are the whole")
      .common = true;
}

void add_options(CommandLine& line, TranslateOptions& options) {
  line.group("Files");
  add_models_option(line, options.translation, "input").required = true;
  line.add("input,i", options.input, "FILE", "text to translate, plain or .gz; '-' is stdin").common = true;
  add_request_options(line, options.requests, options.translation);
  line.add("output,o", options.output, "FILE",
           "where translations go; '-' is stdout, line by line. A file is written as FILE.partial and gets its name at "
           "the end; the same command continues what an interrupted one left")
      .writes = true;
  line.add("restart", options.restart, "drop what an interrupted run left in FILE.partial, and begin anew");
  line.add("reference,r", options.references, "FILE", "print BLEU against these on stderr at the end").common = true;
  add_shard_option(line, options.shard);
  line.group("Output");
  line.choose<TranslationFormat>(
          "format", options.format,
          {{"plain", TranslationFormat::plain}, {"nbest", TranslationFormat::nbest}, {"json", TranslationFormat::json}},
          "plain: the text; nbest: 'line ||| text ||| features ||| score' as Moses writes it, "
          "lines counted from 0; json: an object for each line")
      .common = true;
  line.add("scores", options.extras.scores, "plain: add a tab and the score to each line").common = true;
  add_result_options(line, options.results, options.translation);
  line.add("strict", options.strict, "refuse input that is not valid UTF-8 instead of replacing what is wrong in it")
      .common = true;
  line.add("quiet,q", options.quiet, "no warnings, no progress, nothing on stderr but errors").common = true;
  line.add("block-lines", options.block_lines, "N",
           "lines read before they are translated together, unless none follows for now; 0: as many as keep the "
           "processor busy");
  add_translation_options(line, options.translation);
  add_choice_options(line, options.translation);
  line.group("Markup");
  add_markup_options(line, options.translation.marks);
  line.group("Search");
  add_splitting_option(line, options.translation);
}

// --n-best or --alternatives alone mean the form that can hold them, scores included.
void choose_format(const CommandLine& line, TranslateOptions& options) {
  if (options.extras.scores && options.format != TranslationFormat::plain)
    throw std::invalid_argument("--scores adds to --format plain; the other formats have the score in any case");
  const TranslatorOptions& translator = options.translation.translator;
  if (std::max(translator.search.n_best, translator.alternatives) <= 1 || options.format != TranslationFormat::plain)
    return;
  if (line.asked("format")) {
    throw std::invalid_argument(fmt::format("--format plain and --{} contradict each other; use --format nbest or json",
                                            translator.alternatives > 0 ? "alternatives" : "n-best"));
  }
  options.format = TranslationFormat::nbest;
}

// What is said of translations has its place in forms that can hold it.
void settle_extras(TranslateOptions& options) {
  if (options.results.quality && options.format == TranslationFormat::plain)
    throw std::invalid_argument("--quality is written in --format nbest or json; give one of them");
  options.extras.alignment = options.results.alignment;
}

std::string text_of_lines(const std::vector<std::string>& lines) {
  std::uint32_t checksum = 0;
  for (const std::string& text : lines) checksum = add_line_to_checksum(checksum, text);
  return fmt::format("{:08x}", checksum);
}

// Not the files count, but what is in them.
void replace_files(TranslateOptions& options) {
  TranslationOptions& translation = options.translation;
  if (!translation.suppress.empty()) translation.suppress = text_of_lines(translation.translator.suppressed);
  if (!translation.glossary.empty())
    translation.glossary = fmt::format("{:08x}", translation.translator.glossary->checksum());
  std::string& prefixes = options.requests.prefixes;
  if (prefixes.empty()) return;
  // They are read line by line as they are needed, and only what an interrupted run left is compared by them.
  const bool is_kept = options.output != "-" && can_be_read_again(prefixes);
  prefixes = is_kept ? text_of_lines(read_lines(prefixes)) : "";
}

// The options without those that say where text comes from and goes, and what is said meanwhile.
std::string options_text(TranslateOptions options) {
  replace_files(options);
  options.translation.model = options.translation.via = options.input = options.output = "";
  options.translation.companions.clear();
  if (!options.translation.rerank.empty()) options.translation.rerank = "models and weights";  // the model tells which
  options.references.clear();
  options.restart = options.quiet = false;
  options.translation.threads = 0;
  options.block_lines = 0;
  CommandLine line("translate", "");
  add_options(line, options);
  return line.effective_options();
}

}  // namespace

int translate_command(const std::vector<std::string>& arguments) {
  TranslateOptions options;
  options.translation.translator.guard = Guard::on;
  CommandLine line("translate", kTranslateSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  choose_format(line, options);
  settle_extras(options);
  settle_results(line, options.results, options.translation);
  check_requests(line, options.requests, options.translation);
  settle_choice(line, options.translation);
  validate(options);
  Log log(options.quiet);
  const ReadyTranslator translator = make_translator(line, options.translation, log.notice("dragoman: "));
  if (!options.requests.prefixes.empty()) translator.translator.check_prefixes();
  std::string text = options_text(options);
  if (options.results.quality) {
    const std::string& model = options.translation.model;
    options.extras.quality = load_quality(model, model_fingerprint(model));
    text += fmt::format("quality: {:08x}\n", crc32_of_file(std::filesystem::path(model) / kQualityFile));
  }
  return run_translation(options, text, translator, log);
}

}  // namespace dragoman
