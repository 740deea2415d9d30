#pragma once

#include "app/cli/command_line.h"
#include "app/serve/api_keys.h"
#include "app/serve/file_store.h"
#include "app/serve/rate_limit.h"
#include "app/serve/serve_options.h"
#include "app/serve/statistics.h"
#include "app/service/served_models.h"
#include "app/service/translation_service.h"
#include "base/notice.h"
#include "tokenizer/language_detector.h"

#include <memory>
#include <string>
#include <vector>

namespace dragoman {

/// What stays when the options are read again.
struct Lasting {
  std::shared_ptr<Statistics> statistics;
  std::shared_ptr<FileStore> files;  ///< that were translated
  std::shared_ptr<RateLimit> rates;  ///< of what clients ask
};

/// Everything that requests are answered with, made of one reading of the options.
struct Serving {
  /// arguments: of the command. Throws as CommandLine::parse() and ServedModels do. `text` is what is to be printed
  /// instead of serving, if there is any.
  Serving(const std::vector<std::string>& arguments, const Notice& whom_to_tell, Lasting lasting);

  Notice notice;  ///< what the operator is to know
  CommandLine line;
  ServeOptions options;
  std::optional<std::string> text;
  std::optional<ApiKeys> keys;  ///< none: everybody may
  Lasting lasting;
  std::unique_ptr<ServedModels> models;
  std::unique_ptr<LanguageDetector> detector;
  std::unique_ptr<TranslationService> service;
};

using ServingPointer = std::shared_ptr<Serving>;

}  // namespace dragoman
