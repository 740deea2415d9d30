#include "tokenizer/table_codec.h"

#include "base/utf8.h"
#include "tokenizer/sentencepiece_model.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

// What `text` begins with if that looks like one; else nothing.
std::string_view instruction_in(std::string_view text) {
  constexpr std::string_view kBegin = ">>", kEnd = "<<";
  const std::size_t end = text.find(kEnd, kBegin.size());
  return text.starts_with(kBegin) && end != text.npos ? text.substr(0, end + kEnd.size()) : std::string_view();
}

// Perhaps with the space before it.
bool is_language(std::string_view token) {
  constexpr std::string_view kSpace = "▁";
  if (token.starts_with(kSpace)) token.remove_prefix(kSpace.size());
  return token.starts_with("<2") && token.ends_with(">");
}

// A translation may end with a piece that is a space alone.
TextRange without_spaces(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return {begin, std::max(text.find_last_not_of(' ') + 1, begin)};
}

}  // namespace

TableCodec::TableCodec(std::shared_ptr<const SentencePieceModel> model, std::string vocabulary,
                       const std::string& name_for_errors)
    : model_(std::move(model)), vocabulary_(std::move(vocabulary), name_for_errors) {
  const auto& processor = model_->processor();
  for (int id = 0; id < processor.GetPieceSize(); ++id)
    ids_.push_back(processor.IsUnknown(id) ? special_ids().unk : vocabulary_.id_of(processor.IdToPiece(id)));
  for (std::int32_t id = 0; id < vocabulary_.size(); ++id) {
    const std::string_view token = vocabulary_.token(id);
    has_instructions_ |= instruction_in(token) == token;
    has_languages_ |= is_language(token);
  }
}

std::string_view TableCodec::instruction(std::string_view text) const {
  return has_instructions_ ? instruction_in(text) : std::string_view();
}

std::size_t TableCodec::count_instructions(std::string_view text) const {
  if (!instruction(text).empty()) return 1;
  const std::size_t begin = text.find_first_not_of(' ');
  if (!has_languages_ || begin == text.npos || !text.substr(begin).starts_with("<2")) return 0;
  const std::vector<std::string> pieces = model_->encode_as_pieces(text);
  const std::size_t first = !pieces.empty() && pieces.front() == "▁" ? 1 : 0;  // the space that a text begins with
  return first < pieces.size() && is_language(pieces[first]) ? first + 1 : 0;
}

// The surface of what the model does not know may be a piece of the other side's model, and as such in the vocabulary.
std::int32_t TableCodec::id_of(int own, std::string_view piece) const {
  return model_->processor().IsUnknown(own) ? vocabulary_.id_of(piece) : ids_[static_cast<std::size_t>(own)];
}

std::vector<CodecFileView> TableCodec::files() const {
  return {{kSentencePieceFile, model_->bytes()}, {kVocabularyFile, vocabulary_.text()}};
}

std::vector<std::int32_t> TableCodec::encode(std::string_view text) const {
  std::vector<std::int32_t> ids;
  const std::string_view first = instruction(text);
  if (!first.empty()) ids.push_back(vocabulary_.id_of(first));
  const std::string_view rest = text.substr(first.size());
  const std::vector<int> own = model_->encode(rest);
  const bool all_known = std::ranges::none_of(own, [&](int id) { return model_->processor().IsUnknown(id); });
  const std::vector<std::string> pieces = all_known ? std::vector<std::string>() : model_->encode_as_pieces(rest);
  for (std::size_t i = 0; i < own.size(); ++i) ids.push_back(id_of(own[i], all_known ? "" : pieces[i]));
  return ids;
}

std::vector<std::string> TableCodec::encode_as_pieces(std::string_view text) const {
  const std::string_view first = instruction(text);
  std::vector<std::string> pieces = model_->encode_as_pieces(text.substr(first.size()));
  if (!first.empty()) pieces.emplace(pieces.begin(), first);
  return pieces;
}

std::vector<TextRange> TableCodec::encoded_ranges(std::string_view text) const {
  const std::string_view first = instruction(text);
  std::vector<TextRange> ranges = model_->encoded_ranges(text.substr(first.size()));
  for (TextRange& range : ranges) range = {range.begin + first.size(), range.end + first.size()};
  if (!first.empty()) ranges.insert(ranges.begin(), {0, first.size()});
  return ranges;
}

CharacterCounts TableCodec::count_characters(std::string_view text) const {
  const std::string_view first = instruction(text);
  CharacterCounts counts = model_->count_characters(
      text.substr(first.size()), [&](int id, std::string_view piece) { return id_of(id, piece) == special_ids().unk; });
  const std::size_t in_first = count_visible(first);
  counts.visible += in_first;
  if (!first.empty() && vocabulary_.id_of(first) == special_ids().unk) counts.unknown += in_first;
  return counts;
}

// The model's own id of a token, or that of its unknown piece.
int TableCodec::model_id(std::int32_t id) const {
  return model_->processor().PieceToId(vocabulary_.token(id));
}

// What SentencePiece writes for them; a token that is no piece of the model stands for itself.
std::vector<std::string> TableCodec::pieces_of(std::span<const std::int32_t> ids) const {
  const auto& processor = model_->processor();
  std::vector<std::string> pieces;
  for (const std::int32_t id : ids) {
    if (vocabulary_.is_special(id)) continue;
    pieces.push_back(id == special_ids().unk ? processor.IdToPiece(processor.unk_id()) : piece(id));
  }
  return pieces;
}

std::string TableCodec::decode(std::span<const std::int32_t> ids) const {
  std::string text;
  require_ok(model_->processor().Decode(pieces_of(ids), &text), "decode");
  const TextRange visible = without_spaces(text);
  return text.substr(visible.begin, visible.end - visible.begin);
}

std::vector<TextRange> TableCodec::decoded_ranges(std::span<const std::int32_t> ids) const {
  sentencepiece::ImmutableSentencePieceText decoded;
  require_ok(model_->processor().Decode(pieces_of(ids), decoded.mutable_proto()), "decode");
  std::vector<bool> special;
  for (const std::int32_t id : ids) special.push_back(vocabulary_.is_special(id));
  const TextRange visible = without_spaces(decoded.text());
  std::vector<TextRange> ranges = ranges_in(decoded, special);
  for (TextRange& range : ranges) {
    for (std::size_t* place : {&range.begin, &range.end})
      *place = std::clamp(*place, visible.begin, visible.end) - visible.begin;
  }
  return ranges;
}

bool TableCodec::is_text(std::int32_t id) const {
  return !vocabulary_.is_special(id) && id != special_ids().unk && model_->is_text(model_id(id));
}

Segmentation TableCodec::segmentation() const {
  return model_->segmentation();
}

float TableCodec::score(std::int32_t id) const {
  if (!is_text(id)) throw std::invalid_argument(fmt::format("token id {} stands for no text and has no score", id));
  return model_->processor().GetScore(model_id(id));
}

}  // namespace dragoman
