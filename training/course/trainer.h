#pragma once

#include "base/notice.h"
#include "decoding/engine/workers.h"
#include "formats/model_directory.h"
#include "training/course/gradient_pass.h"
#include "training/course/moving_average.h"
#include "training/course/optimiser.h"
#include "training/course/pace.h"
#include "training/course/training_directory.h"
#include "training/course/training_state.h"
#include "training/course/validation_schedule.h"
#include "training/course/validator.h"
#include "training/data/batch_stream.h"
#include "training/data/training_data.h"
#include "training/loss/label_smoothed_loss.h"
#include "training/options/auto_options.h"
#include "training/options/train_options.h"
#include "training/report/train_log.h"

#include <torch/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// What a progress display shows, after each update.
struct TrainStatus {
  std::int64_t step = 0;
  std::int64_t epoch = 1;  ///< the pass that the last update was of, counted from 1
  double loss = 0;         ///< label-smoothed, a token, averaged over the last updates
  double learning_rate = 0;
  double tokens_per_second = 0;             ///< target tokens, padding excluded
  std::optional<double> fraction;           ///< of the way to the nearest limit, in [0, 1]
  std::optional<double> seconds_remaining;  ///< to that limit, at this run's pace
};

/// How a training speaks with whoever runs it. Empty functions are not called.
struct TrainObserver {
  Notice notice;
  std::function<void(const TrainStatus&)> status;
  /// Asked before each update: true ends the training with its state saved.
  std::function<bool()> stop_requested;
};

enum class TrainOutcome { finished, stopped };

/// One training in one folder: from its texts or its last save to the final model. Several processes may train
/// together, each with a Trainer of its own: each takes its share of the batches of every update, so that all have the
/// same weights at any time, and rank 0 validates, keeps the files and speaks.
class Trainer {
 public:
  /// Opens the folder, reads the texts and, where a state is there, restores it. `config` gives the architecture
  /// wanted; vocabularies come from the tokenizers. Throws std::invalid_argument for options and std::runtime_error for
  /// files.
  /// `group`, of which every process needs the same options and texts, must outlive this object; null: it trains alone.
  Trainer(TrainOptions options, ModelConfig config, TrainObserver observer, ProcessGroup* group = nullptr);
  ~Trainer();

  /// Trains until a limit is reached or a stop is requested.
  TrainOutcome run();

 private:
  // What happened since the last line of the log.
  struct Recent {
    LossSums sums;
    std::int64_t updates = 0;
    std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
  };

  // trainer_setup.cpp
  void choose();
  void compare_with_others();
  void prepare_tokenizers();
  void settle_config();
  void share_tokenizers();
  bool is_bf16() const;
  void prepare_corpus();
  void prepare_model();
  TrainingFacts facts_of_training() const;
  void begin_or_go_on();

  // trainer_batches.cpp
  void prepare_pass();
  void prepare_batches();
  void open_batches(std::int64_t budget);
  std::int64_t largest_reasonable_budget() const;
  void rehearse();
  void count_updates_in_pass();
  std::int64_t schedule_end() const;

  // trainer.cpp
  TrainOutcome train();
  void update();
  std::vector<PlacedBatch> next_batches();
  void skip_update();
  void go_back(const std::string& reason);
  void report(double norm, double rate);
  void tell_forecast(const TrainStatus& status);
  std::int64_t epoch() const;

  bool validate();
  void take_in(const ValidationResult& result);
  std::optional<std::string> limit_reached() const;
  std::optional<double> fraction_done() const;
  void finish(const std::string& limit);
  void notice(const std::string& line) const;

  // trainer_files.cpp
  void retain(const ValidatedStep& validated);
  void save();
  void load();
  void share_progress();
  void share_state();
  NamedTensors average_state() const;
  void write_average();
  bool becomes_model(double score);

  bool is_first() const { return !group_ || group_->is_first(); }
  bool agreed(bool wish) const;

  TrainOptions options_;
  ModelConfig config_;
  TrainObserver observer_;
  ProcessGroup* group_;
  torch::Device device_;
  int threads_;
  std::shared_ptr<const Workers> workers_;
  TrainingText text_;                           // read before the folder is made, so that bad input leaves no trace
  NamedValues chosen_;                          // by the program, of the options
  std::optional<TrainingDirectory> directory_;  // rank 0's
  bool resumes_ = false;
  std::optional<Tokenizers> tokenizers_;
  std::unique_ptr<CorpusFile> corpus_;
  std::optional<BatchStream> batches_;
  double share_of_epoch_ = 0;  // of the pass under way
  std::optional<std::int64_t> updates_in_pass_;
  std::int64_t schedule_end_ = 0;
  std::optional<Validator> validator_;
  ValidationSchedule validations_;
  std::shared_ptr<Seq2SeqModel> model_;
  std::optional<Optimiser> optimiser_;
  std::optional<MovingAverage> average_;
  std::optional<GradientPass> pass_;
  TrainingProgress progress_;
  std::optional<TrainLog> log_;
  Recent recent_;
  Pace pace_;
  Forecast forecast_;
  double seconds_before_ = 0;  // of earlier runs
  std::chrono::steady_clock::time_point started_;
  int skipped_in_a_row_ = 0;
};

}  // namespace dragoman
