#pragma once

#include "base/stop_check.h"
#include "formats/model_directory.h"
#include "formats/safetensors.h"
#include "model/model_config.h"

#include <filesystem>
#include <string>
#include <vector>

namespace dragoman {

/// Writes a model as the directory `path`, all or nothing (AtomicDirectory), in the form that transformers has for it:
/// MarianMT, Pegasus, BART, M2M100, mBART, T5 or UMT5, whichever computes what it does, with weights in fp32. Returns
/// what is to be known, a line each. Throws std::runtime_error naming the file that cannot be written, or the option of
/// the model that transformers has no form for. stop: as for AtomicDirectory.
std::vector<std::string> export_hugging_face(const std::filesystem::path& path, const ModelConfig& config,
                                             const SafetensorsFile& weights, const Tokenizers& tokenizers,
                                             const StopCheck& stop = {});

}  // namespace dragoman
