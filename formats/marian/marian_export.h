#pragma once

#include "base/stop_check.h"
#include "formats/model_directory.h"
#include "formats/safetensors.h"
#include "model/model_config.h"

#include <filesystem>
#include <string>
#include <vector>

namespace dragoman {

/// Writes a model as the directory `path`, all or nothing (AtomicDirectory), in Marian's form: model.npz, its
/// vocabularies, and a decoder.yml with the defaults of the search, by which marian-decoder finds them. Returns what is
/// to be known, a line each. Throws std::runtime_error naming the file that cannot be written, or the option of the
/// model that Marian has no form for. stop: as for AtomicDirectory.
std::vector<std::string> export_marian(const std::filesystem::path& path, const ModelConfig& config,
                                       const SafetensorsFile& weights, const Tokenizers& tokenizers,
                                       const StopCheck& stop = {});

}  // namespace dragoman
