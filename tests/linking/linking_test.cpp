// What the libraries that one process loads do to each other.

#include "cmake/shared_library.h"
#include "tokenizer/tokenizer.h"
#include "training/data/batch_budget.h"

#include <ATen/ATen.h>
#include <c10/util/Logging.h>

#include <exception>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>
#include <map>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// The libraries that this process has loaded, in the order in which the loader looks for a symbol.
std::vector<std::string> loaded_libraries() {
  std::vector<std::string> paths;
  const auto add = [](dl_phdr_info* info, std::size_t, void* list) {
    if (fs::is_regular_file(info->dlpi_name)) static_cast<std::vector<std::string>*>(list)->push_back(info->dlpi_name);
    return 0;
  };
  dl_iterate_phdr(add, &paths);
  return paths;
}

// The C library comes in pieces that are made for each other, and so do the sanitizers.
bool is_of_the_system(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  for (const char* start : {"ld-linux", "libc.so", "libm.so", "libpthread.so", "libdl.so", "librt.so", "libasan.so",
                            "libubsan.so", "libtsan.so"}) {
    if (name.starts_with(start)) return true;
  }
  return false;
}

TEST(Linking, SentencePieceAndLibTorchAreLoaded) {
  EXPECT_GT(Tokenizer::load(DRAGOMAN_FIXTURES "/foreign_default.model").vocabulary_size(), 0);
  const std::vector<std::string> libraries = loaded_libraries();
  EXPECT_THAT(libraries, ::testing::Contains(::testing::HasSubstr("/libsentencepiece.so")));
  EXPECT_THAT(libraries, ::testing::Contains(::testing::HasSubstr("/libc10.so")));
}

// Two variables of one name are one memory, of which each library believes that it is the only owner.
TEST(Linking, NoVariableIsOfTwoLibraries) {
  std::map<std::string, std::string> owners;
  for (const std::string& path : loaded_libraries()) {
    if (is_of_the_system(path)) continue;
    SharedLibrary library(path);
    for (const Elf64_Sym& symbol : library.symbols()) {
      if (!is_strong_definition(symbol) || ELF64_ST_TYPE(symbol.st_info) != STT_OBJECT) continue;
      const auto [owner, is_first] = owners.emplace(library.name(symbol), path);
      EXPECT_TRUE(is_first) << library.name(symbol) << " is in " << path << " and in " << owner->second;
    }
  }
  EXPECT_TRUE(owners.count("FLAGS_minloglevel"));
}

TEST(Linking, LibTorchHasItsOwnFlags) {
  EXPECT_FALSE(FLAGS_caffe2_use_fatal_for_enforce);
}

TEST(Linking, AFailedAllocationIsAnException) {
  try {
    const at::Tensor tensor = at::empty({std::int64_t{1} << 55}, at::kByte);
    FAIL() << "no machine has so much memory";
  } catch (const std::exception& error) {
    EXPECT_TRUE(is_out_of_memory(error)) << error.what();
  }
}

}  // namespace
}  // namespace dragoman
