#include <array>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// What compilers for other processors than x86 refuse.
constexpr std::array<std::string_view, 5> kOfX86 = {"__builtin_cpu_supports", "immintrin.h", "__m256", "__m512",
                                                    "target(\"avx"};

// The lines of a source that ask for x86 outside of "#if defined(__x86_64__)".
std::vector<int> unguarded_lines(std::istream& source) {
  std::vector<int> lines;
  std::vector<bool> guards;  // of each #if that is open, whether it is one
  int number = 0, guarded = 0;
  for (std::string line; std::getline(source, line);) {
    ++number;
    const bool ends = line.starts_with("#endif"), turns = line.starts_with("#else") || line.starts_with("#elif");
    if ((ends || turns) && !guards.empty()) {
      guarded -= guards.back() ? 1 : 0;
      guards.pop_back();
    }
    if (line.starts_with("#if") || turns) {
      guards.push_back(line.find("defined(__x86_64__)") != std::string::npos);
      guarded += guards.back() ? 1 : 0;
    }
    if (guarded > 0) continue;
    for (const std::string_view word : kOfX86) {
      if (line.find(word) != std::string::npos) lines.push_back(number);
    }
  }
  return lines;
}

TEST(Portability, FindsWhatIsNotGuarded) {
  std::istringstream source(
      "#if defined(__x86_64__)\n#include <immintrin.h>\n#if A\n__m256 x;\n#endif\n__m256 y;\n#else\n__m512 z;\n#endif\n"
      "return __builtin_cpu_supports(1);\n");
  EXPECT_EQ(unguarded_lines(source), (std::vector{8, 10}));
}

// check(file, source) for each source of the product.
template <typename Check>
void for_each_source(const Check& check) {
  int sources = 0;
  for (const char* folder :
       {"app", "base", "data", "decoding", "formats", "kernels", "metrics", "model", "tokenizer", "training"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(DRAGOMAN_SOURCE) / folder)) {
      const fs::path& file = entry.path();
      if (file.extension() != ".cpp" && file.extension() != ".h") continue;
      ++sources;
      std::ifstream source(file);
      check(file, source);
    }
  }
  EXPECT_GT(sources, 100);
}

TEST(Portability, NothingAsksForX86Unguarded) {
  for_each_source([](const fs::path& file, std::istream& source) {
    for (const int line : unguarded_lines(source)) ADD_FAILURE() << file << ":" << line;
  });
}

// In all files but one, which is compiled with OpenMP, it would be a loop of one thread.
TEST(Portability, LoopsAreDividedByParallelParts) {
  std::vector<std::string> users;
  for_each_source([&](const fs::path& file, std::istream& source) {
    std::ostringstream text;
    text << source.rdbuf();
    if (text.str().find("at::parallel_for(") != std::string::npos) users.push_back(file.filename());
  });
  EXPECT_EQ(users, (std::vector<std::string>{"parallel_parts.cpp"}));
}

}  // namespace
}  // namespace dragoman
