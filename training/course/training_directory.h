#pragma once

#include "training/options/train_options.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
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
  /// written or another training is running in it. Unless keep() is called, the folders that were missing are removed
  /// at the end: a training that does not begin leaves nothing behind.
  explicit TrainingDirectory(const std::filesystem::path& model);
  ~TrainingDirectory();
  TrainingDirectory(const TrainingDirectory&) = delete;
  TrainingDirectory& operator=(const TrainingDirectory&) = delete;

  /// To be called when the training has begun.
  void keep() { made_.clear(); }

  const std::filesystem::path& model() const { return model_; }
  std::filesystem::path state_file() const { return training_ / "state.safetensors"; }
  /// Where TrainLog has its files.
  std::filesystem::path log_folder() const { return training_; }
  static std::filesystem::path log_folder(const std::filesystem::path& model) { return model / "training"; }
  static std::filesystem::path corpus_file(const std::filesystem::path& model) {
    return model / "training" / "corpus.tokens";
  }
  std::filesystem::path weights_file(std::int64_t step) const;

  /// Those that are there of the training in `model`, the earliest first.
  static std::vector<std::filesystem::path> kept_weights(const std::filesystem::path& model);

  /// Removes the weights of all steps but these.
  void keep_weights(const std::set<std::int64_t>& steps) const;

  /// Removes what a training that was killed in the middle of a save has left: nobody writes it now.
  void remove_unfinished() const;

  /// The options that a training began with, and those of them that the program chose.
  struct Record {
    NamedValues options, chosen;

    bool operator==(const Record&) const = default;
  };
  /// Of the training in `model`; nothing if none has begun there. Throws std::runtime_error naming the file if it is
  /// damaged.
  static std::optional<Record> record(const std::filesystem::path& model);

  /// Whether record_or_compare() has been called for this folder, by this process or an earlier one: the files of a
  /// model in it are a training's.
  bool has_record() const;

  /// The first option whose values differ, as "NAME 'ITS VALUE', not 'THE OTHER'"; empty if there is none. One that is
  /// missing on a side has its value in `defaults`, if it has one there: the program that wrote it did not know it yet.
  static std::string difference(const NamedValues& these, const NamedValues& others, const NamedValues& defaults);

  /// Writes the record of a new training, or compares the options with those that it was started with:
  /// std::runtime_error naming the first difference.
  void record_or_compare(const Record& wanted, const NamedValues& defaults) const;

 private:
  void remove_made() noexcept;
  void lock();

  std::filesystem::path model_, training_;
  std::vector<std::filesystem::path> made_;  // folders, the innermost first
  int lock_ = -1;
};

}  // namespace dragoman
