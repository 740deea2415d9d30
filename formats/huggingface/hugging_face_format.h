#pragma once

#include "formats/foreign/imported_model.h"

#include <filesystem>

namespace dragoman {

/// Reads a folder of Hugging Face's transformers, of whichever family its config.json says: each is a line in the list
/// of hugging_face_format.cpp, and a file. Throws std::runtime_error naming the file and what of it has no form here.
ImportedModel read_hugging_face(const std::filesystem::path& path);

}  // namespace dragoman
