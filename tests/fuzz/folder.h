#pragma once

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string_view>
#include <unistd.h>

namespace dragoman {

/// A folder of this process and target, for readers of several files; it goes with the object.
class FuzzFolder {
 public:
  explicit FuzzFolder(const char* target)
      : path_(std::filesystem::temp_directory_path() / fmt::format("dragoman-fuzz-{}-{}", target, ::getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~FuzzFolder() { std::filesystem::remove_all(path_); }
  FuzzFolder(const FuzzFolder&) = delete;
  FuzzFolder& operator=(const FuzzFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file(const char* name) const { return path_ / name; }

  void write(const char* name, std::string_view bytes) const { std::ofstream(file(name), std::ios::binary) << bytes; }

 private:
  std::filesystem::path path_;
};

}  // namespace dragoman
