#include "formats/ctranslate2/exported_variables.h"

#include <ATen/ATen.h>

#include <stdexcept>

namespace dragoman {
namespace {

constexpr std::uint32_t kBinaryVersion = 6;
constexpr std::uint32_t kTransformerRevision = 7;

// CTranslate2's numbers.
std::uint8_t type_number(at::ScalarType type) {
  switch (type) {
    case torch::kFloat32:
      return 0;
    case torch::kInt8:
      return 1;
    case torch::kInt16:
      return 2;
    case torch::kInt32:
      return 3;
    default:
      throw std::logic_error("a type that the export does not write");
  }
}

// Numbers are little-endian there, as on every processor that LibTorch runs on.
template <typename Number>
void put(AtomicFile& file, std::size_t value) {
  const auto number = static_cast<Number>(value);
  file.write(&number, sizeof number);
}

void put_text(AtomicFile& file, const std::string& text) {
  put<std::uint16_t>(file, text.size() + 1);
  file.write(text.c_str(), text.size() + 1);
}

}  // namespace

void ExportedVariables::add(std::string name, const torch::Tensor& value) {
  values_.emplace_back(std::move(name), value.contiguous());
}

void ExportedVariables::add_number(std::string name, const c10::Scalar& value, c10::ScalarType type) {
  add(std::move(name), at::full({}, value, type));
}

void ExportedVariables::write(AtomicFile& file, const AtomicDirectory& whole) const {
  put<std::uint32_t>(file, kBinaryVersion);
  put_text(file, "TransformerSpec");
  put<std::uint32_t>(file, kTransformerRevision);
  put<std::uint32_t>(file, values_.size());
  for (const auto& [name, value] : values_) {
    put_text(file, name);
    put<std::uint8_t>(file, static_cast<std::size_t>(value.dim()));
    for (const std::int64_t size : value.sizes()) put<std::uint32_t>(file, static_cast<std::size_t>(size));
    put<std::uint8_t>(file, type_number(value.scalar_type()));
    put<std::uint32_t>(file, value.nbytes());
    file.write(value.const_data_ptr(), value.nbytes());
    whole.check_stop();
  }
  put<std::uint32_t>(file, aliases_.size());
  for (const auto& [name, of] : aliases_) {
    put_text(file, name);
    put_text(file, of);
  }
}

}  // namespace dragoman
