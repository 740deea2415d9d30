#pragma once

#include "formats/foreign/byte_cursor.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// The variables of a model.bin of CTranslate2 by their names, as its converters write them (binary versions 1 to 6).
/// Nothing is allocated but that list.
class ModelBin {
 public:
  enum class Type : std::uint8_t { fp32, int8, int16, int32, fp16, bf16 };  ///< with its numbers

  struct Variable {
    Type type = Type::fp32;
    std::vector<std::int64_t> shape;  ///< empty for a single number
    std::string_view data;            ///< at any address, whatever the type wants
  };

  /// `bytes` must outlive this object. Throws std::runtime_error, beginning with `name_for_errors`, where they are no
  /// such file, or of a version that is not known: cut short, a size that the data do not have, a name twice.
  ModelBin(std::string_view bytes, std::string name_for_errors);

  std::uint32_t version() const { return version_; }    ///< of the form of the file
  const std::string& spec() const { return spec_; }     ///< what the variables are for: "TransformerSpec"
  std::uint32_t revision() const { return revision_; }  ///< of their names
  const std::string& name() const { return name_; }     ///< for errors
  const std::map<std::string, Variable, std::less<>>& variables() const { return variables_; }

 private:
  [[noreturn]] void refuse(std::string_view what) const;
  std::string text();
  std::uint32_t count(std::size_t smallest);
  void read_variable();
  void read_alias();

  std::string name_;
  ByteCursor bytes_;
  std::uint32_t version_ = 0, revision_ = 1;
  std::string spec_;
  std::map<std::string, Variable, std::less<>> variables_;
};

/// Bytes that a number of this type takes.
std::size_t size_of(ModelBin::Type type);

}  // namespace dragoman
