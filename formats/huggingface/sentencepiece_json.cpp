#include "formats/huggingface/sentencepiece_json.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/protobuf_message.h"

#include <fmt/format.h>
#include <map>
#include <optional>
#include <stdexcept>

namespace dragoman {
namespace {

using SortedJson = nlohmann::json;

// Fields as sentencepiece_model.proto has them.
using Message = ProtobufMessage;

class SentencePieceReader {
 public:
  SentencePieceReader(std::string_view json, const std::string& file) : file_(file) {
    auto parsed = parse_sorted_json(json);
    if (!parsed || !parsed->is_object())
      throw std::runtime_error(fmt::format("{}: not valid JSON; copy the model anew", file));
    json_ = *std::move(parsed);
  }

  SentencePieceJson read() const {
    Message model;
    add_pieces(model);
    constexpr std::uint64_t kTrainer = 2, kModelType = 3, kUnigram = 1, kBpe = 2, kNormaliser = 3, kCharsmap = 2;
    model.text(kTrainer, Message().number(kModelType, is_bpe() ? kBpe : kUnigram).bytes());
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

  bool is_bpe() const { return type_of(at(json_, "model")) == "BPE"; }

  void add_pieces(Message& to) const {
    const SortedJson& model = at(json_, "model");
    if (type_of(model) != "Unigram" && !is_bpe()) refuse("model", at(model, "type"));
    if (at(model, "byte_fallback") == true) refuse("byte_fallback", true);
    is_bpe() ? add_merged_pieces(model, to) : add_unigram_pieces(model, to);
  }

  static void add_piece(const std::string& name, float score, bool is_unknown, Message& to) {
    constexpr std::uint64_t kPiece = 1, kName = 1, kScore = 2, kType = 3, kUnknownType = 2, kControlType = 3;
    Message message;
    message.text(kName, name).real(kScore, score);
    if (is_unknown) {
      message.number(kType, kUnknownType);
    } else if (name == "<pad>" || name == "</s>" || name == "<s>" || name.starts_with("<extra_id_")) {
      message.number(kType, kControlType);
    }
    to.text(kPiece, message.bytes());
  }

  // [["<pad>", 0.0], ["▁the", -3.2], …]
  void add_unigram_pieces(const SortedJson& model, Message& to) const {
    const SortedJson &pieces = at(model, "vocab"), &unknown = at(model, "unk_id");
    if (!pieces.is_array()) refuse("vocab", pieces);
    if (!unknown.is_number_integer()) refuse("unk_id", unknown);
    std::int64_t id = 0;
    for (const SortedJson& piece : pieces) {
      if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string() || !piece[1].is_number())
        refuse("vocab", piece);
      add_piece(piece[0].get<std::string>(), piece[1].get<float>(), id++ == unknown.get<std::int64_t>(), to);
    }
  }

  // {"<pad>": 0, "▁the": 7, …} and [["▁t", "he"], …]. SentencePiece merges what makes the piece of the largest score:
  // the one that is made first in the list.
  void add_merged_pieces(const SortedJson& model, Message& to) const {
    for (const char* option : {"dropout", "continuing_subword_prefix", "end_of_word_suffix", "ignore_merges"}) {
      const SortedJson& value = at(model, option);
      if (!value.is_null() && value != false && value != "") refuse(option, value);
    }
    const std::vector<std::string> names = names_by_id(at(model, "vocab"));
    const SortedJson& merges = at(model, "merges");
    if (!merges.is_array()) refuse("merges", merges);
    std::map<std::string, float> scores;
    float score = 0;
    for (const SortedJson& merge : merges) scores.try_emplace(merged(merge), score--);
    for (const std::string& name : names) {
      const auto found = scores.find(name);
      add_piece(name, found == scores.end() ? score : found->second, at(model, "unk_token") == name, to);
    }
  }

  std::vector<std::string> names_by_id(const SortedJson& vocabulary) const {
    if (!vocabulary.is_object()) refuse("vocab", vocabulary);
    std::vector<std::string> names(vocabulary.size());
    for (const auto& [name, id] : vocabulary.items()) {
      const bool fits = id.is_number_unsigned() && id.get<std::uint64_t>() < names.size();
      if (!fits || !names[id.get<std::size_t>()].empty()) refuse("vocab", {{name, id}});
      names[id.get<std::size_t>()] = name;
    }
    return names;
  }

  // "▁t he" in older files.
  std::string merged(const SortedJson& merge) const {
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
      return merge[0].get<std::string>() + merge[1].get<std::string>();
    const std::string text = merge.is_string() ? merge.get<std::string>() : "";
    const std::size_t blank = text.find(' ');
    if (blank == text.npos) refuse("merges", merge);
    return text.substr(0, blank) + text.substr(blank + 1);
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

SentencePieceJson read_sentencepiece_json(std::string_view json, const std::string& file) {
  return SentencePieceReader(json, file).read();
}

}  // namespace dragoman
