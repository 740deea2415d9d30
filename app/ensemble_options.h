#pragma once

#include "app/cli/command_line.h"
#include "app/translation_options.h"

#include <string>

namespace dragoman {

/// Adds --model, of which there may be several, and --allow-unvalidated. The first is the model, the others its
/// companions. text: the option that names what to translate, which people forget. Returns --model.
Option& add_models_option(CommandLine& line, TranslationOptions& options, std::string text,
                          std::string help = "the model directory");

/// How several models become one.
void add_ensemble_options(CommandLine& line, TranslationOptions& options);

/// Throws std::invalid_argument for such options without several models, or that do not fit their number. Call after
/// CommandLine::parse().
void check_ensemble(const CommandLine& line, const TranslationOptions& options);

}  // namespace dragoman
