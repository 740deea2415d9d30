#pragma once

#include "base/mapped_file.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The files of a model of another program by their names, wherever they lie: in a folder or in an archive.
class ModelFiles {
 public:
  /// place: the folder or the like, for errors
  explicit ModelFiles(std::string place) : place_(std::move(place)) {}

  /// Those that lie in `folder` itself, each mapped.
  static ModelFiles in_folder(const std::filesystem::path& folder);

  /// owner: of the bytes, kept as long as this object is.
  void add(const std::string& name, std::string_view bytes, std::shared_ptr<const void> owner);

  bool contains(const std::string& name) const { return files_.contains(name); }

  /// Throws std::runtime_error naming the file if it is missing, or a stand-in of Git LFS.
  std::string_view bytes(const std::string& name) const;

  /// Lets go of what was looked at of a file, if it is mapped.
  void forget(std::string_view part) const;

  /// The file's name for errors.
  std::string path(const std::string& name) const;
  const std::string& place() const { return place_; }

  /// Throws std::runtime_error naming the file if one was written to meanwhile.
  void require_unchanged() const;

 private:
  std::string place_;
  std::map<std::string, std::string_view> files_;
  std::vector<std::shared_ptr<const void>> owners_;
  std::vector<std::shared_ptr<const MappedFile>> mapped_;
};

}  // namespace dragoman
