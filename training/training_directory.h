#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// The folder of one training: the model directory, and in it training/ with
///   options.json                     what the training computes; a run with other options is refused
///   state.safetensors                weights, moments and progress of the last save: what a run resumes from
///   step-00001200.safetensors        weights at a validation, for averaging
///   corpus.tokens                    the training pairs as ids (CorpusFile)
///   log.jsonl and others             what happened (TrainLog)
/// While this object lives, no other process can open the same folder.
class TrainingDirectory {
 public:
  /// Makes the folders that are missing and locks them. Throws std::runtime_error naming the folder if it cannot be
  /// written or another training is running in it.
  explicit TrainingDirectory(const std::filesystem::path& model);
  ~TrainingDirectory();
  TrainingDirectory(const TrainingDirectory&) = delete;
  TrainingDirectory& operator=(const TrainingDirectory&) = delete;

  const std::filesystem::path& model() const { return model_; }
  std::filesystem::path state_file() const { return training_ / "state.safetensors"; }
  /// Where TrainLog has its files.
  std::filesystem::path log_folder() const { return training_; }
  static std::filesystem::path corpus_file(const std::filesystem::path& model) {
    return model / "training" / "corpus.tokens";
  }
  std::filesystem::path weights_file(std::int64_t step) const;

  /// Removes the weights of all steps but these.
  void keep_weights(const std::set<std::int64_t>& steps) const;

  /// Removes what a training that was killed in the middle of a save has left: nobody writes it now.
  void remove_unfinished() const;

  using Options = std::vector<std::pair<std::string, std::string>>;

  /// The first option whose values differ, as "NAME 'ITS VALUE', not 'THE OTHER'"; empty if there is none.
  static std::string difference(const Options& these, const Options& others);

  /// Writes the options of a new training, or compares them with those that it was started with: std::runtime_error
  /// naming the first difference.
  void record_or_compare(const Options& options) const;

 private:
  std::filesystem::path model_, training_;
  int lock_ = -1;
};

}  // namespace dragoman
