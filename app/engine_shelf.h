#pragma once

#include "app/translation_options.h"
#include "base/notice.h"
#include "decoding/engine/engine.h"
#include "decoding/engine/workers.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace dragoman {

/// A model made ready, and what tells it from others: its weights, and its shortlist if that is used.
struct ReadyEngine {
  std::shared_ptr<const Engine> engine;
  std::string fingerprint;
};

/// Models for any number of translators, each loaded once for each way to load it, with workers that all have. Threads
/// may share it.
class EngineShelf {
 public:
  /// As the options name it; throws as load_model() does. The number of workers, and their device, are those of the
  /// first options.
  ReadyEngine get(const TranslationOptions& options, const Notice& notice);

  /// Of any translator, all of them; null before the first.
  std::shared_ptr<const Workers> workers() const { return workers_; }

 private:
  struct Loaded {
    std::string model;
    InferencePrecision precision;
    bool shortlist;
    ReadyEngine ready;
  };

  std::mutex mutex_;
  std::shared_ptr<const Workers> workers_;
  std::vector<Loaded> loaded_;
};

}  // namespace dragoman
