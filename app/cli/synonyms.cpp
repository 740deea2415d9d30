#include "app/cli/synonyms.h"

#include "app/cli/nearest_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace dragoman {
namespace {

constexpr std::size_t kMeanings = 4;

struct Synonym {
  std::string_view given;                            // words with hyphens, in small letters
  std::array<std::string_view, kMeanings> meanings;  // the first of them that the command has
};

// What fairseq, Marian, OpenNMT, Sockeye, CTranslate2, sacreBLEU and Hugging Face's scripts call things, and what
// people would.
constexpr Synonym kOptions[] = {
    // Files.
    {"text", {"input", "source"}},
    {"in", {"input", "source"}},
    {"input", {"source", "hypothesis", "train-source"}},
    {"file", {"input", "source", "hypothesis", "train-source"}},
    {"input-file", {"input", "source"}},
    {"src", {"source", "input", "train-source"}},
    {"source", {"input", "train-source"}},
    {"tgt", {"target", "train-target", "reference"}},
    {"trg", {"target", "train-target", "reference"}},
    {"target", {"reference", "train-target"}},
    {"ref", {"reference"}},
    {"refs", {"reference"}},
    {"references", {"reference"}},
    {"hyp", {"hypothesis"}},
    {"hyps", {"hypothesis"}},
    {"sys", {"hypothesis"}},
    {"system", {"hypothesis"}},
    {"prediction", {"hypothesis"}},
    {"predictions", {"hypothesis"}},
    {"out", {"output", "write-hypotheses"}},
    {"out-file", {"output", "write-hypotheses"}},
    {"output", {"write-hypotheses", "html"}},
    {"train-src", {"train-source"}},
    {"train-tgt", {"train-target"}},
    {"train-trg", {"train-target"}},
    {"dev-source", {"valid-source"}},
    {"dev-target", {"valid-target"}},
    {"valid-src", {"valid-source"}},
    {"valid-tgt", {"valid-target"}},
    {"validation-source", {"valid-source"}},
    {"validation-target", {"valid-target"}},
    {"tsv", {"train-tsv"}},
    {"src-lang", {"source-lang"}},
    {"tgt-lang", {"target-lang"}},
    {"trg-lang", {"target-lang"}},
    {"save-dir", {"model"}},
    {"save-model", {"model"}},
    {"output-dir", {"model", "output"}},
    {"checkpoint", {"model"}},
    {"models", {"model"}},
    {"ensemble", {"model"}},
    {"ensemble-mode", {"ensemble-mean"}},
    {"path", {"model"}},
    {"pretrained", {"init-from"}},
    {"pretrained-model", {"init-from"}},
    {"finetune", {"init-from"}},
    {"fine-tune", {"init-from"}},
    {"restore-file", {"init-from"}},
    {"train-from", {"init-from"}},
    // The machine.
    {"gpu", {"device"}},
    {"gpus", {"device"}},
    {"cuda", {"device"}},
    {"cpu", {"device"}},
    {"use-cpu", {"device"}},
    {"workers", {"threads"}},
    {"num-workers", {"threads"}},
    {"num-threads", {"threads"}},
    {"cpu-threads", {"threads"}},
    {"jobs", {"threads"}},
    {"cores", {"threads"}},
    {"fp16", {"precision"}},
    {"bf16", {"precision"}},
    {"fp32", {"precision"}},
    {"int8", {"precision"}},
    {"half", {"precision"}},
    {"amp", {"precision"}},
    {"dtype", {"precision"}},
    {"compute-type", {"precision"}},
    {"quantize", {"precision"}},
    {"silent", {"quiet"}},
    // Training.
    {"epochs", {"max-epochs"}},
    {"num-epochs", {"max-epochs"}},
    {"num-train-epochs", {"max-epochs"}},
    {"max-epoch", {"max-epochs"}},
    {"steps", {"max-steps"}},
    {"train-steps", {"max-steps"}},
    {"updates", {"max-steps"}},
    {"max-update", {"max-steps"}},
    {"max-updates", {"max-steps"}},
    {"time", {"max-time"}},
    {"early-stopping", {"patience"}},
    {"lr", {"learning-rate"}},
    {"min-lr", {"final-learning-rate"}},
    {"lr-scheduler", {"schedule"}},
    {"lr-scheduler-type", {"schedule"}},
    {"warmup", {"warmup-steps"}},
    {"warmup-updates", {"warmup-steps"}},
    {"lr-warmup", {"warmup-steps"}},
    {"batch", {"batch-size", "batch-tokens"}},
    {"batch-size", {"batch-tokens"}},
    {"max-tokens", {"batch-tokens"}},
    {"mini-batch", {"batch-size", "batch-tokens"}},
    {"max-batch-size", {"batch-size", "batch-tokens"}},
    {"update-freq", {"accumulate"}},
    {"optimizer-delay", {"accumulate"}},
    {"gradient-accumulation-steps", {"accumulate"}},
    {"optimizer", {"optimiser"}},
    {"optim", {"optimiser"}},
    {"adam-beta1", {"beta1"}},
    {"adam-beta2", {"beta2"}},
    {"adam-epsilon", {"epsilon"}},
    {"wd", {"weight-decay"}},
    {"grad-clip", {"clip-norm"}},
    {"max-grad-norm", {"clip-norm"}},
    {"gradient-clipping", {"clip-norm"}},
    {"simcut", {"sim-cut"}},
    {"cutoff", {"token-cutoff"}},
    {"alignments", {"guided-alignment"}},
    {"load-alignments", {"guided-alignment"}},
    {"alignment-lambda", {"guided-alignment-weight"}},
    {"ema", {"ema-decay"}},
    {"exponential-smoothing", {"ema-decay"}},
    {"save-freq", {"save-interval"}},
    {"save-steps", {"save-interval"}},
    {"save-every", {"save-interval"}},
    {"valid-freq", {"valid-interval"}},
    {"eval-steps", {"valid-interval"}},
    {"eval-every", {"valid-interval"}},
    {"disp-freq", {"log-interval"}},
    // The model.
    {"arch", {"architecture"}},
    {"type", {"architecture"}},
    {"lm", {"language-model"}},
    {"right-left", {"target-order"}},
    {"reverse-target", {"target-order"}},
    {"layers", {"encoder-layers"}},
    {"num-layers", {"encoder-layers"}},
    {"enc-layers", {"encoder-layers"}},
    {"dec-layers", {"decoder-layers"}},
    {"enc-depth", {"encoder-layers"}},
    {"dec-depth", {"decoder-layers"}},
    {"dim", {"width"}},
    {"dim-emb", {"width"}},
    {"d-model", {"width"}},
    {"embed-dim", {"width"}},
    {"hidden-size", {"width"}},
    {"ffn-dim", {"feed-forward-width"}},
    {"ffn-embed-dim", {"feed-forward-width"}},
    {"attention-heads", {"heads"}},
    {"num-heads", {"heads"}},
    {"tied-embeddings-all", {"tied-embeddings"}},
    {"share-all-embeddings", {"tied-embeddings"}},
    {"vocab", {"vocab-size"}},
    {"vocabulary-size", {"vocab-size"}},
    {"bpe", {"tokenizer-algorithm"}},
    // The search.
    {"beams", {"beam-size"}},
    {"num-beams", {"beam-size"}},
    {"nbest", {"n-best"}},
    {"lenpen", {"length-penalty"}},
    {"normalize", {"normalisation"}},
    {"normalization", {"normalisation"}},
    {"json", {"format", "json"}},
    {"align", {"alignment"}},
    // Evaluation.
    {"metric", {"metrics"}},
    {"lc", {"lowercase"}},
    {"case-insensitive", {"lowercase"}},
    {"tok", {"tokenize"}},
    {"smooth", {"smooth-method"}},
    {"sentence-bleu", {"sentence-level"}},
};

constexpr Synonym kCommands[] = {
    {"fit", {"train"}},          {"learn", {"train"}},       {"finetune", {"train"}},      {"fine-tune", {"train"}},
    {"decode", {"translate"}},   {"infer", {"translate"}},   {"inference", {"translate"}}, {"predict", {"translate"}},
    {"generate", {"translate"}}, {"eval", {"evaluate"}},     {"bleu", {"evaluate"}},       {"sacrebleu", {"evaluate"}},
    {"metrics", {"evaluate"}},   {"compare", {"evaluate"}},  {"test", {"evaluate"}},       {"rescore", {"score"}},
    {"convert", {"import"}},     {"compress", {"quantize"}}, {"quantise", {"quantize"}},   {"avg", {"average"}},
    {"mean", {"average"}},       {"tune", {"rerank"}},       {"mert", {"rerank"}},         {"align", {"attention"}},
    {"prune", {"heads"}},        {"help", {"--help"}},       {"usage", {"--help"}},        {"version", {"--version"}},
    {"man", {"manual"}},         {"diagnose", {"doctor"}},   {"check", {"doctor"}},
};

std::string meant(std::string_view given, std::span<const std::string> known, std::span<const Synonym> synonyms) {
  std::string lower(given);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto is_known = [&](std::string_view name) { return std::ranges::find(known, name) != known.end(); };
  if (is_known(lower)) return lower;
  if (const auto synonym = std::ranges::find(synonyms, lower, &Synonym::given); synonym != synonyms.end()) {
    const auto meaning = std::ranges::find_if(synonym->meanings, is_known);
    if (meaning != synonym->meanings.end()) return std::string(*meaning);
  }
  return nearest_name(lower, known);
}

}  // namespace

std::string meant_option(std::string_view given, std::span<const std::string> known) {
  return meant(given, known, kOptions);
}

std::string meant_command(std::string_view given, std::span<const std::string> known) {
  std::vector<std::string> all(known.begin(), known.end());
  all.insert(all.end(), {"--help", "--version"});
  return meant(given, all, kCommands);
}

}  // namespace dragoman
