#include "formats/marian/marian_vocabulary.h"

#include "formats/foreign/yaml_document.h"

#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <stdexcept>
#include <unordered_set>

namespace dragoman {
namespace {

std::optional<std::int64_t> id_in(const YamlValue& value) {
  std::int64_t id = -1;
  const char* end = value.text.data() + value.text.size();
  const auto [stop, error] = std::from_chars(value.text.data(), end, id);
  return error == std::errc() && stop == end && id >= 0 ? std::optional(id) : std::nullopt;
}

std::vector<std::string> tokens_of_yaml(std::string_view text, std::int32_t size, const std::string& file) {
  YamlValue table = read_yaml(text, file);
  if (table.kind != YamlValue::Kind::map)
    throw std::runtime_error(fmt::format("{}: is no table of tokens and their ids; copy the model anew", file));
  std::vector<std::string> tokens(static_cast<std::size_t>(size));
  std::vector<bool> taken(tokens.size());
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < table.keys.size(); ++i) {
    YamlValue& key = table.keys[i];
    if (key.kind == YamlValue::Kind::nothing) key.text = "null";  // as Marian reads it
    const auto id = id_in(table.items.at(i));
    if (key.kind == YamlValue::Kind::list || key.kind == YamlValue::Kind::map || !id)
      throw std::runtime_error(fmt::format("{}: '{}' has no id; copy the model anew", file, key.text));
    if (*id >= size) continue;
    const auto place = static_cast<std::size_t>(*id);
    if (taken[place])
      throw std::runtime_error(
          fmt::format("{}: '{}' and '{}' have the same id, {}", file, tokens[place], key.text, *id));
    taken[place] = true;
    if (seen.insert(key.text).second) tokens[place] = std::move(key.text);
  }
  return tokens;
}

std::vector<std::string> tokens_of_lines(std::string_view text, std::int32_t size) {
  std::vector<std::string> tokens(static_cast<std::size_t>(size));
  std::unordered_set<std::string> seen;
  for (std::size_t id = 0; id < tokens.size() && !text.empty(); ++id) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    std::string token(line.substr(0, line.find_last_not_of('\r') + 1));
    if (seen.insert(token).second) tokens[id] = std::move(token);
  }
  return tokens;
}

}  // namespace

std::vector<std::string> read_marian_vocabulary(std::string_view text, std::int32_t size, const std::string& file) {
  const std::string extension = std::filesystem::path(file).extension().string();
  for (const char* yaml : {".yml", ".yaml", ".json"})
    if (extension == yaml) return tokens_of_yaml(text, size, file);
  return tokens_of_lines(text, size);
}

}  // namespace dragoman
