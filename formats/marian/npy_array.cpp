#include "formats/marian/npy_array.h"

#include <charconv>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr std::string_view kNpyMagic("\x93NUMPY", 6);

// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class NpyHeader {
 public:
  NpyHeader(std::string_view bytes, const std::string& name) : name_(name) {
    if (!bytes.starts_with(kNpyMagic) || bytes.size() < kNpyMagic.size() + 4) refuse("no table of NumPy");
    const auto at = [&](std::size_t place) { return static_cast<unsigned char>(bytes[place]); };
    const int version = at(6);
    if (version < 1 || version > 3) refuse("a table of NumPy in a form that is not known");
    std::size_t size = at(8) + 256u * at(9), begin = 10;
    if (version > 1) {
      if (bytes.size() < 12) refuse("a table of NumPy that is cut short");
      size += 65536u * at(10) + 16777216u * at(11);
      begin = 12;
    }
    if (size > bytes.size() - begin) refuse("a table of NumPy that is cut short");
    header_ = bytes.substr(begin, size);
    array_.data = bytes.substr(begin + size);
  }

  NpyArray read() {
    array_.type = text(value_of("descr"));
    if (!value_of("fortran_order").starts_with("False")) refuse("a table of NumPy column by column; save it anew");
    read_shape(value_of("shape"));
    std::uint64_t numbers = 1, bytes = 0;
    for (const std::int64_t size : array_.shape) {
      if (__builtin_mul_overflow(numbers, static_cast<std::uint64_t>(size), &numbers)) refuse_size();
    }
    if (__builtin_mul_overflow(numbers, width(), &bytes) || bytes != array_.data.size()) refuse_size();
    return array_;
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const {
    throw std::runtime_error(fmt::format("{}: is {}; copy the model anew", name_, what));
  }
  [[noreturn]] void refuse_size() const { refuse("a table of NumPy of another size than it says"); }

  // What follows 'key': without the spaces before it.
  std::string_view value_of(std::string_view key) const {
    const std::size_t place = header_.find(fmt::format("'{}':", key));
    if (place == header_.npos) refuse("no table of NumPy");
    const std::size_t value = header_.find_first_not_of(' ', place + key.size() + 3);
    return value == header_.npos ? std::string_view() : header_.substr(value);
  }

  std::string_view text(std::string_view value) const {
    const std::size_t end = value.find('\'', 1);
    if (!value.starts_with('\'') || end == value.npos) refuse("a table of NumPy of more than numbers");
    return value.substr(1, end - 1);
  }

  // "<f4": four bytes; a single byte has '|' for its order.
  std::uint64_t width() const {
    const std::string_view type = array_.type;
    if (type.size() != 3 || (type[0] != '<' && type[0] != '|') || type[2] < '1' || type[2] > '8')
      refuse(fmt::format("a table of numbers of the type '{}', which cannot be read", type));
    return static_cast<std::uint64_t>(type[2] - '0');
  }

  void read_shape(std::string_view value) {
    constexpr std::size_t kMostDimensions = 8;
    const std::size_t end = value.find(')');
    if (!value.starts_with('(') || end == value.npos) refuse("no table of NumPy");
    std::string_view rest = value.substr(1, end - 1);
    for (;;) {
      rest = rest.substr(std::min(rest.find_first_not_of(", "), rest.size()));
      if (rest.empty()) return;
      std::int64_t size = -1;
      const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
      if (error != std::errc() || size < 0 || array_.shape.size() == kMostDimensions) refuse("no table of NumPy");
      array_.shape.push_back(size);
      rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
    }
  }

  const std::string& name_;
  std::string_view header_;
  NpyArray array_;
};

}  // namespace

NpyArray read_npy(std::string_view bytes, const std::string& name) {
  return NpyHeader(bytes, name).read();
}

}  // namespace dragoman
