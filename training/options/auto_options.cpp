#include "training/options/auto_options.h"

#include "base/rounding.h"
#include "model/architecture.h"
#include "model/attention/forms/self_attention_form.h"
#include "model/attention/positions/position_scheme.h"
#include "model/form_registry.h"
#include "training/options/chosen_options.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dragoman {
namespace {

constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();

// What suits corpora of up to so many pairs. The first three rows are measured, the others follow the literature:
// docs/recipes/README.md.
struct Row {
  std::int64_t most_pairs;
  std::string_view preset;
  int vocabulary;
  double dropout;
  std::int64_t batch_tokens;
  int accumulate;
  Schedule schedule;
  std::int64_t warmup_steps, passes, valid_interval;
};
constexpr std::array kRows = {
    Row{2'000, "tiny", 2000, 0.4, 1024, 1, Schedule::cosine, 200, 120, 200},
    Row{15'000, "tiny", 6000, 0.25, 2048, 1, Schedule::cosine, 400, 50, 200},
    Row{60'000, "tiny", 6000, 0.25, 2048, 1, Schedule::cosine, 600, 38, 0},
    Row{500'000, "small", 10'000, 0.3, 4096, 1, Schedule::cosine, 2000, 40, 0},
    Row{2'000'000, "base", 16'000, 0.2, 4096, 3, Schedule::inverse_sqrt, 4000, 30, 2000},
    Row{20'000'000, "base", 32'000, 0.1, 4096, 6, Schedule::inverse_sqrt, 4000, 20, 2000},
    Row{kAny, "big", 32'000, 0.1, 4096, 6, Schedule::inverse_sqrt, 4000, 8, 5000},
};

// The peak of the rate for models up to so wide: the wider, the lower. 128 is measured, 512 and 1024 are those of
// Vaswani et al. 2017, section 5.3: width^-0.5 · 4000^-0.5.
struct Peak {
  int most_width;
  double learning_rate;
};
constexpr std::array kPeaks = {Peak{128, 0.004}, Peak{256, 0.002}, Peak{512, 0.0007},
                               Peak{std::numeric_limits<int>::max(), 0.0005}};

// A model that has learnt already is tuned by a quarter of the rate and of the passes.
constexpr double kTuning = 0.25;
constexpr std::int64_t kLeastTuningPasses = 3;
// A model that is larger than the corpus asks for needs more dropout on a small one.
constexpr double kLargeDropout = 0.3;
constexpr std::int64_t kSmallCorpus = 500'000;
// A text of a few lines is passed over more often, until there are so many updates.
constexpr std::int64_t kLeastUpdates = 1500;
// Warm-up takes at most this share of all updates.
constexpr std::int64_t kWarmupShare = 10;
// Of the pairs, at most so many to validate on.
constexpr std::int64_t kValidShare = 10, kMostValidPairs = 1000;
constexpr std::int64_t kLeastBatchTokens = 256;
// Bytes of a side that make a token, about.
constexpr std::int64_t kBytesOfToken = 4;
// What stands for the corpus before it is read.
constexpr CorpusSize kSupposed{30'000, 4'000'000};

const Row& row_of(std::int64_t pairs) {
  return *std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return pairs <= row.most_pairs; });
}

double peak_for(int width) {
  return std::find_if(kPeaks.begin(), kPeaks.end(), [&](const Peak& peak) { return width <= peak.most_width; })
      ->learning_rate;
}

std::string_view smallest_preset_of(int width) {
  for (const std::string_view preset : {"tiny", "small", "base"}) {
    ModelConfig sizes;
    apply_preset(sizes, preset);
    if (width <= sizes.width) return preset;
  }
  return "big";
}

bool takes_rotary_positions(const ModelConfig& config) {
  return (config.architecture == "transformer" || !reads_source(config)) &&
         (config.head_width > 0 || config.heads > 0) && config.width_of_head() % 2 == 0 &&
         form_named(self_attention_forms(), config.encoder_self_attention).takes_positions &&
         form_named(self_attention_forms(), config.decoder_self_attention).takes_positions;
}

class Chooser {
 public:
  Chooser(TrainOptions& options, ModelConfig& config, const CorpusSize& size, const std::optional<ModelConfig>& initial,
          int processes)
      : options_(options),
        config_(config),
        size_(size),
        initial_(initial),
        processes_(processes),
        row_(row_of(size.pairs)) {}

  NamedValues choose() {
    if (!initial_) choose_model();
    choose_text();
    choose_batches();
    choose_end();
    choose_rate();
    set("dropout", config_.dropout, dropout());
    set("valid-interval", options_.validation.valid_interval, row_.valid_interval);
    if (!options_.targets_alone()) set("valid-beam-size", options_.validation.valid_beam_size, 1);
    return std::move(chosen_);
  }

 private:
  bool is_given(const char* name) const { return options_.given->contains(name); }

  template <typename T>
  void set(const char* name, T& field, const std::type_identity_t<T>& value) {
    if (is_given(name)) return;
    field = value;
    chosen_.emplace_back(name, text_of(value));
  }

  int row_width() const {
    ModelConfig sizes;
    apply_preset(sizes, row_.preset);
    return sizes.width;
  }

  double dropout() const {
    if (initial_) return initial_->dropout;
    return width() > row_width() && size_.pairs <= kSmallCorpus ? std::max(row_.dropout, kLargeDropout) : row_.dropout;
  }

  int width() const { return initial_ ? initial_->width : config_.width; }

  // Around a given width the other sizes are those of the smallest preset that is as wide.
  void choose_model() {
    if (!is_given("preset")) {
      ModelConfig sizes;
      apply_preset(sizes, is_given("width") ? smallest_preset_of(config_.width) : row_.preset);
      std::map<std::string, int> values;
      visit_sizes(sizes, [&](const char* name, int value) { values[name] = value; });
      visit_sizes(config_, [&](const char* name, int& field) {
        if (&field != &config_.encoder_layers || reads_source(config_)) set(name, field, values.at(name));
      });
    }
    if (takes_rotary_positions(config_)) set("positions", config_.positions, "rotary");
  }

  void choose_text() {
    if (!initial_ && options_.vocabulary.source_tokenizer.empty()) {
      set("vocab-size", options_.vocabulary.tokenizer.vocabulary_size, row_.vocabulary);
      set("tokenizer-algorithm", options_.vocabulary.tokenizer.algorithm, TokenizerOptions::Algorithm::bpe);
    }
    if (options_.has_validation_files()) return;
    set("valid-lines", options_.corpus.valid_lines,
        std::clamp<std::int64_t>(size_.pairs / kValidShare, 1, kMostValidPairs));
  }

  // Several processes share what one would take for an update.
  void choose_batches() {
    const std::int64_t tokens = row_.batch_tokens * row_.accumulate;
    const int least = std::max(is_given("batch-tokens") ? 1 : row_.accumulate, processes_);
    if (least > 1) set("accumulate", options_.accumulate, rounded_up(least, processes_));
    set("batch-tokens", options_.batch_tokens,
        std::clamp(tokens / std::max(options_.accumulate, 1), kLeastBatchTokens, row_.batch_tokens));
  }

  void choose_end() {
    if (is_given("max-steps") || is_given("max-epochs") || is_given("max-time")) return;
    const auto tuning = static_cast<std::int64_t>(kTuning * static_cast<double>(row_.passes));
    set("max-epochs", options_.limits.max_epochs,
        initial_ ? std::max(tuning, kLeastTuningPasses) : std::max(row_.passes, kLeastUpdates / updates_in_pass()));
  }

  // A cosine needs to know its end.
  void choose_rate() {
    const LimitOptions& limits = options_.limits;
    const bool has_end = limits.max_epochs > 0 || limits.max_steps > 0;
    set("schedule", options_.learning_rate.schedule, has_end ? row_.schedule : Schedule::inverse_sqrt);
    set("learning-rate", options_.learning_rate.learning_rate, peak_for(width()) * (initial_ ? kTuning : 1));
    std::int64_t warmup = row_.warmup_steps;
    if (has_end) warmup = std::clamp<std::int64_t>(updates() / kWarmupShare, 1, warmup);
    set("warmup-steps", options_.learning_rate.warmup_steps, warmup);
  }

  // About.
  std::int64_t updates_in_pass() const {
    const std::int64_t batch = options_.batch_tokens > 0 ? options_.batch_tokens : row_.batch_tokens;
    const std::int64_t tokens = size_.bytes / 2 / kBytesOfToken + size_.pairs;
    return std::max<std::int64_t>(tokens / (batch * std::max(options_.accumulate, 1)), 1);
  }

  // Of the whole training.
  std::int64_t updates() const {
    const LimitOptions& limits = options_.limits;
    const std::int64_t end = limits.max_epochs > 0 ? limits.max_epochs * updates_in_pass() : limits.max_steps;
    return limits.max_steps > 0 ? std::min(limits.max_steps, end) : end;
  }

  TrainOptions& options_;
  ModelConfig& config_;
  CorpusSize size_;
  const std::optional<ModelConfig>& initial_;
  int processes_;
  const Row& row_;
  NamedValues chosen_;
};

}  // namespace

NamedValues choose_options(TrainOptions& options, ModelConfig& config, const CorpusSize& size,
                           const std::optional<ModelConfig>& initial, int processes) {
  return Chooser(options, config, size, initial, processes).choose();
}

void check_before_choice(TrainOptions options, ModelConfig config) {
  if (options.given) {
    const std::optional<ModelConfig> initial = options.init_from.empty() ? std::nullopt : std::optional(ModelConfig{});
    choose_options(options, config, kSupposed, initial, 1);
  }
  options.validate();
  if (options.init_from.empty()) {
    check_sides(config, options);
    config.source_vocabulary = config.target_vocabulary = options.vocabulary.tokenizer.vocabulary_size;
    config.validate();
  }
}

}  // namespace dragoman
