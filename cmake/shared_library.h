#pragma once

#include <cstdint>
#include <cstring>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A shared library for a machine of this kind, in memory.
class SharedLibrary {
 public:
  /// Throws std::runtime_error naming the file if it cannot be read, or is no 64-bit ELF library.
  explicit SharedLibrary(const std::string& path) : path_(path) {
    bytes_.resize(std::filesystem::file_size(path));
    std::ifstream file(path, std::ios::binary);
    if (!file.read(bytes_.data(), static_cast<std::streamsize>(bytes_.size())))
      throw std::runtime_error("cannot read " + path);
    const Elf64_Ehdr& header = at<Elf64_Ehdr>(0, 1)[0];
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
      throw std::runtime_error(path + " is no 64-bit ELF file");
    const auto sections = at<Elf64_Shdr>(header.e_shoff, header.e_shnum);
    for (const Elf64_Shdr& section : sections) {
      if (section.sh_type != SHT_DYNSYM) continue;
      symbols_ = at<Elf64_Sym>(section.sh_offset, section.sh_size / sizeof(Elf64_Sym));
      const Elf64_Shdr& names = sections[section.sh_link];
      names_ = at<char>(names.sh_offset, names.sh_size);
    }
    if (symbols_.empty()) throw std::runtime_error(path + " has no table of dynamic symbols");
  }

  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;

  /// What others may bind to, and what it wants of others. To be changed in place.
  std::span<Elf64_Sym> symbols() { return symbols_; }

  std::string name(const Elf64_Sym& symbol) const {
    const std::string_view names(names_.data(), names_.size());
    return std::string(names.substr(symbol.st_name, names.find('\0', symbol.st_name) - symbol.st_name));
  }

  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

 private:
  template <typename Entry>
  std::span<Entry> at(std::uint64_t offset, std::uint64_t count) {
    if (offset > bytes_.size() || count > (bytes_.size() - offset) / sizeof(Entry))
      throw std::runtime_error(path_ + " is shorter than it says");
    return {reinterpret_cast<Entry*>(bytes_.data() + offset), count};
  }

  std::string path_;
  std::vector<char> bytes_;
  std::span<Elf64_Sym> symbols_;
  std::span<char> names_;
};

/// Whether others see this symbol as the library's own variable or function. (Weak ones, inline functions and
/// templates, are the same everywhere and meant to be shared.)
inline bool is_strong_definition(const Elf64_Sym& symbol) {
  const auto type = ELF64_ST_TYPE(symbol.st_info);
  const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  return symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) == STB_GLOBAL &&
         (type == STT_OBJECT || type == STT_FUNC) && visibility != STV_HIDDEN && visibility != STV_INTERNAL;
}

}  // namespace dragoman
