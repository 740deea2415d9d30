#pragma once

#include "base/stop_check.h"
#include "formats/model_directory.h"
#include "formats/safetensors.h"
#include "model/model_config.h"

#include <filesystem>
#include <string>
#include <vector>

namespace dragoman {

/// Writes a model in the format of CTranslate2 (binary version 6, Transformer revision 7, as version 4.8 of its Python
/// package writes it) as the directory `path`, all or nothing (AtomicDirectory): model.bin, config.json and the
/// vocabularies, beside the SentencePiece models for whoever feeds it; what texts are to it, the returned lines say,
/// and ExportedText. Its tables of positions are finite: sinusoids are written for `kExportedPositions`. Throws
/// std::runtime_error naming the file that cannot be written, the weight that `weights` lacks, or the option of the
/// model that CTranslate2 has no form for. stop: as for AtomicDirectory.
std::vector<std::string> export_ctranslate2(const std::filesystem::path& path, const ModelConfig& config,
                                            const SafetensorsFile& weights, const Tokenizers& tokenizers,
                                            const StopCheck& stop = {});

inline constexpr int kExportedPositions = 1024;

}  // namespace dragoman
