#pragma once

#include "app/cli/command_line.h"
#include "app/evaluate/evaluate_options.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// Translations of the source by the model that the options name; `sources` gets the texts of its lines, which the
/// options may have in objects. Lines that are not valid UTF-8 are refused, as in every file of this command.
using SourceTranslator = std::function<std::vector<std::string>(const CommandLine& line, const EvaluateOptions& options,
                                                                std::vector<std::string>& sources)>;

/// The command `evaluate`, with these arguments behind its name. Where they ask for a model and there is no
/// `translate`, nothing has been done yet and nothing comes back; else the exit code.
std::optional<int> evaluate(const std::vector<std::string>& arguments, const SourceTranslator& translate);

}  // namespace dragoman
