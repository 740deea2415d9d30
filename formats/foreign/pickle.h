#pragma once

#include "formats/foreign/byte_cursor.h"
#include "formats/foreign/pickle_opcodes.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// What a Python pickle describes, read without executing anything: a call is kept as a call. It knows the opcodes that
/// PyTorch writes for tables of tensors, in protocols 2 to 5.
class Pickle {
 public:
  enum class Kind { none, boolean, integer, real, text, tuple, list, dict, global, call, persistent };

  /// Names a value; only the pickle that gave it knows its meaning.
  using Value = std::uint32_t;

  /// `bytes` must outlive this object. `globals`: the names of classes and functions, as "module.name", that may stand
  /// in it. Throws std::runtime_error, beginning with `name_for_errors`, for any other, for an opcode or a size that no
  /// table of tensors has, and where the pickle is damaged. What is allocated is proportional to the bytes.
  Pickle(std::string_view bytes, std::span<const std::string_view> globals, std::string name_for_errors);

  Value root() const { return root_; }
  Kind kind(Value value) const { return nodes_.at(value).kind; }

  // These throw std::runtime_error if the value is of another kind.
  std::int64_t integer(Value value) const;
  std::string_view text(Value value) const;
  std::string_view global(Value value) const;  ///< "module.name"
  /// Of a tuple, a list, or a persistent id, whose only item is the id itself.
  std::span<const Value> items(Value value) const;
  /// Of a dict or an OrderedDict: keys and values in turn.
  std::span<const Value> pairs(Value value) const;
  /// Of a call: the global that is called, and the tuple of its arguments.
  std::pair<Value, Value> call(Value value) const;

 private:
  struct Node {
    Kind kind = Kind::none;
    std::int64_t number = 0;
    std::string_view text = {};
    std::vector<Value> items = {};
  };

  [[noreturn]] void refuse(std::string_view what) const;
  const Node& node(Value value, Kind kind) const;
  PickleOpcode take_opcode();
  std::int64_t take_long(std::size_t size);
  std::string_view take_line();

  bool take_scalar(PickleOpcode opcode);
  bool take_value(PickleOpcode opcode);
  bool combine(PickleOpcode opcode);
  void push(Node node);
  void push_global(std::string_view module, std::string_view name);
  void push_last(Kind kind, std::size_t count);
  void push_memo(std::uint32_t key);
  void reduce();
  Value pop();
  std::vector<Value> pop_to_mark();
  void append(std::vector<Value> values, Kind kind);
  void memoise(std::uint32_t key);

  std::string name_;
  ByteCursor bytes_;
  std::span<const std::string_view> globals_;
  std::vector<Node> nodes_;
  std::vector<Value> stack_;
  std::vector<std::size_t> marks_;
  std::vector<std::pair<std::uint32_t, Value>> memo_;  // by key, ascending
  Value root_ = 0;
};

}  // namespace dragoman
