#pragma once

namespace dragoman {

/// Names of files in a model directory that more than one part of the program knows.
inline constexpr const char* kConfigFile = "config.json";
inline constexpr const char* kWeightsFile = "model.safetensors";
inline constexpr const char* kShortlistFile = "shortlist.safetensors";
inline constexpr const char* kQualityFile = "quality.json";

}  // namespace dragoman
