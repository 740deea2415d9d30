// keep_apart LIBRARY COPY OTHER...: copies a shared library and hides, in the copy, each symbol that one of the other
// libraries defines, too. The copy's own references then stay in the copy, and nobody else's come to it.
//
// The dynamic linker binds all references to a name to its first definition: where two libraries define variables of
// one name, each believes that it owns the one memory. Hiding is one byte of a symbol's entry, its visibility; the
// System V ABI says of a hidden symbol that it is not visible to other components, and glibc's loader honours it.

#include "cmake/shared_library.h"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dragoman {
namespace {

// Beside its place first: programs may have the old copy mapped.
void write(const std::string& path, std::string_view bytes) {
  const std::string partial = path + ".partial";
  std::ofstream file(partial, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw std::runtime_error("cannot write " + partial);
  std::filesystem::rename(partial, path);
}

void keep_apart(const std::string& from, const std::string& to, std::span<char*> others) {
  std::set<std::string> taken;
  for (const char* path : others) {
    SharedLibrary other(path);
    for (const Elf64_Sym& symbol : other.symbols()) {
      if (is_strong_definition(symbol)) taken.insert(other.name(symbol));
    }
  }
  SharedLibrary library(from);
  for (Elf64_Sym& symbol : library.symbols()) {
    if (!is_strong_definition(symbol) || !taken.count(library.name(symbol))) continue;
    symbol.st_other = static_cast<unsigned char>((symbol.st_other & ~3) | STV_HIDDEN);
    std::printf("%s: %s is hidden\n", to.c_str(), library.name(symbol).c_str());
  }
  write(to, library.bytes());
}

}  // namespace
}  // namespace dragoman

int main(int count, char** values) {
  if (count < 3) {
    std::fputs("usage: keep_apart LIBRARY COPY OTHER...\n", stderr);
    return 2;
  }
  try {
    dragoman::keep_apart(values[1], values[2], {values + 3, values + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "keep_apart: %s\n", error.what());
    return 1;
  }
}
