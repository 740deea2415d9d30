#pragma once

#include "app/cli/command_line.h"
#include "app/ready_translator.h"
#include "app/service/language_routes.h"
#include "app/service/translation_kind.h"
#include "app/translation_options.h"
#include "base/notice.h"
#include "decoding/engine/workers.h"
#include "decoding/scoring/quality.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// A model that is known cannot be loaded any more.
class UnavailableModel : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A model directory, and what is said of its languages.
struct ServedModel {
  std::string directory;
  LanguagePair languages = {};  ///< of one that does not know its own, or from which others are to be left out
};

/// "DIR", or "en:de=DIR", ":de=DIR". Throws std::invalid_argument for a language that is none.
ServedModel parse_served_model(const std::string& text);
std::string to_string(const ServedModel& model);

/// A translator of one kind, and what it is made of.
struct ServedTranslator {
  ReadyTranslator ready;
  std::optional<QualityCurves> quality;  ///< of a direct way whose model has been calibrated
  bool has_alternatives = false;         ///< whether one of a kind with alternatives can be
};

/// The models of a server: known from the start, loaded when they are needed, and dropped again, the longest unused
/// first, where they are more than memory is to be used. Threads may share it.
class ServedModels {
 public:
  /// line: what was said of the search; it must outlive this. memory: bytes of weights, 0: no limit. Throws
  /// std::runtime_error naming a directory that is no model, and std::invalid_argument for one without languages.
  ServedModels(const CommandLine& line, const TranslationOptions& options, std::vector<ServedModel> models,
               std::uint64_t memory, Notice notice);

  const LanguageRoutes& routes() const { return routes_; }
  const Workers& workers() const { return *workers_; }

  /// Loads what it takes. The kind must have a route. Throws UnavailableModel, and std::invalid_argument for a
  /// kind that cannot be.
  std::shared_ptr<const ServedTranslator> translator(const TranslationKind& kind);

  void load_all();

  struct State {
    std::string directory;
    bool loaded = false;
  };
  std::vector<State> states() const;

 private:
  using Clock = std::chrono::steady_clock;

  // A model in memory, with the options that it is used by.
  struct Loaded {
    std::shared_ptr<const Engine> engine;
    std::string fingerprint;
    TranslationOptions options;
    std::optional<QualityCurves> quality;
  };
  struct Slot {
    ServedModel model;
    ModelConfig config;
    std::uint64_t bytes = 0;
    std::mutex loading;
    std::shared_ptr<const Loaded> loaded = nullptr;
    Clock::time_point used = {};
  };
  struct Made {
    TranslationKind kind;
    std::vector<std::size_t> slots;
    std::shared_ptr<const ServedTranslator> translator;
  };

  std::shared_ptr<const Loaded> loaded(std::size_t slot);
  std::shared_ptr<const Loaded> load(const Slot& slot) const;
  void make_room(std::size_t for_slot);
  MarkupOptions marks_of(const TranslationKind& kind) const;
  std::shared_ptr<const ServedTranslator> make(const TranslationKind& kind, const LanguageRoute& route);
  Translator leg_translator(const Loaded& model, const LanguagePair& languages, const TranslationKind& kind,
                            bool is_last) const;

  const CommandLine& line_;
  TranslationOptions options_;
  std::uint64_t memory_;
  Notice notice_;
  std::shared_ptr<const Workers> workers_;
  std::vector<std::unique_ptr<Slot>> slots_;
  LanguageRoutes routes_;
  mutable std::mutex mutex_;  // of what the slots hold, and of:
  std::vector<Made> made_;    // the last used is the last
};

}  // namespace dragoman
