#pragma once

#include "app/service/line_batcher.h"
#include "app/service/served_models.h"
#include "app/service/translation_kind.h"
#include "decoding/text/translation.h"
#include "tokenizer/glossary.h"

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace dragoman {

/// Texts that are to be translated, and what is asked of them. Lines are translated one by one; a text with markup is
/// one line.
struct TextsRequest {
  TranslationKind kind;
  std::vector<std::string> texts;
  std::string prefix = {};               ///< of the first line of each, which alone has alternatives
  std::vector<GlossaryTerm> terms = {};  ///< of all
  bool goes_on = false;                  ///< LineJob::goes_on
  std::stop_token stop = {};
  std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt;
};

/// A line of one of the texts, and what became of it.
struct TranslatedLine {
  std::size_t text = 0, line = 0;  ///< indices
  std::string source;
  Translation translation;
};

/// What became of the texts.
struct TranslatedTexts {
  std::vector<TranslatedLine> lines;            ///< of the first text, then of the second and so on
  std::vector<std::vector<std::string>> texts;  ///< of each text as many versions as are wanted, the best first
};

/// Translates texts for any number of callers at once, with the models that there are.
class TranslationService {
 public:
  /// The models must outlive it.
  TranslationService(ServedModels& models, const LineBatcher::Options& options);

  /// What hears of the end, once and from another thread: of the texts, or of what went wrong.
  using Done = std::function<void(TranslatedTexts texts)>;
  using Failed = std::function<void(std::exception_ptr failure)>;
  /// Hears of each line, in order, as soon as it and those before it are there.
  using LineDone = std::function<void(const TranslatedLine& line)>;

  /// False, and nothing is called, if there is too much to do.
  bool translate(TextsRequest request, Done done, Failed failed, LineDone line_done = {});

  /// As LineBatcher::stop().
  void stop() { batcher_.stop(); }

  const LineBatcher& batcher() const { return batcher_; }

 private:
  ServedModels& models_;
  LineBatcher batcher_;
};

}  // namespace dragoman
