#include "formats/huggingface/byte_level_json.h"

#include "base/json.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::json;

// Null where there is none.
const Json& part_of(const Json& json, const char* name) {
  static const Json kNone;
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found != json.end() ? *found : kNone;
}

class ByteLevelReader {
 public:
  ByteLevelReader(std::string_view json, std::int32_t size, const std::string& file)
      : file_(file), size_(static_cast<std::size_t>(std::max(size, 0))) {
    auto parsed = parse_sorted_json(json);
    if (!parsed || !parsed->is_object()) refuse("is not valid JSON");
    json_ = *std::move(parsed);
  }

  ByteLevelJson read() {
    read_.tokens.resize(size_);
    read_tokens();
    read_added();
    if (is(part_of(json_, "model"), "type", {"BPE"})) {
      read_merges();
      require_plain_model();
    } else {
      misfit("model", part_of(part_of(json_, "model"), "type"));
    }
    return std::move(read_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw std::runtime_error(fmt::format("{}: {}; copy the model anew", file_, what));
  }

  static bool is(const Json& json, const char* name, const std::vector<std::string>& values) {
    const Json& value = part_of(json, name);
    return value.is_string() && std::ranges::count(values, value.get_ref<const std::string&>()) > 0;
  }

  // The first one is told.
  void misfit(const char* what, const Json& json) {
    if (!read_.misfit.empty()) return;
    std::string shown = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    constexpr std::size_t kShown = 100;
    if (shown.size() > kShown) shown = shown.substr(0, kShown) + "…";
    read_.misfit = fmt::format("{}: '{}' is {}, for which there is no form here", file_, what, shown);
  }

  void put(const std::string& token, const Json& id) {
    if (!id.is_number_unsigned()) refuse(fmt::format("'{}' has the id {}", token, id.dump()));
    const auto place = id.get<std::uint64_t>();
    if (place >= size_) {
      throw std::runtime_error(fmt::format("{}: '{}' has the id {}, but config.json says that there are {} tokens",
                                           file_, token, place, size_));
    }
    std::string& known = read_.tokens[place];
    if (!known.empty() && known != token)
      refuse(fmt::format("'{}' and '{}' have the same id, {}", known, token, place));
    known = token;
  }

  // {"<s>": 0, …}, or of a unigram model [["<s>", 0.0], …].
  void read_tokens() {
    const Json& table = part_of(part_of(json_, "model"), "vocab");
    if (table.is_object()) {
      for (const auto& [token, id] : table.items()) put(token, id);
    } else if (table.is_array()) {
      std::uint64_t id = 0;
      for (const Json& piece : table) {
        if (!piece.is_array() || piece.empty() || !piece[0].is_string()) refuse("its model has no table of tokens");
        put(piece[0].get<std::string>(), id++);
      }
    } else {
      refuse("its model has no table of tokens");
    }
  }

  void read_added() {
    const Json& listed = part_of(json_, "added_tokens");
    if (!listed.is_array()) return;
    for (const Json& token : listed) {
      const Json &id = part_of(token, "id"), &name = part_of(token, "content");
      if (!name.is_string()) refuse("a token of 'added_tokens' lacks its content");
      const auto& text = name.get_ref<const std::string&>();
      const bool is_piece =
          id.is_number_unsigned() && id.get<std::uint64_t>() < size_ && read_.tokens[id.get<std::uint64_t>()] == text;
      if (!is_piece) read_.added.push_back(text);
      put(text, id);
    }
  }

  // ["a b", …] of older versions, [["a", "b"], …] of later ones.
  void read_merges() {
    const Json& merges = part_of(part_of(json_, "model"), "merges");
    if (!merges.is_array()) refuse("its model has no list of merges");
    for (const Json& merge : merges) {
      if (merge.is_string()) {
        read_.merges += merge.get_ref<const std::string&>();
      } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
        read_.merges += merge[0].get<std::string>() + " " + merge[1].get<std::string>();
      } else {
        refuse("a merge is not two tokens");
      }
      read_.merges += '\n';
    }
  }

  void require_plain_model() {
    const Json& model = part_of(json_, "model");
    for (const char* name :
         {"dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "ignore_merges"}) {
      const Json& value = part_of(model, name);
      if (!value.is_null() && value != false && value != "") misfit(name, value);
    }
    if (const Json& normaliser = part_of(json_, "normalizer"); !normaliser.is_null()) misfit("normalizer", normaliser);
    const Json &words = part_of(json_, "pre_tokenizer"), &decoder = part_of(json_, "decoder"),
               &ends = part_of(json_, "post_processor");
    if (!is(words, "type", {"ByteLevel"}) || part_of(words, "use_regex") == false) misfit("pre_tokenizer", words);
    if (!is(decoder, "type", {"ByteLevel"})) misfit("decoder", decoder);
    if (!ends.is_null() && !is(ends, "type", {"RobertaProcessing", "BertProcessing"})) misfit("post_processor", ends);
    read_.prefix_space = part_of(words, "add_prefix_space") == true;
  }

  const std::string& file_;
  std::size_t size_;
  Json json_;
  ByteLevelJson read_;
};

}  // namespace

ByteLevelJson read_byte_level_json(std::string_view json, std::int32_t size, const std::string& file) {
  return ByteLevelReader(json, size, file).read();
}

}  // namespace dragoman
