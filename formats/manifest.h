#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// What tells one content of a file from another: its size, and a CRC-32 of its bytes, or, where the file carries one
/// as those of save_safetensors() do, that one.
struct FileSeal {
  std::uint64_t size = 0;
  std::uint32_t checksum = 0;

  bool operator==(const FileSeal&) const = default;
};

std::filesystem::path manifest_file(const std::filesystem::path& directory);

/// Of all bytes of a file.
FileSeal seal_of(std::string_view bytes);

/// manifest.json: the seals of a model directory's files, so that one that is damaged, edited or of another model is
/// not taken for the one that was written. A file may be as it was last written or as it was before that: what replaces
/// a file lists it first, so that neither a crash nor a reader in between finds one that is not listed.
class Manifest {
 public:
  /// The directory's; none where it has none, as those that older programs wrote. Throws std::runtime_error naming the
  /// file if it is damaged or newer than this program.
  static std::optional<Manifest> load(const std::filesystem::path& directory);
  void save(const std::filesystem::path& directory) const;

  /// Besides that of the latest add() of this name, which is then the one before.
  void add(const std::string& name, const FileSeal& seal);
  void remove(const std::string& name) { files_.erase(name); }
  bool lists(const std::string& name) const { return files_.contains(name); }
  std::vector<std::string> names() const;

  /// Throws std::runtime_error, naming the file and what to do, unless `name` is listed with this seal.
  void require(const std::filesystem::path& directory, const std::string& name, const FileSeal& seal) const;

 private:
  std::map<std::string, std::vector<FileSeal>> files_;
};

/// Keeps a directory's manifest true while files are replaced; others who want to replace some wait meanwhile. A
/// directory that holds a model without a manifest stays without.
class ManifestUpdate {
 public:
  explicit ManifestUpdate(const std::filesystem::path& directory);
  ~ManifestUpdate();
  ManifestUpdate(const ManifestUpdate&) = delete;
  ManifestUpdate& operator=(const ManifestUpdate&) = delete;

  /// To be called before the file of that name takes its place.
  void announce(const std::string& name, const FileSeal& seal);

  /// Replaces the file by `text`, all or nothing.
  void write(const std::string& name, std::string_view text);

  /// Removes the file, if it is there.
  void remove(const std::string& name);

 private:
  std::filesystem::path directory_;
  int lock_ = -1;
  std::optional<Manifest> manifest_;
};

/// Throws as Manifest::require() does; a directory without a manifest has nothing to compare with. To be called after
/// the file was opened.
void require_sealed(const std::filesystem::path& directory, const std::string& name, const FileSeal& seal);

}  // namespace dragoman
