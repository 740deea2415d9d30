#include "formats/ctranslate2/model_bin.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr std::uint32_t kNewestVersion = 6;
constexpr std::uint32_t kWithSpec = 2, kWithAliases = 3, kWithTypes = 4;  // the first versions that have them
constexpr std::size_t kSmallestText = 3;                                  // its length, a letter, and the end

ModelBin::Type type_of_number(std::uint8_t number) {
  if (number > static_cast<std::uint8_t>(ModelBin::Type::bf16)) throw std::invalid_argument("an unknown type");
  return static_cast<ModelBin::Type>(number);
}

// Older versions told a type by its size alone.
ModelBin::Type type_of_size(std::uint8_t size) {
  switch (size) {
    case 4:
      return ModelBin::Type::fp32;
    case 2:
      return ModelBin::Type::int16;
    case 1:
      return ModelBin::Type::int8;
    default:
      throw std::invalid_argument("an unknown type");
  }
}

std::string model_bin_refusal(const std::string& name, std::string_view what) {
  return fmt::format("{}: {}; the file is damaged, or none of CTranslate2: copy it anew", name, what);
}

}  // namespace

std::size_t size_of(ModelBin::Type type) {
  switch (type) {
    case ModelBin::Type::fp32:
    case ModelBin::Type::int32:
      return 4;
    case ModelBin::Type::int16:
    case ModelBin::Type::fp16:
    case ModelBin::Type::bf16:
      return 2;
    case ModelBin::Type::int8:
      return 1;
  }
  throw std::logic_error("a type without a size");
}

void ModelBin::refuse(std::string_view what) const {
  throw std::runtime_error(model_bin_refusal(name_, what));
}

// The length counts the NUL at the end.
std::string ModelBin::text() {
  const std::string_view bytes = bytes_.take(bytes_.number<std::uint16_t>());
  if (bytes.empty() || bytes.find('\0') != bytes.size() - 1) refuse("a name does not end where it should");
  return std::string(bytes.substr(0, bytes.size() - 1));
}

// How many follow, of which each takes `smallest` bytes at the least.
std::uint32_t ModelBin::count(std::size_t smallest) {
  const auto count = bytes_.number<std::uint32_t>();
  if (count > bytes_.rest().size() / smallest) bytes_.refuse_cut();
  return count;
}

void ModelBin::read_variable() {
  std::string name = text();
  if (name.empty()) refuse("a variable lacks its name");
  Variable variable;
  const auto rank = bytes_.number<std::uint8_t>();
  for (int i = 0; i < rank; ++i) variable.shape.push_back(bytes_.number<std::uint32_t>());
  const auto kind = bytes_.number<std::uint8_t>();
  try {
    variable.type = version_ >= kWithTypes ? type_of_number(kind) : type_of_size(kind);
  } catch (const std::invalid_argument& error) {
    refuse(fmt::format("the variable '{}' has {}, {}", name, error.what(), kind));
  }
  const std::uint64_t size =
      std::uint64_t{bytes_.number<std::uint32_t>()} * (version_ >= kWithTypes ? 1 : size_of(variable.type));
  variable.data = bytes_.take(size);
  std::uint64_t expected = size_of(variable.type);
  for (const std::int64_t extent : variable.shape) {
    if (__builtin_mul_overflow(expected, static_cast<std::uint64_t>(extent), &expected)) expected = size + 1;
    if (expected == 0) break;
  }
  if (expected != size)
    refuse(fmt::format("the variable '{}' has {} bytes, which is not what its shape takes", name, size));
  const auto [known, is_new] = variables_.try_emplace(std::move(name), std::move(variable));
  if (!is_new) refuse(fmt::format("the variable '{}' is there twice", known->first));
}

// A quantised variable's other name goes for its scale, too.
void ModelBin::read_alias() {
  const std::string name = text(), target = text();
  const auto found = variables_.find(target);
  if (found == variables_.end()) refuse(fmt::format("'{}' is a name for '{}', which is not there", name, target));
  const auto [known, is_new] = variables_.try_emplace(name, found->second);
  if (!is_new && known->second.data.data() != found->second.data.data())
    refuse(fmt::format("the variable '{}' is there twice", name));
  if (const auto scale = variables_.find(target + "_scale"); scale != variables_.end())
    variables_.try_emplace(name + "_scale", scale->second);
}

ModelBin::ModelBin(std::string_view bytes, std::string name_for_errors)
    : name_(std::move(name_for_errors)), bytes_(bytes, model_bin_refusal(name_, "it is cut short")) {
  version_ = bytes_.number<std::uint32_t>();
  if (version_ < 1 || version_ > kNewestVersion) {
    throw std::runtime_error(
        fmt::format("{}: has the binary version {}, of which Dragoman knows 1 to {}; CTranslate2 3 and 4 write 6",
                    name_, version_, kNewestVersion));
  }
  if (version_ >= kWithSpec) {
    spec_ = text();
    revision_ = bytes_.number<std::uint32_t>();
  }
  const std::uint32_t variables = count(kSmallestText + 1 + 1 + 4);
  for (std::uint32_t i = 0; i < variables; ++i) read_variable();
  if (version_ >= kWithAliases) {
    const std::uint32_t aliases = count(2 * kSmallestText);
    for (std::uint32_t i = 0; i < aliases; ++i) read_alias();
  }
  if (!bytes_.rest().empty()) refuse("there is something behind its end");
}

}  // namespace dragoman
