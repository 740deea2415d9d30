#pragma once

#include "app/cli/log.h"
#include "app/line_requests.h"
#include "app/ready_translator.h"
#include "app/result_options.h"
#include "app/translate/translate_format.h"
#include "app/translation_options.h"

#include <cstddef>
#include <string>
#include <vector>

namespace dragoman {

/// One of several equal parts of the input: lines · (number - 1) / count up to lines · number / count.
struct Shard {
  int number = 1;
  int count = 1;
};

struct TranslateOptions {
  TranslationOptions translation;
  std::string input = "-";
  std::string output = "-";
  RequestOptions requests;
  std::vector<std::string> references;
  TranslationFormat format = TranslationFormat::plain;
  Shard shard;
  TranslationExtras extras;
  ResultOptions results;
  bool restart = false;  ///< drops what an earlier run left of the output
  bool strict = false;
  bool quiet = false;
  std::size_t block_lines = 0;  ///< 0: as many as keep the processor busy
};

/// Translates the input to the output, and scores it against the references if there are any. An output file that an
/// earlier run began for the same model, options and lines is continued; SIGINT and SIGTERM stop the work where it can
/// be. Returns the exit code.
///
/// options_text: whatever of the command line the translations depend on.
int run_translation(const TranslateOptions& options, const std::string& options_text, const ReadyTranslator& translator,
                    Log& log);

}  // namespace dragoman
