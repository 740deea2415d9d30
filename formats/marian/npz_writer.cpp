#include "formats/marian/npz_writer.h"

#include "base/checksum.h"

#include <ATen/ATen.h>

#include <bit>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

// Numbers of zip archives are little-endian.
std::string little_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFFu);
  return text;
}

std::string two_bytes(std::uint32_t value) {
  return little_endian(value, 2);
}
std::string four_bytes(std::uint32_t value) {
  return little_endian(value, 4);
}

// The header of an array, version 1 (numpy.lib.format), filled up to a multiple of 64 bytes.
std::string npy_header(std::string_view type, const std::vector<std::int64_t>& shape) {
  constexpr std::size_t kBefore = 10, kMultiple = 64;
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", type,
                                 fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  text.append((kMultiple - (kBefore + text.size() + 1) % kMultiple) % kMultiple, ' ');
  text += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + two_bytes(static_cast<std::uint32_t>(text.size())) + text;
}

}  // namespace

void NpzWriter::add(const std::string& name, const torch::Tensor& array) {
  static_assert(std::endian::native == std::endian::little);
  const torch::Tensor whole = array.to(torch::kFloat32).contiguous();
  add_entry(name, npy_header("<f4", whole.sizes().vec()),
            {static_cast<const char*>(whole.const_data_ptr()), whole.nbytes()});
}

void NpzWriter::add(const std::string& name, std::string_view bytes) {
  add_entry(name, npy_header("|i1", {static_cast<std::int64_t>(bytes.size())}), bytes);
}

void NpzWriter::add_entry(const std::string& name, const std::string& header, std::string_view data) {
  const std::string file = name + ".npy";
  const std::uint64_t size = header.size() + data.size();
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int32_t>::max();
  if (size > kLargest || written_ > 2 * kLargest - size)
    throw std::runtime_error(fmt::format("'{}' makes the archive larger than 4 GiB, as which Marian reads none", name));
  const std::uint32_t checksum = crc32_of(data, crc32_of(header)), bytes = static_cast<std::uint32_t>(size);
  constexpr std::uint32_t kVersion = 20, kFirstDay = 0x21;  // of zip's calendar, 1980-01-01
  const std::string about = two_bytes(0) + two_bytes(0) + two_bytes(0) + two_bytes(kFirstDay) + four_bytes(checksum) +
                            four_bytes(bytes) + four_bytes(bytes) + two_bytes(static_cast<std::uint32_t>(file.size())) +
                            two_bytes(0);
  const std::string local = "PK\x03\x04" + two_bytes(kVersion) + about + file;
  directory_ += "PK\x01\x02" + two_bytes(kVersion) + two_bytes(kVersion) + about + two_bytes(0) + two_bytes(0) +
                two_bytes(0) + four_bytes(0) + four_bytes(static_cast<std::uint32_t>(written_)) + file;
  for (const std::string_view part : {std::string_view(local), std::string_view(header), data}) {
    file_.write(part);
    written_ += part.size();
  }
  ++entries_;
}

void NpzWriter::finish() {
  file_.write(directory_);
  file_.write("PK\x05\x06" + two_bytes(0) + two_bytes(0) + two_bytes(entries_) + two_bytes(entries_) +
              four_bytes(static_cast<std::uint32_t>(directory_.size())) +
              four_bytes(static_cast<std::uint32_t>(written_)) + two_bytes(0));
}

}  // namespace dragoman
