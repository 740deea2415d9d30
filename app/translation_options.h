#pragma once

#include "app/command_line.h"
#include "decoding/translator.h"

#include <string>

namespace dragoman {

/// What `translate` and `evaluate` need to translate with a model.
struct TranslationOptions {
  std::string model;            ///< the model directory
  std::string device = "auto";  ///< auto, cpu or cuda
  TranslatorOptions translator;
};

/// Adds the search, its batches and the device, but not the model.
void add_translation_options(CommandLine& line, TranslationOptions& options);

/// Loads the model. Call after CommandLine::parse(): of the limits of a batch, the one that the user gives holds alone.
Translator make_translator(const CommandLine& line, TranslationOptions options);

}  // namespace dragoman
