#pragma once

#include "decoding/scoring/quality.h"

#include <filesystem>
#include <string>

namespace dragoman {

/// Writes quality.json into a model directory, and its manifest. model: the fingerprint of the model that it is of.
void save_quality(const std::filesystem::path& directory, const QualityCalibration& calibration,
                  const std::string& model);

/// Throws std::runtime_error naming the file if there is none, or if it is damaged or of a model with another
/// fingerprint.
QualityCurves load_quality(const std::filesystem::path& directory, const std::string& model);

}  // namespace dragoman
