#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/ensemble_options.h"
#include "app/request_options.h"
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
  line.add("n-best", options.translation.translator.search.n_best, "N",
           "translations of each line, at most the beam size; more than one needs --format nbest (then the default) or "
           "json")
      .common = true;
  line.add("distinct", options.translation.distinct,
           "of --n-best that are equal as texts, print one alone: the best of all that the search finds, or of "
           "--candidates, as many as there are");
  line.add("alternatives", options.translation.translator.alternatives, "N",
           "for each of the N likeliest next words behind the line's prefix, or first words, the best translation with "
           "it; needs --format nbest (then the default) or json")
      .common = true;
  line.add("scores", options.extras.scores, "plain: add a tab and the score to each line").common = true;
  line.add("alignment", options.extras.alignment,
           "which words a translation's words come from, by the model's attention: ' ||| 0-0 1-2' behind each line, "
           "source words first, counted from 0; json: a list of pairs")
      .common = true;
  add_alignment_options(line, options.alignment);
  line.add(
          "quality", options.quality,
          "what is to be expected of each line, as sentence chrF, and how probably each word is right; of a model that "
          "`dragoman calibrate` has seen; nbest: as a feature; json: 'quality' and 'words'")
      .common = true;
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

void check_quality(const TranslateOptions& options) {
  if (!options.quality) return;
  if (options.format == TranslationFormat::plain)
    throw std::invalid_argument("--quality is written in --format nbest or json; give one of them");
  if (!options.translation.companions.empty())
    throw std::invalid_argument("--quality is that of one --model, and was not learned of several together");
}

void settle_alignment(const CommandLine& line, TranslateOptions& options) {
  for (const char* name : {"alignment-layer", "alignment-head", "alignment-step"}) {
    if (line.asked(name) && !options.extras.alignment && !options.translation.marks.any())
      throw std::invalid_argument(fmt::format("--{} says how --alignment is done; give that, too", name));
  }
  if (options.extras.alignment || options.translation.marks.any())
    options.translation.translator.alignment = options.alignment;
  options.translation.translator.word_links = options.extras.alignment;
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
  check_quality(options);
  settle_alignment(line, options);
  check_requests(line, options.requests, options.translation);
  settle_choice(line, options.translation);
  validate(options);
  Log log(options.quiet);
  const ReadyTranslator translator = make_translator(line, options.translation, log.notice("dragoman: "));
  if (!options.requests.prefixes.empty()) translator.translator.check_prefixes();
  std::string text = options_text(options);
  if (options.quality) {
    const std::string& model = options.translation.model;
    options.extras.quality = load_quality(model, model_fingerprint(model));
    text += fmt::format("quality: {:08x}\n", crc32_of_file(std::filesystem::path(model) / kQualityFile));
  }
  return run_translation(options, text, translator, log);
}

}  // namespace dragoman
