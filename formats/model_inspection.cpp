#include "formats/model_inspection.h"

#include "base/atomic_file.h"
#include "formats/manifest.h"
#include "formats/model_directory.h"
#include "formats/model_files.h"
#include "formats/safetensors.h"
#include "formats/sealed_files.h"

#include <exception>
#include <optional>
#include <set>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// What reading throws, as a line; empty: nothing.
template <typename Read>
std::string trouble_of(const Read& read) {
  try {
    read();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

FileSeal seal_of_file(const fs::path& file) {
  return file.extension() == ".safetensors" ? load_safetensors(file).seal() : seal_of(read_file(file));
}

std::set<std::string> names_of(const fs::path& directory, const std::optional<Manifest>& manifest) {
  std::set<std::string> names{kConfigFile, kWeightsFile};
  for (const fs::path& file : replaceable_files(directory)) names.insert(file.filename().string());
  for (const char* name : {kShortlistFile, kQualityFile}) {
    if (fs::exists(directory / name)) names.insert(name);
  }
  if (!manifest) return names;
  for (std::string& name : manifest->names()) names.insert(std::move(name));
  return names;
}

}  // namespace

std::vector<InspectedFile> inspect_files(const fs::path& directory) {
  std::optional<Manifest> manifest;
  const std::string damage = trouble_of([&] { manifest = Manifest::load(directory); });
  const std::string of_manifest = manifest_file(directory).filename().string();
  const SealedFiles files(directory);
  std::vector<InspectedFile> inspected;
  for (const std::string& name : names_of(directory, manifest)) {
    const auto read = [&] {
      files.require_file(name);
      const FileSeal seal = seal_of_file(directory / name);
      if (manifest) manifest->require(directory, name, seal);
    };
    inspected.push_back({name, name == of_manifest ? damage : trouble_of(read)});
  }
  return inspected;
}

}  // namespace dragoman
