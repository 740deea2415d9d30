#include "formats/manifest.h"

#include "base/atomic_file.h"
#include "base/checksum.h"
#include "base/json.h"
#include "formats/model_files.h"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kManifestFormat = 1;  // raised when an older program could misread the file

std::string seal_command(const fs::path& directory) {
  return fmt::format("`dragoman seal --model {}`", directory.string());
}

[[noreturn]] void refuse(const fs::path& directory) {
  throw std::runtime_error(
      fmt::format("{}: damaged; copy the model directory anew, or, if the other files are sound, make it again with {}",
                  manifest_file(directory).string(), seal_command(directory)));
}

std::string hexadecimal(std::uint32_t checksum) {
  return fmt::format("{:08x}", checksum);
}

std::uint32_t checksum_from(const std::string& text) {
  std::uint32_t checksum = 0;
  const char* end = text.data() + text.size();
  if (text.size() != 8 || std::from_chars(text.data(), end, checksum, 16).ptr != end)
    throw std::invalid_argument("not a checksum");
  return checksum;
}

}  // namespace

fs::path manifest_file(const fs::path& directory) {
  return directory / "manifest.json";
}

FileSeal seal_of(std::string_view bytes) {
  return {bytes.size(), crc32_of(bytes)};
}

std::optional<Manifest> Manifest::load(const fs::path& directory) {
  const fs::path file = manifest_file(directory);
  if (!fs::exists(file)) return std::nullopt;
  const std::optional<Json> json = parse_json(read_file(file));
  if (!json) refuse(directory);
  Manifest manifest;
  try {
    const auto format = whole_number<std::int64_t>(json->at("format"));
    if (format > kManifestFormat) {
      throw std::runtime_error(
          fmt::format("{}: written in format {}, this program reads up to {}; use a newer dragoman", file.string(),
                      format, kManifestFormat));
    }
    if (format < 1) refuse(directory);
    if (json->at("crc32") != Json(hexadecimal(crc32_of(json->at("files").dump())))) refuse(directory);
    for (const auto& [name, seals] : json->at("files").items()) {
      for (const Json& seal : seals) {
        manifest.files_[name].push_back(
            {whole_number<std::uint64_t>(seal.at("size")), checksum_from(seal.at("crc32").get<std::string>())});
      }
    }
  } catch (const Json::exception&) {
    refuse(directory);
  } catch (const std::invalid_argument&) {
    refuse(directory);
  }
  return manifest;
}

void Manifest::save(const fs::path& directory) const {
  Json files = Json::object();
  for (const auto& [name, seals] : files_) {
    for (const FileSeal& seal : seals)
      files[name].push_back({{"size", seal.size}, {"crc32", hexadecimal(seal.checksum)}});
  }
  const Json json = {{"format", kManifestFormat}, {"files", files}, {"crc32", hexadecimal(crc32_of(files.dump()))}};
  write_file_atomically(manifest_file(directory), json.dump(2) + "\n");
}

void Manifest::add(const std::string& name, const FileSeal& seal) {
  std::vector<FileSeal>& seals = files_[name];
  std::erase(seals, seal);
  seals.push_back(seal);
  if (seals.size() > 2) seals.erase(seals.begin());
}

std::vector<std::string> Manifest::names() const {
  std::vector<std::string> names;
  for (const auto& [name, seals] : files_) names.push_back(name);
  return names;
}

void Manifest::require(const fs::path& directory, const std::string& name, const FileSeal& seal) const {
  const std::string file = (directory / name).string();
  const auto found = files_.find(name);
  if (found == files_.end()) {
    throw std::runtime_error(
        fmt::format("{}: manifest.json does not list this file; take it away, or, if it belongs "
                    "there, seal the model with {}",
                    file, seal_command(directory)));
  }
  if (std::ranges::count(found->second, seal) > 0) return;
  throw std::runtime_error(
      fmt::format("{}: not as it was written, by manifest.json; {}copy the model directory anew", file,
                  name == kConfigFile ? fmt::format("if you edited it, seal it with {}, else ", seal_command(directory))
                                      : "it is damaged or another model's: "));
}

ManifestUpdate::ManifestUpdate(const fs::path& directory)
    : directory_(directory), lock_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (lock_ >= 0) ::flock(lock_, LOCK_EX);  // where a file system has no locks, one goes without
  try {
    manifest_ = Manifest::load(directory);
  } catch (...) {
    ::close(lock_);
    throw;
  }
  if (!manifest_ && !fs::exists(directory / kConfigFile)) manifest_.emplace();
}

ManifestUpdate::~ManifestUpdate() {
  if (lock_ >= 0) ::close(lock_);
}

void ManifestUpdate::announce(const std::string& name, const FileSeal& seal) {
  if (!manifest_) return;
  manifest_->add(name, seal);
  manifest_->save(directory_);
}

void ManifestUpdate::write(const std::string& name, std::string_view text) {
  announce(name, seal_of(text));
  write_file_atomically(directory_ / name, text);
}

void ManifestUpdate::remove(const std::string& name) {
  fs::remove(directory_ / name);
  if (!manifest_) return;
  manifest_->remove(name);
  manifest_->save(directory_);
}

void require_sealed(const fs::path& directory, const std::string& name, const FileSeal& seal) {
  if (const auto manifest = Manifest::load(directory)) manifest->require(directory, name, seal);
}

}  // namespace dragoman
