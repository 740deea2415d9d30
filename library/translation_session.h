#pragma once

#include "app/cli/command_line.h"
#include "app/engine_shelf.h"
#include "app/ready_translator.h"
#include "app/result_options.h"
#include "app/translation_options.h"
#include "base/notice.h"
#include "decoding/scoring/quality.h"

#include <dragoman/translator.h>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace dragoman {

/// Translates with one set of options. Threads may share it.
class TranslationSession {
 public:
  /// assignments: options of `translate`, the model among them. Throws as the command does.
  TranslationSession(const std::vector<Assignment>& assignments, const Notice& notice, EngineShelf& shelf);

  std::vector<api::Translation> translate(std::span<const api::Line> lines, const std::stop_token& stop) const;
  std::vector<api::Output> score(std::span<const std::string> sources, std::span<const std::string> targets) const;

  const ReadyTranslator& ready() const { return *ready_; }

 private:
  api::Translation to_api(const Translation& translation) const;

  Notice notice_;
  TranslationOptions options_;
  ResultOptions results_;
  std::optional<ReadyTranslator> ready_;
  std::optional<QualityCurves> quality_;
};

}  // namespace dragoman
