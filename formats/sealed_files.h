#pragma once

#include "formats/manifest.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// The files of a model directory as they are read, each compared with the manifest.
class SealedFiles {
 public:
  /// ignore_manifest: the files are as they are
  explicit SealedFiles(std::filesystem::path directory, bool ignore_manifest = false);

  const std::filesystem::path& directory() const { return directory_; }

  bool has(const std::string& name) const;

  /// Whether the manifest, if there is one that counts, has the file.
  bool lists(const std::string& name) const;

  /// Throws std::runtime_error, naming the file and what to do, if it is missing, or the directory is.
  void require_file(const std::string& name) const;

  /// The contents of a file; throws as require_file().
  std::string read(const std::string& name) const;

  /// Throws std::runtime_error as Manifest::require().
  void check(const std::string& name, const FileSeal& seal);

  /// All of them again: whoever replaces a whole directory meanwhile replaces the manifest with it, and no file may be
  /// of the one before.
  void check_all_again() const;

 private:
  std::filesystem::path directory_;
  bool ignored_;
  std::vector<std::pair<std::string, FileSeal>> seen_;
};

}  // namespace dragoman
