#include "formats/huggingface/unigram_tokenizer.h"

#include "base/base64.h"
#include "base/json.h"

#include <bit>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>

namespace dragoman {
namespace {

using SortedJson = nlohmann::json;

// Fields of protocol buffers, as sentencepiece_model.proto has them.
class Message {
 public:
  Message& number(std::uint64_t field, std::uint64_t value) {
    put(field << 3);
    put(value);
    return *this;
  }
  Message& real(std::uint64_t field, float value) {
    put(field << 3 | 5);
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>(bits >> shift & 0xFFu);
    return *this;
  }
  Message& text(std::uint64_t field, std::string_view value) {
    put(field << 3 | 2);
    put(value.size());
    bytes_ += value;
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  void put(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

class UnigramReader {
 public:
  UnigramReader(std::string_view json, const std::string& file) : file_(file) {
    auto parsed = parse_sorted_json(json);
    if (!parsed || !parsed->is_object())
      throw std::runtime_error(fmt::format("{}: not valid JSON; copy the model anew", file));
    json_ = *std::move(parsed);
  }

  UnigramTokenizer read() const {
    Message model;
    add_pieces(model);
    constexpr std::uint64_t kTrainer = 2, kModelType = 3, kUnigram = 1, kNormaliser = 3, kCharsmap = 2;
    model.text(kTrainer, Message().number(kModelType, kUnigram).bytes());
    Message normaliser;
    if (const std::string charsmap = charsmap_in(at(json_, "normalizer")); !charsmap.empty())
      normaliser.text(kCharsmap, charsmap);
    model.text(kNormaliser, normaliser.bytes());
    require_words(at(json_, "pre_tokenizer"));
    return {model.bytes(), added()};
  }

 private:
  // Null where there is none.
  static const SortedJson& at(const SortedJson& json, const char* name) {
    static const SortedJson kNone;
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found != json.end() ? *found : kNone;
  }

  static std::string type_of(const SortedJson& json) {
    const SortedJson& type = at(json, "type");
    return type.is_string() ? type.get<std::string>() : "";
  }

  [[noreturn]] void refuse(const char* what, const SortedJson& json) const {
    std::string shown = json.dump(-1, ' ', false, SortedJson::error_handler_t::replace);
    if (shown.size() > 100) shown = shown.substr(0, 100) + "…";
    throw std::runtime_error(fmt::format("{}: '{}' is {}, for which SentencePiece has no form", file_, what, shown));
  }

  // [["<pad>", 0.0], ["▁the", -3.2], …]
  void add_pieces(Message& to) const {
    const SortedJson& model = at(json_, "model");
    if (type_of(model) != "Unigram") refuse("model", at(model, "type"));
    if (at(model, "byte_fallback") == true) refuse("byte_fallback", true);
    const SortedJson &pieces = at(model, "vocab"), &unknown = at(model, "unk_id");
    if (!pieces.is_array()) refuse("vocab", pieces);
    if (!unknown.is_number_integer()) refuse("unk_id", unknown);
    constexpr std::uint64_t kPiece = 1, kName = 1, kScore = 2, kType = 3, kUnknownType = 2, kControlType = 3;
    std::int64_t id = 0;
    for (const SortedJson& piece : pieces) {
      if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string() || !piece[1].is_number())
        refuse("vocab", piece);
      const auto name = piece[0].get<std::string>();
      Message message;
      message.text(kName, name).real(kScore, piece[1].get<float>());
      if (id == unknown.get<std::int64_t>()) {
        message.number(kType, kUnknownType);
      } else if (name == "<pad>" || name == "</s>" || name == "<s>" || name.starts_with("<extra_id_")) {
        message.number(kType, kControlType);
      }
      to.text(kPiece, message.bytes());
      ++id;
    }
  }

  // Of Precompiled; the others do what SentencePiece does by itself.
  std::string charsmap_in(const SortedJson& normaliser) const {
    if (normaliser.is_null()) return "";
    const std::string type = type_of(normaliser);
    if (type == "Precompiled") {
      const SortedJson& map = at(normaliser, "precompiled_charsmap");
      if (map.is_null()) return "";
      const auto bytes = map.is_string() ? decoded_base64(map.get_ref<const std::string&>()) : std::nullopt;
      if (!bytes) refuse("precompiled_charsmap", map);
      return *bytes;
    }
    if (type == "Sequence" && at(normaliser, "normalizers").is_array()) {
      std::string charsmap;
      for (const SortedJson& part : at(normaliser, "normalizers")) {
        const std::string of_part = charsmap_in(part);
        if (!of_part.empty() && !charsmap.empty()) refuse("normalizer", normaliser);
        charsmap += of_part;
      }
      return charsmap;
    }
    const SortedJson &pattern = at(at(normaliser, "pattern"), "Regex"), &content = at(normaliser, "content");
    const bool joins_spaces = type == "Replace" && pattern == " {2,}" && (content == "▁" || content == " ");
    const bool joins_lines = type == "Replace" && pattern == "\\n" && content == " ";  // a text here is one
    if (!joins_spaces && !joins_lines && type != "Strip") refuse("normalizer", normaliser);
    return "";
  }

  // At white space, which becomes "▁" before the word.
  void require_words(const SortedJson& words) const {
    const std::string type = type_of(words);
    if (type == "Sequence" && at(words, "pretokenizers").is_array()) {
      for (const SortedJson& part : at(words, "pretokenizers")) {
        if (type_of(part) != "WhitespaceSplit") require_words(part);
      }
      return;
    }
    const bool prepends = at(words, "prepend_scheme") == "always" || at(words, "add_prefix_space") == true;
    if (type != "Metaspace" || at(words, "replacement") != "▁" || !prepends) refuse("pre_tokenizer", words);
  }

  std::vector<ListedToken> added() const {
    std::vector<ListedToken> tokens;
    const SortedJson& listed = at(json_, "added_tokens");
    if (!listed.is_array()) return tokens;
    for (const SortedJson& token : listed) {
      const SortedJson &id = at(token, "id"), &name = at(token, "content");
      if (!id.is_number_integer() || !name.is_string()) refuse("added_tokens", token);
      tokens.push_back({id.get<std::int64_t>(), name.get<std::string>()});
    }
    return tokens;
  }

  const std::string& file_;
  SortedJson json_;
};

}  // namespace

UnigramTokenizer read_unigram_tokenizer(std::string_view json, const std::string& file) {
  return UnigramReader(json, file).read();
}

}  // namespace dragoman
