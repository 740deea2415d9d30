#include "app/cli/file_uses.h"

#include "base/atomic_directory.h"
#include "base/file_place.h"

#include <compare>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

/// One file or folder, whatever names it has; where none is yet, the place of one: its folder and its name.
struct Identity {
  dev_t device = 0;
  ino_t node = 0;
  std::string name;

  auto operator<=>(const Identity&) const = default;
};

// Nothing if it is a device or a socket, which several may use, or cannot be.
std::optional<Identity> identity_of(const struct stat& status) {
  const bool is_held = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISFIFO(status.st_mode);
  return is_held ? std::optional(Identity{status.st_dev, status.st_ino, ""}) : std::nullopt;
}

// standard: what "-" stands for.
std::optional<Identity> identity_of(const std::string& path, int standard) {
  struct stat status {};
  if (path == "-") return ::fstat(standard, &status) == 0 ? identity_of(status) : std::nullopt;
  if (::stat(path.c_str(), &status) == 0) return identity_of(status);
  const fs::path place = behind_links(path);
  if (::stat(folder_of(place).c_str(), &status) != 0) return std::nullopt;
  return Identity{status.st_dev, status.st_ino, place.filename().string()};
}

// A PATH is either.
bool names_folder(const Option& option) {
  return option.value_name == "DIR" || option.value_name == "PATH";
}

bool names_files(const Option& option) {
  return option.value_name == "FILE" || names_folder(option);
}

// "--input text", or "standard input".
std::string shown(const std::string& option, const std::string& path, const char* standard) {
  return path == "-" ? standard : fmt::format("{} {}", option, path);
}

class Uses {
 public:
  void read(const std::string& option, const std::string& path) {
    if (const auto identity = identity_of(path, STDIN_FILENO)) read_.emplace(*identity, shown(option, path, kStdin));
  }

  // A model: the folder and its files.
  void read_folder(const std::string& option, const std::string& path) {
    read(option, path);
    for (const fs::path& folder : {fs::path(path), fs::path(path) / "training"}) {
      std::error_code error;
      for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error))
        read(option, file->path().string());
    }
  }

  void write(const std::string& option, const std::string& path) {
    const auto identity = identity_of(path, STDOUT_FILENO);
    if (!identity) return;
    const std::string name = shown(option, path, "stdout");
    if (const auto same = read_.find(*identity); same != read_.end()) {
      throw std::invalid_argument(
          fmt::format("{} is what {} reads, and would be written over; name another", name, same->second));
    }
    const auto [same, is_new] = written_.emplace(*identity, name);
    if (!is_new) throw std::invalid_argument(fmt::format("{} and {} are the same file; name two", same->second, name));
  }

 private:
  static constexpr const char* kStdin = "standard input";

  std::map<Identity, std::string> read_, written_;
};

}  // namespace

void check_file_uses(const std::deque<Option>& options, const std::vector<std::string>& config_files) {
  Uses uses;
  uses.read("", "-");
  for (const std::string& file : config_files) uses.read("--config", file);
  for (const bool writes : {false, true}) {
    for (const Option& option : options) {
      if (!names_files(option) || option.writes != writes) continue;
      const std::string name = "--" + option.name;
      for (const std::string& path : option.get()) {
        if (writes) {
          uses.write(name, path);
        } else if (names_folder(option)) {
          uses.read_folder(name, path);
        } else {
          uses.read(name, path);
        }
        if (!writes || !names_folder(option)) continue;
        if (const std::string obstacle = obstacle_to_replacing(path); !obstacle.empty())
          throw std::invalid_argument(fmt::format("{} {}: it {}", name, path, obstacle));
      }
    }
  }
}

}  // namespace dragoman
