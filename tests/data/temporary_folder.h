#pragma once

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <zlib.h>

namespace dragoman {

/// A test with a folder of its own that vanishes with it.
class TemporaryFolderTest : public ::testing::Test {
 protected:
  TemporaryFolderTest() {
    std::string name = ::testing::TempDir() + "dragoman_XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~TemporaryFolderTest() override { std::filesystem::remove_all(folder_); }

  /// The names of what is in it, hidden or not.
  std::set<std::string> entries() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) names.insert(entry.path().filename());
    return names;
  }

  std::string path(const std::string& name) const { return folder_ / name; }

  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

  std::string write_gzip(const std::string& name, std::string_view text) const {
    const gzFile file = ::gzopen(path(name).c_str(), "wb");
    EXPECT_EQ(::gzwrite(file, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
    EXPECT_EQ(::gzclose(file), Z_OK);
    return path(name);
  }

  static std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder_;
};

}  // namespace dragoman
