#pragma once

#include <filesystem>

namespace dragoman {

/// Throws std::runtime_error if `path` is a model of another program, naming which: Hugging Face, CTranslate2, Marian
/// or a checkpoint of PyTorch. Whatever has a config.json of this program is none.
void refuse_foreign_model(const std::filesystem::path& path);

}  // namespace dragoman
