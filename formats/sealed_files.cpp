#include "formats/sealed_files.h"

#include "base/atomic_file.h"

#include <fmt/format.h>
#include <optional>
#include <stdexcept>

namespace dragoman {

namespace fs = std::filesystem;

SealedFiles::SealedFiles(fs::path directory, bool ignore_manifest)
    : directory_(std::move(directory)), ignored_(ignore_manifest) {}

bool SealedFiles::has(const std::string& name) const {
  return fs::exists(directory_ / name);
}

bool SealedFiles::lists(const std::string& name) const {
  if (ignored_) return false;
  const std::optional<Manifest> manifest = Manifest::load(directory_);
  return manifest && manifest->lists(name);
}

void SealedFiles::require_file(const std::string& name) const {
  if (!fs::is_directory(directory_)) {
    throw std::runtime_error(
        fmt::format("{}: no such model directory; `dragoman train --model` makes one", directory_.string()));
  }
  if (!has(name)) {
    throw std::runtime_error(
        fmt::format("{}: the model directory lacks this file; copy it anew or train the model again",
                    (directory_ / name).string()));
  }
}

std::string SealedFiles::read(const std::string& name) const {
  require_file(name);
  return read_file(directory_ / name);
}

void SealedFiles::check(const std::string& name, const FileSeal& seal) {
  seen_.emplace_back(name, seal);
  if (!ignored_) require_sealed(directory_, name, seal);
}

void SealedFiles::check_all_again() const {
  if (ignored_) return;
  for (const auto& [name, seal] : seen_) require_sealed(directory_, name, seal);
}

}  // namespace dragoman
