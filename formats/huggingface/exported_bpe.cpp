#include "base/base64.h"
#include "formats/huggingface/exported_tokenizer.h"
#include "tokenizer/model_file.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <vector>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

Json metaspace() {
  return {{"type", "Metaspace"}, {"replacement", "▁"}, {"prepend_scheme", "always"}, {"split", true}};
}

Json normaliser(std::string_view model) {
  Json parts = Json::array();
  if (const std::string_view charsmap = charsmap_in(model); !charsmap.empty())
    parts.push_back({{"type", "Precompiled"}, {"precompiled_charsmap", base64_of(charsmap)}});
  parts.push_back({{"type", "Replace"}, {"pattern", {{"Regex", " {2,}"}}}, {"content", " "}});
  return {{"type", "Sequence"}, {"normalizers", parts}};
}

Json added_token(std::int32_t id, const std::string& name) {
  return {{"id", id},        {"content", name},     {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", true}};
}

// Both parts of each piece that are pieces, too, in the order in which SentencePiece would join them: that of the
// pieces, and of one the shorter first part before the longer.
Json pairs_of(const std::vector<std::string>& pieces, const std::set<std::string_view>& known) {
  Json merges = Json::array();
  for (const std::string& piece : pieces) {
    for (std::size_t cut = 1; cut < piece.size(); ++cut) {
      if ((static_cast<unsigned char>(piece[cut]) & 0xC0u) == 0x80) continue;  // within a character
      const std::string_view whole = piece, first = whole.substr(0, cut), second = whole.substr(cut);
      if (known.contains(first) && known.contains(second)) merges.push_back({first, second});
    }
  }
  return merges;
}

}  // namespace

std::string bpe_tokenizer_json(const Tokenizer& tokenizer, const std::vector<std::int32_t>& special) {
  std::string model;
  for (CodecFile& file : tokenizer.files()) {
    if (file.extension == kSentencePieceFile) model = std::move(file.bytes);
  }
  std::vector<std::string> pieces;
  Json added = Json::array();
  std::string vocabulary;
  for (std::int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    const std::string piece = tokenizer.piece(id);
    vocabulary += fmt::format("{}{}:{}", id == 0 ? "" : ",", Json(piece).dump(), id);
    if (std::ranges::find(special, id) != special.end()) {
      added.push_back(added_token(id, piece));
    } else if (tokenizer.is_text(id)) {
      pieces.push_back(piece);
    }
  }
  const std::set<std::string_view> known(pieces.begin(), pieces.end());
  const Json shown{{"version", "1.0"},          {"truncation", nullptr},           {"padding", nullptr},
                   {"added_tokens", added},     {"normalizer", normaliser(model)}, {"pre_tokenizer", metaspace()},
                   {"post_processor", nullptr}, {"decoder", metaspace()}};
  const Json bpe{{"type", "BPE"},
                 {"dropout", nullptr},
                 {"unk_token", tokenizer.piece(tokenizer.special_ids().unk)},
                 {"continuing_subword_prefix", nullptr},
                 {"end_of_word_suffix", nullptr},
                 {"fuse_unk", true},
                 {"byte_fallback", false},
                 {"ignore_merges", false},
                 {"merges", pairs_of(pieces, known)}};
  // The vocabulary as text: an object of the library's takes the square of its size.
  std::string text = shown.dump(), last = bpe.dump();
  text.pop_back();
  last.pop_back();
  return fmt::format("{},\"model\":{},\"vocab\":{{{}}}}}}}\n", text, last, vocabulary);
}

}  // namespace dragoman
