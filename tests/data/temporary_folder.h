#pragma once

#include "tests/base/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>
#include <zlib.h>

namespace dragoman {

/// A test with a folder of its own that vanishes with it.
class TemporaryFolderTest : public ::testing::Test {
 protected:
  /// The names of what is in it, hidden or not.
  std::vector<std::string> entries() const { return made_.entries(); }

  std::string path(const std::string& name) const { return made_ / name; }

  std::string write(const std::string& name, std::string_view bytes) const { return made_.file(name, bytes); }

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

  const TemporaryFolder made_;
  const std::filesystem::path folder_ = made_.path();
};

}  // namespace dragoman
