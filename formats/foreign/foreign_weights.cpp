#include "formats/foreign/foreign_weights.h"

#include <ATen/ATen.h>
#include <c10/util/accumulate.h>

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

// A tied table may be taken by all who share it, once each; a file that makes more of its bytes is not a model.
constexpr std::uint64_t kMostTimes = 4;

std::string type_name(at::ScalarType type) {
  switch (type) {
    case torch::kFloat32:
      return "fp32";
    case torch::kFloat16:
      return "fp16";
    case torch::kBFloat16:
      return "bf16";
    default:
      return c10::toString(type);
  }
}

bool has_weights_type(at::ScalarType type) {
  return type == torch::kFloat32 || type == torch::kFloat16 || type == torch::kBFloat16;
}

}  // namespace

// Without a copy of the tensor.
bool is_finite(const Tensor& tensor) {
  if (tensor.numel() == 0) return true;
  const auto [least, most] = at::aminmax(tensor);
  return std::isfinite(least.item<float>()) && std::isfinite(most.item<float>());
}

void ForeignWeights::add(LazyTensor tensor, const std::string& file) {
  const std::string name = tensor.name;
  const auto [known, is_new] = tensors_.try_emplace(name, Entry{std::move(tensor), file});
  if (is_new) return;
  throw std::runtime_error(
      fmt::format("{}: the tensor '{}' is in {}, too; copy the model anew", file, name, known->second.file));
}

void ForeignWeights::add_prefix(const std::string& prefix) {
  std::map<std::string, Entry> renamed;
  for (auto& [name, entry] : tensors_) renamed.emplace(prefix + name, std::move(entry));
  tensors_ = std::move(renamed);
}

void ForeignWeights::add(TensorViews views, const std::string& file) {
  if (first_file_.empty()) first_file_ = file;
  for (const auto& [name, tensor] : views.tensors)
    add({name, tensor.scalar_type(), tensor.sizes().vec(), [tensor = tensor] { return tensor; }}, file);
  for (LazyTensor& tensor : views.lazy_tensors) add(std::move(tensor), file);
  bytes_ += views.file->bytes().size() + views.own_bytes;
  files_.push_back(std::move(views.file));
}

const ForeignWeights::Entry& ForeignWeights::entry(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    throw std::runtime_error(fmt::format("{}: the tensor '{}' is missing, which {} speaks of; copy the model anew",
                                         first_file_, name, config_));
  }
  return found->second;
}

std::int64_t ForeignWeights::rows(const std::string& name) const {
  const auto& [tensor, file] = entry(name);
  if (tensor.shape.size() != 2) {
    throw std::runtime_error(fmt::format("{}: the tensor '{}' has shape [{}], but {} asks for a matrix", file, name,
                                         fmt::join(tensor.shape, ", "), config_));
  }
  return tensor.shape[0];
}

Tensor ForeignWeights::take(const std::string& name, const std::vector<std::int64_t>& shape) {
  const auto& [tensor, file] = entry(name);
  if (tensor.shape != shape) {
    throw std::runtime_error(fmt::format("{}: the tensor '{}' has shape [{}], but {} asks for [{}]", file, name,
                                         fmt::join(tensor.shape, ", "), config_, fmt::join(shape, ", ")));
  }
  if (!has_weights_type(tensor.type)) {
    throw std::runtime_error(fmt::format("{}: the tensor '{}' is in {}; only fp32, fp16 and bf16 can be read", file,
                                         name, type_name(tensor.type)));
  }
  bytes_taken_ += static_cast<std::uint64_t>(c10::multiply_integers(shape)) * c10::elementSize(tensor.type);
  if (bytes_taken_ / kMostTimes > bytes_)
    throw std::runtime_error(fmt::format("{}: the tensors are larger than the file; copy the model anew", file));
  taken_.insert(name);
  types_.insert(type_name(tensor.type));
  const Tensor stored = tensor.make();
  Tensor value = stored.to(torch::kFloat32).contiguous();
  if (!is_finite(value))
    throw std::runtime_error(fmt::format("{}: the tensor '{}' holds numbers that are not finite", file, name));
  if (!value.is_alias_of(stored)) forget(stored);
  return value;
}

void ForeignWeights::forget(const Tensor& view) const {
  const auto* begin = static_cast<const char*>(view.const_data_ptr());
  const std::size_t size = view.nbytes();
  for (const auto& file : files_) {
    const std::string_view bytes = file->bytes();
    if (begin >= bytes.data() && begin + size <= bytes.data() + bytes.size()) file->forget({begin, size});
  }
}

std::optional<Tensor> ForeignWeights::take_if_there(const std::string& name, const std::vector<std::int64_t>& shape) {
  return contains(name) ? std::optional(take(name, shape)) : std::nullopt;
}

void ForeignWeights::require_all_taken(const std::string& family) const {
  for (const auto& [name, entry] : tensors_) {
    if (taken_.contains(name)) continue;
    throw std::runtime_error(
        fmt::format("{}: {} with this {} has no place for the tensor '{}'", entry.file, family, config_, name));
  }
}

void ForeignWeights::require_unchanged() const {
  for (const auto& file : files_) file->require_unchanged();
}

std::string ForeignWeights::types_taken() const {
  return fmt::format("{}", fmt::join(types_, " and "));
}

}  // namespace dragoman
