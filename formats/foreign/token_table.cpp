#include "formats/foreign/token_table.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace dragoman {
namespace {

// Takes an object of numbers; the library's own objects take the square of their size to be read in order, and much
// memory.
class TableReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  TableReader(std::int32_t size, const std::string& file) : tokens_(static_cast<std::size_t>(size)), file_(file) {}

  std::vector<std::string> read(std::string_view json) {
    if (!nlohmann::json::sax_parse(json, this) || depth_ != 0)
      throw std::runtime_error(fmt::format("{}: is no table of tokens and their ids; copy the model anew", file_));
    return std::move(tokens_);
  }

  bool start_object(std::size_t) override { return ++depth_ == 1; }
  bool end_object() override { return --depth_ == 0; }
  bool key(string_t& token) override {
    token_ = std::move(token);
    return true;
  }
  bool number_unsigned(number_unsigned_t id) override {
    if (depth_ != 1) return false;
    if (id >= tokens_.size()) {
      throw std::runtime_error(fmt::format("{}: '{}' has the id {}, but config.json says that there are {} tokens",
                                           file_, token_, id, tokens_.size()));
    }
    std::string& place = tokens_[id];
    if (!place.empty())
      throw std::runtime_error(fmt::format("{}: '{}' and '{}' have the same id, {}", file_, place, token_, id));
    place = std::move(token_);
    return true;
  }
  bool null() override { return false; }
  bool boolean(bool) override { return false; }
  bool number_integer(number_integer_t) override { return false; }
  bool number_float(number_float_t, const string_t&) override { return false; }
  bool string(string_t&) override { return false; }
  bool binary(binary_t&) override { return false; }
  bool start_array(std::size_t) override { return false; }
  bool end_array() override { return false; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  std::vector<std::string> tokens_;  // by id; empty: none yet
  const std::string& file_;
  std::string token_;
  int depth_ = 0;
};

bool fits_in_vocabulary(const std::string& token) {
  return !token.empty() && token.find_first_of(" \t\n") == token.npos && !token.ends_with('\r');
}

}  // namespace

TokenTable token_table(std::vector<std::string> tokens, std::int32_t pad, const std::string& file) {
  constexpr const char* kPad = "<pad>";
  const std::set<std::string> known(tokens.begin(), tokens.end());
  TokenTable table;
  for (std::int32_t id = 0; id < std::ssize(tokens); ++id) {
    std::string& token = tokens[static_cast<std::size_t>(id)];
    if (token.empty() && id == pad && !known.contains(kPad)) token = kPad;
    if (!fits_in_vocabulary(token)) {
      token = fmt::format("<id-{}>", id);
      if (known.contains(token)) throw std::runtime_error(fmt::format("{}: the token {} lacks a name", file, id));
      ++table.replaced;
    }
    if (token.starts_with(">>") && token.ends_with("<<")) table.languages.push_back(token);
    table.vocabulary += token + "\n";
  }
  return table;
}

void note_replaced(std::int64_t ids, const std::string& vocabulary, std::vector<std::string>& notes) {
  if (ids <= 0) return;
  notes.push_back(fmt::format("{}: {} ids have no token that text can hold; they are called <id-N>", vocabulary, ids));
}

std::vector<std::string> read_tokens(std::string_view json, std::int32_t size, const std::string& file) {
  if (size < 0) throw std::runtime_error(fmt::format("{}: a vocabulary of {} tokens is none", file, size));
  return TableReader(size, file).read(json);
}

TokenTable read_token_table(std::string_view json, std::int32_t size, std::int32_t pad, const std::string& file) {
  return token_table(read_tokens(json, size, file), pad, file);
}

}  // namespace dragoman
