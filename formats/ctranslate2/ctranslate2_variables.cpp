#include "formats/ctranslate2/ctranslate2_variables.h"

#include "formats/foreign/foreign_weights.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;
using Type = ModelBin::Type;

// A tied table may be taken by all who share it, once each; a file that makes more of its bytes is not a model.
constexpr std::uint64_t kMostTaken = 4;

// Of int16 weights before they were stored with their scale.
constexpr float kOldScale = 1000;

at::ScalarType torch_type(Type type) {
  switch (type) {
    case Type::fp32:
      return at::kFloat;
    case Type::int8:
      return at::kChar;
    case Type::int16:
      return at::kShort;
    case Type::int32:
      return at::kInt;
    case Type::fp16:
      return at::kHalf;
    case Type::bf16:
      return at::kBFloat16;
  }
  throw std::logic_error("a type without a name");
}

const char* type_of_variable(Type type) {
  constexpr std::array kNames = {"fp32", "int8", "int16", "int32", "fp16", "bf16"};
  return kNames.at(static_cast<std::size_t>(type));
}

// A copy: a variable may lie anywhere in the file, and numbers want their place.
Tensor variable_as_tensor(const ModelBin::Variable& variable) {
  Tensor tensor = at::empty(variable.shape, torch_type(variable.type));
  if (!variable.data.empty()) std::memcpy(tensor.mutable_data_ptr(), variable.data.data(), variable.data.size());
  return tensor;
}

void replace_first(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t found = text.find(from);
  if (found != text.npos) text.replace(found, from.size(), to);
}

// Those of the first revision were OpenNMT-tf's.
std::string later_name(std::string name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kParts = {{{"transformer/", ""},
                                                                                    {":0", ""},
                                                                                    {"w_embs", "embeddings/weight"},
                                                                                    {"kernel", "weight"},
                                                                                    {"LayerNorm", "layer_norm"},
                                                                                    {"dense", "projection"},
                                                                                    {"conv1d_", "linear_"},
                                                                                    {"conv1d", "linear_0"}}};
  for (const auto& [from, to] : kParts) replace_first(name, from, to);
  if (name.find("encoder") != name.npos) {
    replace_first(name, "multi_head", "self_attention");
  } else {
    replace_first(name, "masked_multi_head", "self_attention");
    replace_first(name, "multi_head", "attention");
  }
  return name;
}

}  // namespace

CTranslate2Variables::CTranslate2Variables(ModelBin file, std::function<void(std::string_view)> forget)
    : file_(std::move(file)), forget_(std::move(forget)) {
  for (const auto& [name, variable] : file_.variables()) {
    const std::string later = file_.revision() == 1 ? later_name(name) : name;
    if (!variables_.try_emplace(later, variable).second)
      throw std::runtime_error(
          fmt::format("{}: the variable '{}' is there twice; copy the model anew", file_.name(), later));
    bytes_ += variable.data.size();
  }
}

const ModelBin::Variable* CTranslate2Variables::find(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

const ModelBin::Variable& CTranslate2Variables::at(const std::string& name) const {
  if (const ModelBin::Variable* variable = find(name)) return *variable;
  throw std::runtime_error(fmt::format("{}: the variable '{}' is missing; copy the model anew", file_.name(), name));
}

const std::vector<std::int64_t>& CTranslate2Variables::shape(const std::string& name) const {
  return at(name).shape;
}

bool CTranslate2Variables::same(const std::string& name, const std::string& other) const {
  const ModelBin::Variable *a = find(name), *b = find(other);
  if (!a || !b || a->type != b->type || a->shape != b->shape || a->data != b->data) return false;
  const ModelBin::Variable *of_a = find(name + "_scale"), *of_b = find(other + "_scale");
  return !of_a == !of_b && (!of_a || of_a->data == of_b->data);
}

Tensor CTranslate2Variables::take(const std::string& name, const std::vector<std::int64_t>& shape) {
  const ModelBin::Variable& variable = at(name);
  if (variable.shape != shape) {
    throw std::runtime_error(fmt::format("{}: the variable '{}' has shape [{}], where [{}] is expected", file_.name(),
                                         name, fmt::join(variable.shape, ", "), fmt::join(shape, ", ")));
  }
  bytes_taken_ += variable.data.size();
  if (bytes_taken_ / kMostTaken > bytes_)
    throw std::runtime_error(
        fmt::format("{}: the weights are larger than the file; copy the model anew", file_.name()));
  taken_.insert(name);
  types_.insert(type_of_variable(variable.type));
  Tensor value = weight(name, variable);
  if (forget_) forget_(variable.data);
  if (!is_finite(value))
    throw std::runtime_error(
        fmt::format("{}: the variable '{}' holds numbers that are not finite", file_.name(), name));
  return value;
}

Tensor CTranslate2Variables::weight(const std::string& name, const ModelBin::Variable& variable) {
  switch (variable.type) {
    case Type::fp32:
      return variable_as_tensor(variable);
    case Type::fp16:
    case Type::bf16:
      return variable_as_tensor(variable).to(at::kFloat);
    case Type::int8:
    case Type::int16:
      return variable_as_tensor(variable).to(at::kFloat).div_(scales(name, variable));
    case Type::int32:
      break;
  }
  throw std::runtime_error(
      fmt::format("{}: the variable '{}' is in int32, which is no type of weights", file_.name(), name));
}

// What the weight is divided by: one number, or one a row.
Tensor CTranslate2Variables::scales(const std::string& name, const ModelBin::Variable& variable) {
  const std::string of = name + "_scale";
  const ModelBin::Variable* stored = find(of);
  if (!stored && variable.type == Type::int16) return at::full({}, kOldScale);
  const ModelBin::Variable& scale = stored ? *stored : at(of);
  const bool one = scale.data.size() == size_of(Type::fp32);
  const bool one_a_row = variable.type == Type::int8 && variable.shape.size() == 2 && scale.shape.size() == 1 &&
                         scale.shape[0] == variable.shape[0];
  if (scale.type != Type::fp32 || !(one_a_row || one)) {
    throw std::runtime_error(
        fmt::format("{}: the variable '{}' is not what '{}' can be scaled by", file_.name(), of, name));
  }
  taken_.insert(of);
  const Tensor values = variable_as_tensor(scale);
  if (!values.gt(0).all().item<bool>())
    throw std::runtime_error(fmt::format("{}: the variable '{}' is not positive", file_.name(), of));
  return one ? values.squeeze() : values.unsqueeze(1);
}

std::optional<Tensor> CTranslate2Variables::take_if_there(const std::string& name,
                                                          const std::vector<std::int64_t>& shape) {
  return contains(name) ? std::optional(take(name, shape)) : std::nullopt;
}

void CTranslate2Variables::ignore(const std::string& name) {
  taken_.insert(name);
  taken_.insert(name + "_scale");
}

double CTranslate2Variables::rounding(const std::string& name) const {
  switch (at(name).type) {
    case Type::fp16:
      return std::exp2(-11);
    case Type::bf16:
      return std::exp2(-8);
    default:
      return 0;
  }
}

std::optional<double> CTranslate2Variables::number(const std::string& name) {
  const ModelBin::Variable* variable = find(name);
  if (!variable) return std::nullopt;
  taken_.insert(name);
  if (variable->data.size() != size_of(variable->type)) {
    throw std::runtime_error(
        fmt::format("{}: the variable '{}' should be a number; copy the model anew", file_.name(), name));
  }
  return variable_as_tensor(*variable).item<double>();
}

std::optional<std::string> CTranslate2Variables::text(const std::string& name) {
  const ModelBin::Variable* variable = find(name);
  if (!variable) return std::nullopt;
  taken_.insert(name);
  if (variable->type != Type::int8)
    throw std::runtime_error(
        fmt::format("{}: the variable '{}' should be text; copy the model anew", file_.name(), name));
  return std::string(variable->data);
}

void CTranslate2Variables::refuse(const std::string& name, std::string_view why) const {
  const ModelBin::Variable& variable = at(name);
  const bool is_number = variable.data.size() == size_of(variable.type);
  const std::string value = is_number ? fmt::format("{}", variable_as_tensor(variable).item<double>())
                                      : fmt::format("a table [{}]", fmt::join(variable.shape, ", "));
  throw std::runtime_error(fmt::format("{}: '{}' is {}, {}", file_.name(), name, value, why));
}

void CTranslate2Variables::require(const std::string& name, double only) {
  const auto value = number(name);
  if (value && *value != only) refuse(name, "for which Dragoman has no form");
}

void CTranslate2Variables::require_all_taken() const {
  for (const auto& [name, variable] : variables_) {
    if (!taken_.contains(name)) refuse(name, "for which Dragoman has no form");
  }
}

std::string CTranslate2Variables::types_taken() const {
  return fmt::format("{}", fmt::join(types_, " and "));
}

}  // namespace dragoman
