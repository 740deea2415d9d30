#include "app/translation_options.h"

#include "model/device.h"
#include "model/model_directory.h"

#include <utility>

namespace dragoman {

void add_translation_options(CommandLine& line, TranslationOptions& options) {
  SearchOptions& search = options.translator.search;
  line.group("Search");
  line.add("beam-size,b", search.beam_size, "N", "hypotheses kept for each sentence; 1 is greedy search");
  line.choose("normalisation", search.normalisation,
              "what the log-probability of a hypothesis is divided by: length^alpha, ((5 + length) / 6)^alpha, or 1");
  line.add("length-penalty", search.length_penalty, "ALPHA", "larger values favour longer translations, 0 to 10");
  line.add("min-length", search.min_length, "N", "no translation is shorter, in tokens");
  line.add("max-length", search.max_length, "N",
           "no translation is longer, in tokens; 0: the limit follows from the source");
  line.add("max-length-ratio", search.max_length_ratio, "X",
           "without --max-length: at most X tokens for each of the source, and some more");
  line.add("max-length-extra", search.max_length_extra, "N", "without --max-length: so many more");
  line.add("allow-unk", search.allow_unk, "let the unknown token be produced");
  line.group("Speed");
  line.add("batch-size", options.translator.batch_size, "N", "sentences translated at once");
  line.add("batch-tokens", options.translator.batch_tokens, "N",
           "the same in tokens: sentences x the longest; giving one of the two lifts the other's limit");
  line.exclude("batch-size", "batch-tokens");
  line.add("max-source-length", options.translator.max_source_length, "N",
           "a longer line, in tokens, is translated in parts");
  line.add("threads", options.translator.threads, "N", "processor cores to use; 0: all");
  line.choose<std::string>("device", options.device, {{"auto", "auto"}, {"cpu", "cpu"}, {"cuda", "cuda"}},
                           "where to compute; auto: on a GPU if there is one");
}

Translator make_translator(const CommandLine& line, TranslationOptions options) {
  if (line.given("batch-size")) options.translator.batch_tokens = 0;
  if (line.given("batch-tokens")) options.translator.batch_size = 0;
  options.translator.validate();
  LoadedModel loaded = load_model(options.model, device_named(options.device));
  return Translator(std::move(loaded.model), loaded.config, std::move(loaded.tokenizers), options.translator);
}

}  // namespace dragoman
