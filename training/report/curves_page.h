#pragma once

#include <filesystem>

namespace dragoman {

/// Writes a self-contained page with the curves of loss, BLEU, learning rate and speed from the lines of a log.jsonl
/// (TrainLog). Of very many training entries evenly spaced ones are drawn.
void write_curves_page(const std::filesystem::path& page, const std::filesystem::path& log);

}  // namespace dragoman
