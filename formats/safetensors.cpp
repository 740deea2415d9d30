#include "formats/safetensors.h"

#include "base/atomic_file.h"
#include "base/checksum.h"
#include "base/json.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>
#include <string_view>

static_assert(std::endian::native == std::endian::little,
              "the format is little-endian, and tensors are copied as they are");

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

struct Type {
  std::string_view name;
  at::ScalarType type;
};
constexpr std::array kTypes = {Type{"F32", at::kFloat}, Type{"F64", at::kDouble}, Type{"BF16", at::kBFloat16},
                               Type{"F16", at::kHalf},  Type{"I64", at::kLong},   Type{"I32", at::kInt},
                               Type{"I8", at::kChar},   Type{"U8", at::kByte}};

constexpr std::string_view kChecksumKey = "\"crc32\":\"";
constexpr std::string_view kNoChecksum = "00000000";
constexpr std::string_view kWriter = "\"writer\":\"dragoman\"";

std::string_view name_of(at::ScalarType type) {
  for (const Type& candidate : kTypes) {
    if (candidate.type == type) return candidate.name;
  }
  throw std::invalid_argument(fmt::format("safetensors: no name for tensors of type {}", c10::toString(type)));
}

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view what) {
  throw std::runtime_error(fmt::format("{}: {}; the file is damaged: copy it anew", path.string(), what));
}

Json parse_header(const std::filesystem::path& path, std::string_view header) {
  if (const auto json = parse_json(header); json && json->is_object()) return *json;
  refuse(path, "its header is not valid");
}

// The checksum covers the header with zeros in the checksum's own place, then the data. Returns it, if there is one.
std::optional<std::uint32_t> verified_checksum(const std::filesystem::path& path, std::string_view header,
                                               std::string_view data) {
  const std::size_t key = header.find(kChecksumKey);
  if (key == std::string_view::npos) {
    // One damaged bit can hide the checksum's name, but not the writer's as well.
    if (header.find(kWriter) != std::string_view::npos) refuse(path, "its checksum is missing");
    return std::nullopt;
  }
  const std::size_t place = key + kChecksumKey.size();
  if (place + kNoChecksum.size() > header.size()) refuse(path, "its header is not valid");
  std::string blanked(header);
  blanked.replace(place, kNoChecksum.size(), kNoChecksum);
  const std::uint32_t sum = crc32_of(data, crc32_of(blanked));
  if (fmt::format("{:08x}", sum) != header.substr(place, kNoChecksum.size()))
    refuse(path, "its checksum does not match");
  return sum;
}

std::string_view bytes_of(const at::Tensor& tensor) {
  return {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()};
}

at::Tensor unaligned_copy(const char* start, std::size_t bytes, const at::Tensor& like) {
  const at::Tensor copy = at::empty_like(like);
  std::copy_n(start, bytes, static_cast<char*>(copy.mutable_data_ptr()));  // no bytes at all have no place
  return copy;
}

// Throws std::out_of_range where that is no number.
std::size_t number_of_elements(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(count, static_cast<std::size_t>(size), &count))
      throw std::out_of_range("shape");
  }
  return count;
}

// A view of the file, which lives as long as the tensor.
at::Tensor read_tensor(const Json& entry, std::string_view data, const std::shared_ptr<const MappedFile>& file) {
  const std::string type_name = entry.at("dtype");
  std::vector<std::int64_t> shape;
  for (const Json& size : entry.at("shape")) shape.push_back(whole_number<std::int64_t>(size));
  const Json& offsets = entry.at("data_offsets");
  const auto begin = whole_number<std::size_t>(offsets.at(0)), end = whole_number<std::size_t>(offsets.at(1));
  for (const Type& candidate : kTypes) {
    if (candidate.name != type_name) continue;
    const std::size_t size = c10::elementSize(candidate.type);
    if (begin > end || end > data.size() || (end - begin) % size != 0 ||
        number_of_elements(shape) != (end - begin) / size)
      throw std::out_of_range("data_offsets");
    const char* start = data.data() + begin;
    const at::Tensor view = at::from_blob(
        const_cast<char*>(start), shape, [file](void*) {}, at::dtype(candidate.type));
    return reinterpret_cast<std::uintptr_t>(start) % size == 0 ? view : unaligned_copy(start, end - begin, view);
  }
  throw std::out_of_range("dtype");
}

}  // namespace

const torch::Tensor& SafetensorsFile::at(const std::string& name, const std::filesystem::path& file) const {
  for (const auto& [candidate, tensor] : tensors) {
    if (candidate == name) return tensor;
  }
  throw std::runtime_error(
      fmt::format("{}: there is no tensor '{}'; the file belongs to another model", file.string(), name));
}

FileSeal SafetensorsFile::seal() const {
  return checksum ? FileSeal{source->bytes().size(), *checksum} : seal_of(source->bytes());
}

void save_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata,
                      const std::function<void(const FileSeal&)>& announce) {
  std::vector<at::Tensor> contents;
  Json header;
  header["__metadata__"] = metadata;
  header["__metadata__"]["writer"] = "dragoman";
  header["__metadata__"]["crc32"] = kNoChecksum;
  std::size_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    contents.push_back(tensor.detach().to(at::kCPU).contiguous());
    const std::size_t end = offset + contents.back().nbytes();
    header[name] = {
        {"dtype", name_of(tensor.scalar_type())}, {"shape", tensor.sizes().vec()}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::uint32_t sum = crc32_of(text);
  for (const at::Tensor& tensor : contents) sum = crc32_of(bytes_of(tensor), sum);
  text.replace(text.find(kChecksumKey) + kChecksumKey.size(), kNoChecksum.size(), fmt::format("{:08x}", sum));

  AtomicFile file(path);
  const std::uint64_t size = text.size();
  file.write(&size, sizeof size);
  file.write(text);
  for (const at::Tensor& tensor : contents) file.write(bytes_of(tensor));
  if (announce) announce({sizeof size + text.size() + offset, sum});
  file.commit();
}

SafetensorsFile load_safetensors(const std::filesystem::path& path) {
  const auto mapped = std::make_shared<const MappedFile>(path);
  const std::string_view bytes = mapped->bytes();
  std::uint64_t size = 0;
  if (bytes.size() < sizeof size) refuse(path, "it is cut short");
  std::memcpy(&size, bytes.data(), sizeof size);
  if (size > bytes.size() - sizeof size) refuse(path, "it is cut short");
  const std::string_view header(bytes.data() + sizeof size, size);
  const std::string_view data = bytes.substr(sizeof size + size);
  const Json json = parse_header(path, header);
  SafetensorsFile file;
  file.checksum = verified_checksum(path, header, data);
  std::size_t used = 0;
  try {
    for (const auto& [name, entry] : json.items()) {
      if (name == "__metadata__") {
        file.metadata = entry.get<std::map<std::string, std::string>>();
      } else {
        file.tensors.emplace_back(name, read_tensor(entry, data, mapped));
        used += file.tensors.back().second.nbytes();
      }
    }
    if (used != data.size()) throw std::out_of_range("data_offsets");
  } catch (const std::exception&) {
    refuse(path, "its header does not fit its contents");
  }
  file.source = mapped;
  return file;
}

}  // namespace dragoman
