#pragma once

#include "model/model_config.h"
#include "model/seq2seq_model.h"
#include "training/course/checkpoints.h"
#include "training/course/course_report.h"
#include "training/course/learner.h"
#include "training/course/training_state.h"
#include "training/course/validator.h"

#include <torch/types.h>

#include <memory>
#include <string>

namespace dragoman {

/// What rank 0 does for all that train together: it measures models, decides which of them is kept and which is the
/// model of the folder, and reports.
class Keeper {
 public:
  /// config, device, options: of the model that learns.
  Keeper(std::unique_ptr<Checkpoints> checkpoints, Validator validator, CourseReport report, const ModelConfig& config,
         torch::Device device, const TrainOptions& options);

  CourseReport& report() { return report_; }
  const Checkpoints& checkpoints() const { return *checkpoints_; }

  /// Leaves the model in training mode.
  ValidationResult measure(const std::shared_ptr<Seq2SeqModel>& model) const;

  /// Keeps what was measured of `model`, whose weights are still those, and makes it the folder's model if it is the
  /// best so far. `progress` is then to be saved.
  void take_in(const ValidationResult& result, const Seq2SeqModel& model, TrainingProgress& progress);

  /// Ends a training that has come to `limit`, or says that it had ended before.
  void finish(const std::string& limit, const Learner& learner, TrainingProgress& progress);

 private:
  void try_mean(TrainingProgress& progress);
  void tell_finished_before(const std::string& limit, const TrainingProgress& progress);

  std::unique_ptr<Checkpoints> checkpoints_;
  Validator validator_;
  CourseReport report_;
  ModelConfig config_;
  torch::Device device_;
  ValidationMetric metric_;
  Schedule schedule_;
};

}  // namespace dragoman
