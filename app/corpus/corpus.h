#pragma once

#include "data/corpus/corpus_cleaner.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// The tokenizers of a model directory.
using ModelTokenizers = std::function<SideTokenizers(const std::string& directory)>;

/// The command `corpus`, with these arguments behind its name. Where they ask for the tokenizers of a model and there
/// is no `tokenizers_of`, nothing has been done yet and nothing comes back; else the exit code.
std::optional<int> corpus(const std::vector<std::string>& arguments, const ModelTokenizers& tokenizers_of);

}  // namespace dragoman
