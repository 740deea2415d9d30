#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/cli/signals.h"
#include "app/commands.h"
#include "app/decoding_defaults.h"
#include "app/model_loading.h"
#include "app/translation_options.h"
#include "base/memory.h"
#include "data/line_reader.h"
#include "decoding/engine/shortlist.h"
#include "decoding/engine/translator.h"
#include "formats/foreign/finite_logits.h"
#include "formats/foreign/foreign_format.h"
#include "formats/foreign/imported_model.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kImportSummary = R"(Makes a model of this program of one that another program has written.

  dragoman import opus-mt-en-de --output en-de
  dragoman import --from opus-mt-en-de --output en-de --check some.en
  dragoman import translate-en_de.argosmodel --output en-de
  dragoman import ctranslate2-en-de --tokenizer en-de.spm --output en-de

Hugging Face folders of MarianMT (OPUS-MT), M2M100, NLLB-200, mBART, BART, Pegasus and of T5 with its kin (Flan-T5,
mT5, UMT5, MADLAD-400), Marian's own files (.npz, .bin, or their folder), folders of CTranslate2 and packages of
argos-translate can be imported.)";

constexpr std::size_t kLinesToCheck = 10;

struct ImportOptions {
  std::string from, output, check, tokenizer, source_tokenizer, target_tokenizer;
  LanguagePair languages;
  bool language_behind_source = false, quiet = false;

  /// Throws std::invalid_argument if they contradict each other.
  ForeignSource source() const {
    if (!tokenizer.empty() && !(source_tokenizer.empty() && target_tokenizer.empty()))
      throw std::invalid_argument("--tokenizer is for both sides; leave out --source-tokenizer and --target-tokenizer");
    if (source_tokenizer.empty() != target_tokenizer.empty())
      throw std::invalid_argument(
          "--source-tokenizer and --target-tokenizer need each other; one for both is --tokenizer");
    const bool one = !tokenizer.empty();
    return {from, one ? tokenizer : source_tokenizer, one ? tokenizer : target_tokenizer, languages.target,
            language_behind_source};
  }
};

void add_options(CommandLine& line, ImportOptions& options) {
  Option& from =
      line.add("from", options.from, "DIR", "the model to import, a folder or a file; its format is recognised");
  from.required = from.bare = true;
  Option& output = line.add("output,o", options.output, "DIR", "the model directory to write, made if it is missing");
  output.required = output.writes = true;
  line.add("tokenizer", options.tokenizer, "FILE",
           "the SentencePiece model of both sides, for a model that has none beside it (CTranslate2)");
  line.add("source-tokenizer", options.source_tokenizer, "FILE", "the same of the source alone");
  line.add("target-tokenizer", options.target_tokenizer, "FILE", "and of the target");
  line.add("language-behind-source", options.language_behind_source,
           "of a model of several languages in whose files it is not said (CTranslate2): a source's language stands "
           "behind its end, as with NLLB's legacy_behaviour");
  line.add("check", options.check, "FILE",
           "print the first ten lines of this file with their translations, a tab between them");
  line.add("source-lang", options.languages.source, "CODE", "these lines' language, of a model that knows several");
  line.add("target-lang", options.languages.target, "CODE", "the language to translate them into, likewise");
  line.add("quiet,q", options.quiet, "nothing on stderr but errors");
}

// What a model says to some lines, and the first of all to a sample that nobody has asked for.
std::vector<std::string> translations(const fs::path& model, const LanguagePair& languages,
                                      const std::vector<std::string>& lines) {
  TranslationOptions options;
  options.model = model.string();
  options.device = "cpu";
  LoadedModel loaded = load_model(options, {});
  options.translator.languages = languages;
  require_finite_logits(loaded, text_frame(loaded.config, languages), lines.front());
  apply_decoding_defaults(
      loaded.config.decoding, [](const std::string&) { return false; }, options.translator.search);
  std::vector<std::string> texts;
  const Translator translator(make_engine(std::move(loaded), options), options.translator);
  for (const Translation& translation : translator.translate(lines)) texts.push_back(translation.outputs.front().text);
  return texts;
}

Shortlist shortlist_of(const TokenLists& lists) {
  return {lists.always, lists.starts, lists.tokens, lists.copies};
}

std::string summary(const ImportedModel& model) {
  std::int64_t parameters = 0;
  for (const auto& [name, weight] : model.weights) parameters += weight.numel();
  const ModelConfig& config = model.config;
  return fmt::format("{}, {:.1f} million parameters, {}+{} layers of width {}, {} source and {} target tokens",
                     model.family, static_cast<double>(parameters) / 1e6, config.encoder_layers, config.decoder_layers,
                     config.width, config.source_vocabulary, config.target_vocabulary);
}

}  // namespace

int import_command(const std::vector<std::string>& arguments) {
  ImportOptions options;
  CommandLine line("import", kImportSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  const ForeignSource from = options.source();
  std::vector<std::string> lines;
  if (!options.check.empty()) lines = read_lines(options.check);
  lines.resize(std::min(lines.size(), kLinesToCheck));
  ImportedModel imported = import_model(from);
  lines.insert(lines.begin(), imported.sample);
  const std::string what = summary(imported);
  LanguagePair languages = options.languages;
  if (!languages.source) languages.source = imported.sample_languages.source;
  if (!languages.target) languages.target = imported.sample_languages.target;
  std::vector<std::string> texts;
  do_stoppably([&](const StopCheck& stop) {
    write_model_directory(options.output, "dragoman import", imported.config, imported.tokenizers, imported.weights,
                          true, stop, [&](const fs::path& folder) {
                            imported.weights.clear();
                            release_free_memory();
                            if (imported.shortlist)
                              save_shortlist_of_new_model(folder, shortlist_of(*imported.shortlist),
                                                          imported.tokenizers);
                            texts = translations(folder, languages, lines);
                          });
  });
  Log log(options.quiet);
  log.line(fmt::format("dragoman: wrote {}: {}", options.output, what));
  for (const std::string& note : imported.notes) log.line("  " + note);
  log.line(fmt::format("  '{}' becomes '{}'", lines.front(), texts.front()));
  for (std::size_t i = 1; i < lines.size(); ++i) print(fmt::format("{}\t{}\n", lines[i], texts[i]));
  return 0;
}

}  // namespace dragoman
