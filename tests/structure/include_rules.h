#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dragoman {

/// What the `#include` lines below `root` break, as sorted lines "FILE:LINE: what is wrong"; empty when all is well.
///
/// The folders are layers, app > training > decoding > formats > {model, data, metrics} > {kernels, tokenizer} > base:
/// a file includes those of its own folder and of folders below, always by their path from the root. Boost belongs to
/// app, HTTP to app/serve, SentencePiece to tokenizer, ICU to tokenizer and metrics; LibTorch stays out of metrics,
/// data, tokenizer, kernels and base. Conditional compilation is not looked at, so that a rule holds on every machine.
/// Throws std::runtime_error where a folder is missing.
std::vector<std::string> broken_include_rules(const std::filesystem::path& root);

}  // namespace dragoman
