#pragma once

namespace dragoman {

/// Names of files in a model directory that more than one part of the program knows.
inline constexpr const char* kQualityFile = "quality.json";

}  // namespace dragoman
