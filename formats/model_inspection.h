#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dragoman {

/// What there is to say of one file of a model directory.
struct InspectedFile {
  std::string name;
  std::string trouble;  ///< empty: as it was written, by the manifest; else a line with what is wrong and what to do
};

/// The files of a model directory, of which each is read and compared with the manifest: those that the manifest lists,
/// and those that are there or have to be. Whether they fit each other is for load_weights() to say.
std::vector<InspectedFile> inspect_files(const std::filesystem::path& directory);

}  // namespace dragoman
