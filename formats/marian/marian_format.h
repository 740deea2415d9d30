#pragma once

#include <filesystem>

namespace dragoman {

struct ImportedModel;

/// Reads a model that Marian has trained: its file, or the folder of it. Throws std::runtime_error naming file and
/// option for whatever is missing, damaged, or has no form here.
ImportedModel read_marian_model(const std::filesystem::path& from);

}  // namespace dragoman
