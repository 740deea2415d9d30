#include "formats/marian/marian_file.h"

#include "formats/foreign/zip_archive.h"
#include "formats/marian/marian_binary.h"
#include "formats/marian/npy_array.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr std::string_view kOptions = "special:model.yml";
constexpr std::string_view kAlphas = "_QuantMultA";

struct NpyType {
  std::string_view name;
  at::ScalarType type;
};
constexpr std::array kNpyTypes = {NpyType{"<f4", at::kFloat}, NpyType{"<f2", at::kHalf}, NpyType{"<f8", at::kDouble},
                                  NpyType{"|i1", at::kChar},  NpyType{"<i1", at::kChar}, NpyType{"|u1", at::kByte},
                                  NpyType{"<i2", at::kShort}, NpyType{"<i4", at::kInt},  NpyType{"<i8", at::kLong}};

class MarianFileReader {
 public:
  explicit MarianFileReader(const std::filesystem::path& path) : name_(path.string()) {
    read_.weights.file = std::make_shared<const MappedFile>(path);
  }

  MarianFile read() {
    const std::string_view bytes = read_.weights.file->bytes();
    if (ZipArchive::recognises(bytes)) {
      read_npz(bytes);
    } else {
      for (const MarianItem& item : read_marian_binary(bytes, name_)) add(item);
    }
    if (read_.options.empty()) {
      throw std::runtime_error(
          fmt::format("{}: lacks '{}', where Marian keeps what the model is; only models that have it can be read",
                      name_, kOptions));
    }
    return std::move(read_);
  }

 private:
  // Marian fills it up with zeros.
  static std::string text_of(std::string_view data) { return std::string(data.substr(0, data.find('\0'))); }

  // A view of the file where numbers may lie there; else a copy, made when it is taken if the file has the bytes.
  void add(const std::string& name, std::string_view data, const std::vector<std::int64_t>& shape,
           at::ScalarType type) {
    if (name.ends_with(kAlphas)) {
      read_.has_alphas = true;
      return;
    }
    const auto file = read_.weights.file->bytes();
    const bool is_in_file = data.data() >= file.data() && data.data() + data.size() <= file.data() + file.size();
    if (is_in_file && reinterpret_cast<std::uintptr_t>(data.data()) % c10::elementSize(type) == 0) {
      read_.weights.tensors.emplace_back(
          name, at::from_blob(
                    const_cast<char*>(data.data()), shape, [kept = read_.weights.file](void*) {}, at::dtype(type)));
      return;
    }
    const auto copied = [shape, type](std::string_view bytes) {
      Tensor copy = at::empty(shape, at::dtype(type));
      std::memcpy(copy.data_ptr(), bytes.data(), bytes.size());
      return copy;
    };
    read_.weights.own_bytes += data.size();
    if (is_in_file) {
      read_.weights.lazy_tensors.push_back(
          {name, type, shape, [kept = read_.weights.file, data, copied] { return copied(data); }});
    } else {
      read_.weights.tensors.emplace_back(name, copied(data));
    }
  }

  void read_npz(std::string_view bytes) {
    const ZipArchive archive(bytes, name_);
    std::string inflated;
    for (const std::string_view entry : archive.names()) {
      constexpr std::string_view kExtension = ".npy";
      if (!entry.ends_with(kExtension)) continue;
      const std::string name(entry.substr(0, entry.size() - kExtension.size()));
      const NpyArray array = read_npy(archive.read(entry, inflated), fmt::format("{}: {}", name_, name));
      if (name == kOptions) {
        read_.options = text_of(array.data);
        continue;
      }
      const auto type = std::ranges::find(kNpyTypes, array.type, &NpyType::name);
      if (type == kNpyTypes.end())
        throw std::runtime_error(
            fmt::format("{}: '{}' has the type '{}', which cannot be read", name_, name, array.type));
      add(name, array.data, array.shape, type->type);
    }
  }

  void add(const MarianItem& item) {
    const std::string name(item.name);
    if (name == kOptions) {
      read_.options = text_of(item.data);
      return;
    }
    switch (item.type) {
      case MarianType::float32:
        return add(name, item.data, item.shape, at::kFloat);
      case MarianType::float16:
        return add(name, item.data, item.shape, at::kHalf);
      case MarianType::int8:
        return add(name, item.data, item.shape, at::kChar);
      case MarianType::intgemm8:
        return add_dequantised(item);
      case MarianType::other:
        throw std::runtime_error(
            fmt::format("{}: '{}' is packed for one processor (type {:#x}), which cannot be read; take the model in "
                        "float32 or intgemm8",
                        name_, name, item.type_id));
    }
  }

  // w = q / multiplier, of a matrix that lies there transposed, but for embeddings.
  void add_dequantised(const MarianItem& item) {
    if (item.shape.size() != 2)
      throw std::runtime_error(
          fmt::format("{}: '{}' is in int8, but no matrix; copy the model anew", name_, item.name));
    const std::string_view values = item.data.substr(0, item.data.size() - sizeof(float));
    float multiplier = 0;
    std::memcpy(&multiplier, values.data() + values.size(), sizeof multiplier);
    if (!(multiplier > 0) || !std::isfinite(multiplier)) {
      throw std::runtime_error(
          fmt::format("{}: '{}' is multiplied by {}; copy the model anew", name_, item.name, multiplier));
    }
    const bool as_it_is = item.name.find("Wemb") != item.name.npos;
    const std::int64_t rows = item.shape[as_it_is ? 0 : 1], columns = item.shape[as_it_is ? 1 : 0];
    read_.weights.lazy_tensors.push_back(
        {std::string(item.name), at::kFloat, item.shape, [=, kept = read_.weights.file] {
           const Tensor whole = at::from_blob(const_cast<char*>(values.data()), {rows, columns}, at::dtype(at::kChar));
           const Tensor weights = whole.to(at::kFloat).div_(multiplier);
           return as_it_is ? weights : weights.t();
         }});
    read_.weights.own_bytes += values.size() * sizeof(float);
    ++read_.quantised;
  }

  std::string name_;
  MarianFile read_;
};

}  // namespace

MarianFile load_marian_file(const std::filesystem::path& path) {
  return MarianFileReader(path).read();
}

}  // namespace dragoman
