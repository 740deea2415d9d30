#include "formats/marian/marian_binary.h"

#include "formats/foreign/byte_cursor.h"

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

// The bytes of one number, and what makes it a type of its own.
constexpr std::uint64_t kFloat32 = 0x404, kFloat16 = 0x402, kInt8 = 0x101;
constexpr std::uint64_t kIntgemm8OfBrowsers = 0x4101, kIntgemm8 = 0x10001;
constexpr std::uint64_t kPlainVersion = 1, kEncryptedVersion = 2;

MarianType type_of(std::uint64_t id) {
  switch (id) {
    case kFloat32:
      return MarianType::float32;
    case kFloat16:
      return MarianType::float16;
    case kInt8:
      return MarianType::int8;
    case kIntgemm8OfBrowsers:
    case kIntgemm8:
      return MarianType::intgemm8;
    default:
      return MarianType::other;
  }
}

class BinaryReader {
 public:
  BinaryReader(std::string_view bytes, const std::string& name)
      : bytes_(bytes, fmt::format("{}: its list of tables leads out of the file; copy the model anew", name)),
        name_(name) {}

  std::vector<MarianItem> read() {
    const auto version = bytes_.number<std::uint64_t>();
    if (version == kEncryptedVersion) refuse("is encrypted; ask who made it for one that is not");
    if (version != kPlainVersion) refuse("is not a .bin file of Marian in a form that is known");
    constexpr std::uint64_t kHeader = 32;
    const auto count = bytes_.number<std::uint64_t>();
    if (count > bytes_.rest().size() / kHeader) bytes_.refuse_cut();
    std::vector<Header> headers(count);
    for (Header& header : headers)
      for (std::uint64_t* value : {&header.name, &header.type, &header.shape, &header.data})
        *value = bytes_.number<std::uint64_t>();
    std::vector<MarianItem> items(count);
    for (std::size_t i = 0; i < count; ++i) {
      items[i].name = bytes_.take(headers[i].name);
      items[i].name = items[i].name.substr(0, items[i].name.find('\0'));
      items[i].type_id = headers[i].type;
      items[i].type = type_of(headers[i].type);
    }
    for (std::size_t i = 0; i < count; ++i) read_shape(headers[i].shape, items[i]);
    bytes_.take(bytes_.number<std::uint64_t>());
    for (std::size_t i = 0; i < count; ++i) items[i].data = numbers(items[i], bytes_.take(headers[i].data));
    return items;
  }

 private:
  struct Header {
    std::uint64_t name, type, shape, data;  // all but the type are sizes
  };

  [[noreturn]] void refuse(std::string_view what) const {
    throw std::runtime_error(fmt::format("{}: {}", name_, what));
  }

  void read_shape(std::uint64_t dimensions, MarianItem& item) {
    constexpr std::uint64_t kMostDimensions = 8;
    if (dimensions > kMostDimensions)
      refuse(fmt::format("the shape of '{}' is not valid; copy the model anew", item.name));
    for (std::uint64_t i = 0; i < dimensions; ++i) item.shape.push_back(bytes_.number<std::int32_t>());
  }

  // What an item has of its part of the file, which may be filled up behind it.
  std::string_view numbers(const MarianItem& item, std::string_view data) const {
    std::uint64_t size = 1;
    for (const std::int64_t extent : item.shape) {
      if (extent < 0 || __builtin_mul_overflow(size, static_cast<std::uint64_t>(extent), &size))
        refuse(fmt::format("the shape of '{}' is not valid; copy the model anew", item.name));
    }
    if (item.type == MarianType::other) return data;
    const std::uint64_t width = item.type == MarianType::float32 ? 4 : item.type == MarianType::float16 ? 2 : 1;
    const std::uint64_t behind = item.type == MarianType::intgemm8 ? sizeof(float) : 0;
    if (__builtin_mul_overflow(size, width, &size) || __builtin_add_overflow(size, behind, &size) || size > data.size())
      refuse(fmt::format("'{}' has fewer numbers than its shape says; copy the model anew", item.name));
    return data.substr(0, static_cast<std::size_t>(size));
  }

  ByteCursor bytes_;
  const std::string& name_;
};

}  // namespace

std::vector<MarianItem> read_marian_binary(std::string_view bytes, const std::string& name) {
  return BinaryReader(bytes, name).read();
}

}  // namespace dragoman
