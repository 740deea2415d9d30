#include "formats/foreign/yaml_document.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace dragoman {
namespace {

using Kind = YamlValue::Kind;
using YAML::anchor_t;

[[noreturn]] void refuse_yaml(const std::string& file, const YAML::Mark& mark, std::string_view what) {
  throw std::runtime_error(fmt::format("{}:{}: {}", file, std::max(mark.line, 0) + 1, what));
}

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  YamlValue take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, anchor_t) override { add({}); }
  void OnAlias(const YAML::Mark& mark, anchor_t) override { refuse_yaml(file_, mark, "an alias has no meaning here"); }
  void OnScalar(const YAML::Mark&, const std::string& tag, anchor_t, const std::string& text) override {
    constexpr std::string_view kPlain = "?";
    YamlValue scalar{Kind::scalar, text, tag != kPlain, {}, {}};
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, anchor_t, YAML::EmitterStyle::value) override {
    open(Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark&, const std::string&, anchor_t, YAML::EmitterStyle::value) override {
    open(Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  void open(Kind kind) { open_.emplace_back().kind = kind; }

  void close() {
    YamlValue finished = std::move(open_.back());
    open_.pop_back();
    add(std::move(finished));
  }

  // A map's keys and values come in turn.
  void add(YamlValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    YamlValue& parent = open_.back();
    const bool is_key = parent.kind == Kind::map && parent.keys.size() == parent.items.size();
    (is_key ? parent.keys : parent.items).push_back(std::move(value));
  }

  const std::string& file_;
  YamlValue root_;
  std::vector<YamlValue> open_;
};

// Tells where a second document begins.
class SecondDocument : public YAML::EventHandler {
 public:
  explicit SecondDocument(const std::string& file) : file_(file) {}

  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, anchor_t) override {}
  void OnAlias(const YAML::Mark&, anchor_t) override { refuse(); }
  void OnScalar(const YAML::Mark&, const std::string&, anchor_t, const std::string&) override { refuse(); }
  void OnSequenceStart(const YAML::Mark&, const std::string&, anchor_t, YAML::EmitterStyle::value) override {
    refuse();
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, anchor_t, YAML::EmitterStyle::value) override { refuse(); }
  void OnMapEnd() override {}

 private:
  [[noreturn]] void refuse() const { refuse_yaml(file_, mark_, "a second YAML document"); }

  const std::string& file_;
  YAML::Mark mark_;
};

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::size_t digit = text.starts_with('-') ? 1 : 0;
  if (digit >= text.size() || (text[digit] != '.' && (text[digit] < '0' || text[digit] > '9'))) return std::nullopt;
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

nlohmann::ordered_json scalar_of(const YamlValue& value) {
  if (value.is_quoted) return value.text;
  for (const char* name : {"true", "True", "TRUE"})
    if (value.text == name) return true;
  for (const char* name : {"false", "False", "FALSE"})
    if (value.text == name) return false;
  if (const auto number = number_in<std::int64_t>(value.text)) return *number;
  if (const auto number = number_in<double>(value.text)) return *number;
  return value.text;
}

}  // namespace

YamlValue read_yaml(std::string_view text, const std::string& file) {
  std::istringstream stream{std::string(text)};
  TreeBuilder tree(file);
  SecondDocument second(file);
  try {
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(tree)) parser.HandleNextDocument(second);
  } catch (const YAML::Exception& error) {
    refuse_yaml(file, error.mark, fmt::format("not valid YAML: {}", error.msg));
  }
  return tree.take();
}

nlohmann::ordered_json json_of(const YamlValue& value, const std::string& file) {
  switch (value.kind) {
    case Kind::nothing:
      return nullptr;
    case Kind::scalar:
      return scalar_of(value);
    case Kind::list: {
      auto list = nlohmann::ordered_json::array();
      for (const YamlValue& item : value.items) list.push_back(json_of(item, file));
      return list;
    }
    case Kind::map:
      break;
  }
  // Whose objects are searched key by key.
  constexpr std::size_t kMostKeys = 10'000;
  if (value.keys.size() > kMostKeys) throw std::runtime_error(fmt::format("{}: has too many options", file));
  auto map = nlohmann::ordered_json::object();
  std::set<std::string> seen;
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const YamlValue& key = value.keys[i];
    if (key.kind != Kind::scalar || !seen.insert(key.text).second)
      throw std::runtime_error(fmt::format("{}: a key is no name, or there twice: '{}'", file, key.text));
    map[key.text] = json_of(value.items.at(i), file);
  }
  return map;
}

}  // namespace dragoman
