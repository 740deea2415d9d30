#include "base/checksum.h"
#include "formats/safetensors.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/memory_file.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

// Looks at all that the file says that it has.
void look_at_all(std::string_view bytes) {
  const MemoryFile file(bytes);
  try {
    const SafetensorsFile loaded = load_safetensors(file.path());
    std::size_t size = 0;
    for (const auto& [name, tensor] : loaded.tensors) {
      crc32_of({static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()});
      size += tensor.nbytes();
    }
    check(size <= bytes.size(), "tensors are parts of the file");
    loaded.seal();
  } catch (const std::runtime_error&) {
  }
}

// A file with this header and some data, and the checksum put right where there is one.
std::string with_header(std::string_view header) {
  constexpr std::string_view kKey = "\"crc32\":\"", kNone = "00000000";
  const std::string data(64, '\1');
  std::string text(header);
  if (const std::size_t key = text.find(kKey);
      key != std::string::npos && text.size() - key >= kKey.size() + kNone.size()) {
    text.replace(key + kKey.size(), kNone.size(), kNone);
    const std::uint32_t sum = crc32_of(data, crc32_of(text));
    text.replace(key + kKey.size(), kNone.size(), fmt::format("{:08x}", sum));
  }
  const std::uint64_t size = text.size();
  std::string bytes(sizeof size, '\0');
  std::memcpy(bytes.data(), &size, sizeof size);
  return bytes + text + data;
}

}  // namespace

// Once as it is, and once as the header.
void fuzz_safetensors(std::string_view bytes) {
  look_at_all(bytes);
  look_at_all(with_header(bytes));
}

}  // namespace dragoman
