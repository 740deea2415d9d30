#include "formats/foreign/pickle.h"

#include "base/markup.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

constexpr std::size_t kLargest = 16U << 20U;  // a table of a thousand tensors takes a quarter of a megabyte
constexpr std::string_view kOrderedDict = "collections.OrderedDict";
constexpr int kNewestProtocol = 5;

std::string pickle_refusal(const std::string& name, std::string_view what) {
  return fmt::format("{}: {}; nothing of it was executed", name, what);
}

}  // namespace

Pickle::Pickle(std::string_view bytes, std::span<const std::string_view> globals, std::string name_for_errors)
    : name_(std::move(name_for_errors)), bytes_(bytes, pickle_refusal(name_, "it is cut short")), globals_(globals) {
  if (bytes.size() > kLargest) refuse("it is larger than any table of tensors");
  for (auto opcode = take_opcode(); opcode != PickleOpcode::kStop; opcode = take_opcode()) {
    if (take_scalar(opcode) || take_value(opcode) || combine(opcode)) continue;
    refuse(fmt::format("its opcode 0x{:02x} has no place in a table of tensors", static_cast<unsigned>(opcode)));
  }
  root_ = pop();
  if (!stack_.empty()) refuse("something is left over at its end");
}

void Pickle::refuse(std::string_view what) const {
  throw std::runtime_error(pickle_refusal(name_, what));
}

PickleOpcode Pickle::take_opcode() {
  return static_cast<PickleOpcode>(bytes_.take(1).front());
}

std::int64_t Pickle::take_long(std::size_t size) {
  const std::string_view bytes = bytes_.take(size);
  std::int64_t number = !bytes.empty() && (bytes.back() & 0x80) != 0 ? -1 : 0;
  if (bytes.size() > sizeof number) refuse("a number in it has more than 64 bits");
  std::memcpy(&number, bytes.data(), bytes.size());
  return number;
}

std::string_view Pickle::take_line() {
  const std::size_t end = bytes_.rest().find('\n');
  if (end == std::string_view::npos) bytes_.refuse_cut();
  return bytes_.take(end + 1).substr(0, end);
}

// Numbers and the like. Returns whether the opcode brings one.
bool Pickle::take_scalar(PickleOpcode opcode) {
  using enum PickleOpcode;
  switch (opcode) {
    case kProto:
      if (bytes_.number<std::uint8_t>() > kNewestProtocol) refuse("its protocol is newer than 5");
      break;
    case kFrame:
      bytes_.take(8);
      break;
    case kNone:
      push({});
      break;
    case kNewTrue:
    case kNewFalse:
      push({Kind::boolean, opcode == kNewTrue ? 1 : 0});
      break;
    case kBinInt:
      push({Kind::integer, bytes_.number<std::int32_t>()});
      break;
    case kBinInt1:
      push({Kind::integer, bytes_.number<std::uint8_t>()});
      break;
    case kBinInt2:
      push({Kind::integer, bytes_.number<std::uint16_t>()});
      break;
    case kLong1:
      push({Kind::integer, take_long(bytes_.number<std::uint8_t>())});
      break;
    case kBinFloat:
      bytes_.take(8);
      push({Kind::real});
      break;
    default:
      return false;
  }
  return true;
}

// Returns whether the opcode brings another value.
bool Pickle::take_value(PickleOpcode opcode) {
  using enum PickleOpcode;
  switch (opcode) {
    case kBinUnicode:
      push({Kind::text, 0, bytes_.take(bytes_.number<std::uint32_t>())});
      break;
    case kShortBinUnicode:
      push({Kind::text, 0, bytes_.take(bytes_.number<std::uint8_t>())});
      break;
    case kGlobal: {
      const std::string_view module = take_line();
      push_global(module, take_line());
      break;
    }
    case kEmptyTuple:
      push({Kind::tuple});
      break;
    case kEmptyList:
      push({Kind::list});
      break;
    case kEmptyDict:
      push({Kind::dict});
      break;
    case kBinGet:
      push_memo(bytes_.number<std::uint8_t>());
      break;
    case kLongBinGet:
      push_memo(bytes_.number<std::uint32_t>());
      break;
    default:
      return false;
  }
  return true;
}

// Returns whether the opcode does something with the values that are there.
bool Pickle::combine(PickleOpcode opcode) {
  using enum PickleOpcode;
  switch (opcode) {
    case kMark:
      marks_.push_back(stack_.size());
      break;
    case kBinPut:
      memoise(bytes_.number<std::uint8_t>());
      break;
    case kLongBinPut:
      memoise(bytes_.number<std::uint32_t>());
      break;
    case kMemoize:
      memoise(static_cast<std::uint32_t>(memo_.size()));
      break;
    case kTuple1:
      push_last(Kind::tuple, 1);
      break;
    case kTuple2:
      push_last(Kind::tuple, 2);
      break;
    case kTuple3:
      push_last(Kind::tuple, 3);
      break;
    case kTuple:
      push({Kind::tuple, 0, {}, pop_to_mark()});
      break;
    case kBinPersid:
      push_last(Kind::persistent, 1);
      break;
    case kReduce:
      reduce();
      break;
    case kBuild:
      pop();  // attributes of an object, which are no tensors
      break;
    case kAppend:
      append({pop()}, Kind::list);
      break;
    case kAppends:
      append(pop_to_mark(), Kind::list);
      break;
    case kSetItem: {
      const Value value = pop(), key = pop();
      append({key, value}, Kind::dict);
      break;
    }
    case kSetItems:
      append(pop_to_mark(), Kind::dict);
      break;
    case kStackGlobal: {
      const Value name = pop(), module = pop();
      push_global(text(module), text(name));
      break;
    }
    default:
      return false;
  }
  return true;
}

void Pickle::push(Node node) {
  stack_.push_back(static_cast<Value>(nodes_.size()));
  nodes_.push_back(std::move(node));
}

void Pickle::push_global(std::string_view module, std::string_view name) {
  const std::string full = fmt::format("{}.{}", module, name);
  const auto known = std::ranges::find(globals_, full);
  if (known == globals_.end())
    refuse(fmt::format("it names '{}', which has no place in a table of tensors", printable(full)));
  push({Kind::global, 0, *known});
}

void Pickle::push_last(Kind kind, std::size_t count) {
  std::vector<Value> items(count);
  for (auto item = items.rbegin(); item != items.rend(); ++item) *item = pop();
  push({kind, 0, {}, std::move(items)});
}

void Pickle::push_memo(std::uint32_t key) {
  const auto found = std::ranges::lower_bound(memo_, key, {}, &std::pair<std::uint32_t, Value>::first);
  if (found == memo_.end() || found->first != key) refuse("it refers to a value that is not there");
  stack_.push_back(found->second);
}

// Keys come in ascending order from every writer.
void Pickle::memoise(std::uint32_t key) {
  if (stack_.empty()) refuse("a value is missing");
  if (!memo_.empty() && memo_.back().first >= key) refuse("it keeps a value twice");
  memo_.emplace_back(key, stack_.back());
}

void Pickle::reduce() {
  const Value arguments = pop(), callee = pop();
  node(arguments, Kind::tuple);
  if (global(callee) == kOrderedDict && items(arguments).empty()) return push({Kind::dict});
  push({Kind::call, 0, {}, {callee, arguments}});
}

Pickle::Value Pickle::pop() {
  if (stack_.empty() || (!marks_.empty() && stack_.size() <= marks_.back())) refuse("a value is missing");
  const Value value = stack_.back();
  stack_.pop_back();
  return value;
}

std::vector<Pickle::Value> Pickle::pop_to_mark() {
  if (marks_.empty()) refuse("a mark is missing");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<Value> values(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return values;
}

void Pickle::append(std::vector<Value> values, Kind kind) {
  if (stack_.empty()) refuse("a value is missing");
  if (kind == Kind::dict && values.size() % 2 != 0) refuse("a key has no value");
  node(stack_.back(), kind);
  std::vector<Value>& items = nodes_[stack_.back()].items;
  items.insert(items.end(), values.begin(), values.end());
}

const Pickle::Node& Pickle::node(Value value, Kind kind) const {
  const Node& found = nodes_.at(value);
  if (found.kind != kind) refuse("a value in it is of another kind than in a table of tensors");
  return found;
}

std::int64_t Pickle::integer(Value value) const {
  return node(value, Kind::integer).number;
}

std::string_view Pickle::text(Value value) const {
  return node(value, Kind::text).text;
}

std::string_view Pickle::global(Value value) const {
  return node(value, Kind::global).text;
}

std::span<const Pickle::Value> Pickle::items(Value value) const {
  const Node& found = nodes_.at(value);
  return found.kind == Kind::list || found.kind == Kind::persistent ? found.items : node(value, Kind::tuple).items;
}

std::span<const Pickle::Value> Pickle::pairs(Value value) const {
  return node(value, Kind::dict).items;
}

std::pair<Pickle::Value, Pickle::Value> Pickle::call(Value value) const {
  const Node& found = node(value, Kind::call);
  return {found.items[0], found.items[1]};
}

}  // namespace dragoman
