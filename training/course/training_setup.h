#pragma once

#include "data/corpus_file.h"
#include "model/model_config.h"
#include "training/course/gradient_pass.h"
#include "training/course/keeper.h"
#include "training/course/learner.h"
#include "training/course/train_observer.h"
#include "training/course/training_state.h"
#include "training/course/training_task.h"
#include "training/course/update_batches.h"
#include "training/distributed/peers.h"
#include "training/options/train_options.h"

#include <cstdint>
#include <memory>

namespace dragoman {

/// A training that can begin or go on: all that its course needs.
struct TrainingSetup {
  std::unique_ptr<const TrainingTask> task;
  Peers peers;
  std::unique_ptr<const CorpusFile> corpus;
  Learner learner;
  std::unique_ptr<GradientPass> pass;      ///< of the learner's model
  std::unique_ptr<UpdateBatches> batches;  ///< of the corpus, at the place where `progress` is
  TrainingProgress progress;
  std::int64_t schedule_end;       ///< the update at which the learning rate's schedule ends; 0: none
  std::unique_ptr<Keeper> keeper;  ///< rank 0's; the others have none
};

/// Settles the task, opens the folder, learns or reads tokenizers, makes the model and, where a state is there,
/// restores it; from then on the folder holds a model. If anything fails before, folders that were made are gone again.
/// observer: all of its functions can be called. Throws as Trainer does.
TrainingSetup set_up_training(TrainOptions options, ModelConfig config, const TrainObserver& observer,
                              const Peers& peers);

}  // namespace dragoman
