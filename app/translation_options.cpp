#include "app/translation_options.h"

#include "app/decoding_defaults.h"
#include "app/ensemble_options.h"
#include "base/check_range.h"
#include "base/parallel.h"
#include "data/glossary_file.h"
#include "data/line_reader.h"
#include "model/model_config.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

// As many as are wanted, whatever beams the model has for a search.
void draw_n_best(const CommandLine& line, TranslatorOptions& options) {
  if (options.sampling && !line.given("beam-size")) options.search.beam_size = options.search.n_best;
}

// So many that the wanted ones are among them; a search needs as many beams.
void settle_candidates(const CommandLine& line, TranslationOptions& options) {
  if (!options.has_candidates()) return;
  constexpr int kDrawn = 32, kReranked = 10;
  SearchOptions& search = options.translator.search;
  const bool reranks = !options.rerank.empty() || options.gathers_candidates;
  const int found = reranks && !line.given("beam-size") ? kReranked : search.beam_size;
  const int drawn = reranks || options.mbr != RiskMetric::none ? kDrawn : search.n_best;
  const int usual = options.translator.sampling ? drawn : found;
  search.n_best = options.candidates > 0 ? options.candidates : std::max(search.n_best, usual);
  if (!line.given("beam-size")) search.beam_size = std::max(search.beam_size, search.n_best);
}

// What comes is by other rules than ours, or by chance, and is left so.
void settle_guard(const CommandLine& line, const TranslationOptions& options, TranslatorOptions& translator) {
  const bool other_rules = translator.search.rules != SearchRules::dragoman || options.temperature > 0;
  if (other_rules && line.asked("guard") && translator.guard == Guard::on)
    throw std::invalid_argument("--guard is of searches by --search-rules dragoman; leave it out");
  if (other_rules) translator.guard = Guard::off;
}

void settle_rules(const CommandLine& line, TranslationOptions& options) {
  if (!options.glossary.empty()) {
    if (!options.via.empty()) {
      throw std::invalid_argument(
          "--glossary is about the text that --model reads, which with --via is a translation; leave one of them out");
    }
    options.translator.glossary = std::make_shared<const Glossary>(read_glossary(options.glossary));
  }
  if (line.asked("diversity") && options.translator.diversity.groups == 1)
    throw std::invalid_argument("--diversity is that of --diverse-groups; give that, too");
}

}  // namespace

void add_normalisation_options(CommandLine& line, TranslationOptions& options) {
  SearchOptions& search = options.translator.search;
  line.choose("normalisation", search.normalisation,
              "what the log-probability of a hypothesis is divided by: length^alpha, ((5 + length) / 6)^alpha, or 1");
  line.add("length-penalty", search.length_penalty, "ALPHA", "larger values favour longer translations, 0 to 10")
      .common = true;
}

void add_speed_options(CommandLine& line, TranslationOptions& options) {
  line.group("Speed");
  line.add("batch-size", options.translator.batch_size, "N", "sentences translated at once");
  line.add("batch-tokens", options.translator.batch_tokens, "N",
           "the same in tokens: sentences x the longest; giving one of the two lifts the other's limit");
  line.exclude("batch-size", "batch-tokens");
  line.add("threads", options.threads, "N", "processor cores to use; 0: all").common = true;
  line.choose<std::string>("device", options.device, {{"auto", "auto"}, {"cpu", "cpu"}, {"cuda", "cuda"}},
                           "where to compute; auto: on a GPU if there is one")
      .common = true;
  line.choose("precision", options.precision,
              "of the matrix products; auto: as the weights are stored; int8 is the fastest")
      .common = true;
}

void add_language_options(CommandLine& line, TranslationOptions& options) {
  LanguagePair& languages = options.translator.languages;
  line.add("source-lang", languages.source, "CODE",
           "the text's language, of a model that knows several: as the model spells it, or as en or pt-BR")
      .common = true;
  line.add("target-lang", languages.target, "CODE", "the language to translate into, likewise").common = true;
}

void add_translation_options(CommandLine& line, TranslationOptions& options) {
  SearchOptions& search = options.translator.search;
  line.group("Search");
  add_language_options(line, options);
  line.add("beam-size,b", search.beam_size, "N", "hypotheses kept for each sentence; 1 is greedy search").common = true;
  add_normalisation_options(line, options);
  line.add("min-length", search.min_length, "N", "no translation is shorter, in tokens");
  line.add("max-length", search.max_length, "N",
           "no translation is longer, in tokens; 0: the limit follows from the source");
  line.add("max-length-ratio", search.max_length_ratio, "X",
           "without --max-length: at most X tokens for each of the source, and some more");
  line.add("max-length-extra", search.max_length_extra, "N", "without --max-length: so many more");
  line.add("allow-unk", search.allow_unk, "let the unknown token be produced");
  line.choose(
      "search-rules", search.rules,
      "when a search ends and what it may find; huggingface: as generate() of transformers does, which may give "
      "the unknown token or nothing; marian: as marian-decoder; both cut no line into sentences");
  line.add("max-source-length", options.translator.max_source_length, "N",
           "a longer sentence, in tokens, is translated in parts")
      .common = true;
  add_speed_options(line, options);
  line.add("shortlist", options.shortlist,
           "score only what the model's shortlist has for each sentence: faster, at some cost in quality "
           "(see dragoman shortlist)")
      .common = true;
}

void add_choice_options(CommandLine& line, TranslationOptions& options) {
  line.group("Search");
  line.choose("normalise", options.normalise,
              "of the text; moses: punctuation takes the plain forms that Moses' scripts give it, as the models of "
              "OPUS-MT have learnt it");
  line.add("via", options.via, "DIR",
           "translate with this model first, and its translations with --model: from de to fr by a model from de to en "
           "and one from en to fr");
  line.add("via-lang", options.via_lang, "CODE", "the language between the two, where neither has learnt just one");
  add_ensemble_options(line, options);
  line.add("no-repeat-ngram", options.translator.no_repeat_ngram, "N",
           "no N tokens come twice in a translation of a sentence; 0: any may");
  line.add("suppress", options.suppress, "FILE", "texts that must not come, one a line, by their tokens");
  RuleStrength& rules = options.translator.rules;
  line.add("glossary", options.glossary, "FILE",
           "a line for each term: it and its translations, tabs between; one alone stays as it is")
      .common = true;
  line.add("force-terms", rules.force_terms,
           "a translation has the terms of its line, whatever the model thinks of them");
  line.add("glossary-bonus", rules.terms, "X",
           "a token of a term counts up to X more, in natural logarithms, as far as it is not certain; with "
           "--no-force-terms nothing else asks for terms");
  line.add("coverage-penalty", options.translator.coverage_penalty, "BETA",
           "of what the search finds, take what leaves no part of the source out: BETA times the coverage by the "
           "model's attention is added to scores; 0.02 to 0.05; 0: none");
  line.add("repetition-penalty", rules.repetition_penalty, "X",
           "the log-probability of a token that has come is multiplied by X");
  line.add("diverse-groups", options.translator.diversity.groups, "N",
           "groups of beams, of which each avoids what those before it do; for --n-best");
  line.add("diversity", options.translator.diversity.strength, "X",
           "of --diverse-groups: what a token counts less for each beam that takes it before");
  line.choose(
      "guard", options.translator.guard,
      "a sentence whose translation repeats itself, runs into the length limit or stops short is translated once "
      "more without that, and the better one taken");
  SamplingOptions& sampling = options.sampling;
  line.group("Sampling");
  line.add("temperature", options.temperature, "T",
           "draw translations, --n-best of them, by p^(1/T) rather than searching for the best; 0: search");
  line.add("top-k", sampling.top_k, "N", "of the N most probable tokens; 0: all");
  line.add("top-p", sampling.top_p, "P", "of the fewest tokens that have this probability together");
  line.add("min-p", sampling.min_p, "P", "of tokens with this share of the most probable one's probability");
  line.add("epsilon", sampling.epsilon, "P", "of tokens with this probability");
  line.choose(
      "mbr", options.mbr,
      "take the translation that is most like all --candidates by this metric (minimum Bayes risk), drawn ones or "
      "those of the search");
  line.add("rerank", options.rerank, "FILE",
           "choose among --candidates by other models, too, with the weights that dragoman rerank has learned");
  line.add("candidates", options.candidates, "N",
           "to choose from by --mbr, --rerank or --distinct; 0: 32 drawn ones, or as many as there are beams, and for "
           "--rerank 10");
  line.choose("mbr-references", options.mbr_references,
              "of --mbr: compare each candidate with each, a time that grows with the square of their number, or, by "
              "chrf and bleu, with the mean of all");
  line.add("sampling-seed", sampling.seed, "N", "another draws other translations; the same draws the same");
  line.group("Search");
}

void add_splitting_option(CommandLine& line, TranslationOptions& options) {
  line.choose("split-sentences", options.translator.split_sentences,
              "translate the sentences of a line one by one; auto: if nearly every line (95 %) that the model has "
              "learned from holds one sentence")
      .common = true;
}

void add_alignment_options(CommandLine& line, AlignmentOptions& options) {
  line.add(
      "alignment-layer", options.layer, "N",
      "the decoder layer whose cross-attention aligns, from 0; if not given, that of the head which was trained to "
      "align, or else the last but one, or the last of two");
  line.add("alignment-head", options.head, "N",
           "the head that aligns, from 0; if not given, the one that was trained to align, or else the mean over all");
  line.choose("alignment-step", options.step,
              "the decoder's step that speaks for a word: the one that predicts it, or the one that reads it");
}

void settle_choice(const CommandLine& line, TranslationOptions& options) {
  if (!options.suppress.empty()) options.translator.suppressed = read_lines(options.suppress);
  settle_rules(line, options);
  check_ensemble(line, options);
  const SearchOptions& search = options.translator.search;
  check_range("--candidates", options.candidates, 0, 1000);
  if (options.candidates > 0 && !options.has_candidates())
    throw std::invalid_argument("--candidates are those of --mbr, --rerank or --distinct; give that, too");
  if (options.translator.alternatives > 0 && options.has_candidates()) {
    throw std::invalid_argument(
        "--alternatives are all shown; --mbr, --rerank and --distinct choose among candidates: leave one of them out");
  }
  if (options.mbr != RiskMetric::none && !options.rerank.empty())
    throw std::invalid_argument("--mbr and --rerank both choose among candidates; give one of them");
  if (options.mbr != RiskMetric::none && options.translator.coverage_penalty > 0)
    throw std::invalid_argument("--mbr and --coverage-penalty both choose among candidates; give one of them");
  if (line.asked("mbr-references") && options.mbr == RiskMetric::none)
    throw std::invalid_argument("--mbr-references are those of --mbr; give that, too");
  if (options.mbr_references == RiskReferences::mean && options.mbr == RiskMetric::ter)
    throw std::invalid_argument("--mbr-references mean is for chrf and bleu; edits of TER have no mean: all");
  if (options.candidates > 0 && options.candidates < search.n_best) {
    throw std::invalid_argument(
        fmt::format("--n-best {} is more than --candidates {}", search.n_best, options.candidates));
  }
  if (line.given("beam-size") && options.candidates > search.beam_size) {
    throw std::invalid_argument(
        fmt::format("--candidates {} are more than --beam-size {}", options.candidates, search.beam_size));
  }
  if (options.has_candidates() && !line.given("beam-size"))
    options.translator.search.beam_size = std::max(search.beam_size, search.n_best);
  if (options.temperature == 0) {
    for (const char* name : {"top-k", "top-p", "min-p", "epsilon", "sampling-seed"}) {
      if (line.asked(name))
        throw std::invalid_argument(fmt::format("--{} is about drawn translations; give --temperature, as 1", name));
    }
    return;
  }
  options.sampling.temperature = options.temperature;
  options.translator.sampling = options.sampling;
  draw_n_best(line, options.translator);
}

void settle_batch_limits(const CommandLine& line, TranslationOptions& options) {
  if (line.given("batch-size")) options.translator.batch_tokens = 0;
  if (line.given("batch-tokens")) options.translator.batch_size = 0;
  options.translator.validate();
  check_threads(options.threads);
}

void follow_model(const CommandLine& line, const ModelConfig& config, TranslationOptions& options) {
  apply_decoding_defaults(
      config.decoding, [&](const std::string& name) { return line.given(name); }, options.translator.search);
  settle_candidates(line, options);
  draw_n_best(line, options.translator);
  if (options.translator.search.rules != SearchRules::dragoman && !line.given("split-sentences"))
    options.translator.split_sentences = SentenceSplitting::off;
  settle_guard(line, options, options.translator);
}

}  // namespace dragoman
