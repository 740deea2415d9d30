#pragma once

#include "decoding/scoring/quality.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace dragoman {

/// Writes quality.json into a model directory, and its manifest. model: the fingerprint of the model that it is of.
void save_quality(const std::filesystem::path& directory, const QualityCalibration& calibration,
                  const std::string& model);

/// Throws std::runtime_error naming the file if there is none, or if it is damaged or of a model with another
/// fingerprint.
QualityCurves load_quality(const std::filesystem::path& directory, const std::string& model);

/// The same from the file's contents; errors begin with `name_for_errors` and end with what to do.
QualityCurves parse_quality(std::string_view text, const std::string& model, const std::string& name_for_errors,
                            const std::string& remedy);

}  // namespace dragoman
