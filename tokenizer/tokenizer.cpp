#include "tokenizer/tokenizer.h"

#include "base/atomic_file.h"
#include "base/parallel.h"
#include "base/utf8.h"

#include <cstddef>
#include <exception>
#include <fmt/format.h>
#include <sentencepiece_processor.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
struct Tokenizer::Model {
  std::string bytes;
  sentencepiece::SentencePieceProcessor processor;
  std::int32_t pieces = 0;           // in the SentencePiece model itself
  std::int32_t vocabulary_size = 0;  // with the special ids appended
  SpecialIds special;
  Segmentation segmentation = Segmentation::other;

  void check(std::int32_t id) const {
    if (id < 0 || id >= vocabulary_size) {
      throw std::out_of_range(fmt::format("token id {} is outside the vocabulary of {}", id, vocabulary_size));
    }
  }

  bool is_special(std::int32_t id) const { return id == special.pad || id == special.bos || id == special.eos; }

  sentencepiece::ImmutableSentencePieceText encode_with_text(std::string_view text) const {
    sentencepiece::ImmutableSentencePieceText encoded;
    const auto status = processor.Encode(text, encoded.mutable_proto());
    if (!status.ok())
      throw std::runtime_error(fmt::format("SentencePiece cannot encode a line: {}", status.ToString()));
    return encoded;
  }

  std::vector<int> without_special(std::span<const std::int32_t> ids) const {
    std::vector<int> pieces;
    pieces.reserve(ids.size());
    for (const std::int32_t id : ids) {
      check(id);
      if (!is_special(id)) pieces.push_back(id);
    }
    return pieces;
  }
};

namespace {

// SentencePiece says most of what is wrong by its status, but not all.
bool loads(sentencepiece::SentencePieceProcessor& processor, const std::string& bytes) {
  try {
    return processor.LoadFromSerializedProto(bytes).ok();
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

Tokenizer::Tokenizer(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

Tokenizer Tokenizer::load(const std::filesystem::path& path) {
  return from_bytes(read_file(path), path.string());
}

Tokenizer Tokenizer::from_bytes(std::string bytes, const std::string& name_for_errors) {
  auto model = std::make_shared<Model>();
  model->bytes = std::move(bytes);
  const ModelFileFacts facts = read_model_file(model->bytes);
  if (!facts.complete || !loads(model->processor, model->bytes)) {
    throw std::runtime_error(
        fmt::format("{}: not a SentencePiece model, or damaged; name a .model or .spm file", name_for_errors));
  }
  model->segmentation = facts.segmentation;
  model->pieces = model->vocabulary_size = model->processor.GetPieceSize();
  auto own_or_appended = [&](int own) { return own >= 0 ? own : model->vocabulary_size++; };
  model->special.pad = own_or_appended(model->processor.pad_id());
  model->special.bos = own_or_appended(model->processor.bos_id());
  model->special.eos = own_or_appended(model->processor.eos_id());
  model->special.unk = model->processor.unk_id();
  return Tokenizer(std::move(model));
}

std::int32_t Tokenizer::vocabulary_size() const {
  return model_->vocabulary_size;
}

SpecialIds Tokenizer::special_ids() const {
  return model_->special;
}

const std::string& Tokenizer::bytes() const {
  return model_->bytes;
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text) const {
  std::vector<std::int32_t> ids;
  const auto status = model_->processor.Encode(text, &ids);
  if (!status.ok()) throw std::runtime_error(fmt::format("SentencePiece cannot encode a line: {}", status.ToString()));
  return ids;
}

std::vector<std::vector<std::int32_t>> Tokenizer::encode(std::span<const std::string> lines, int threads) const {
  std::vector<std::vector<std::int32_t>> result(lines.size());
  parallel_for(lines.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) result[i] = encode(lines[i]);
  });
  return result;
}

std::vector<std::string> Tokenizer::encode_as_pieces(std::string_view text) const {
  std::vector<std::string> pieces;
  const auto status = model_->processor.Encode(text, &pieces);
  if (!status.ok()) throw std::runtime_error(fmt::format("SentencePiece cannot encode a line: {}", status.ToString()));
  return pieces;
}

std::vector<TextRange> Tokenizer::encoded_ranges(std::string_view text) const {
  const sentencepiece::ImmutableSentencePieceText encoded = model_->encode_with_text(text);
  std::vector<TextRange> ranges;
  ranges.reserve(encoded.pieces_size());
  for (const auto& piece : encoded.pieces()) ranges.push_back({piece.begin(), piece.end()});
  return ranges;
}

CharacterCounts Tokenizer::count_characters(std::string_view text) const {
  CharacterCounts counts{count_visible(text), 0};
  const sentencepiece::ImmutableSentencePieceText encoded = model_->encode_with_text(text);
  for (const auto& piece : encoded.pieces()) {
    if (static_cast<std::int32_t>(piece.id()) == model_->special.unk) counts.unknown += count_visible(piece.surface());
  }
  return counts;
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  const std::vector<int> pieces = model_->without_special(ids);
  std::string text;
  const auto status = model_->processor.Decode(pieces, &text);
  if (!status.ok()) throw std::runtime_error(fmt::format("SentencePiece cannot decode: {}", status.ToString()));
  return text;
}

std::vector<TextRange> Tokenizer::decoded_ranges(std::span<const std::int32_t> ids) const {
  const std::vector<int> pieces = model_->without_special(ids);
  sentencepiece::ImmutableSentencePieceText decoded;
  const auto status = model_->processor.Decode(pieces, decoded.mutable_proto());
  if (!status.ok()) throw std::runtime_error(fmt::format("SentencePiece cannot decode: {}", status.ToString()));
  std::vector<TextRange> ranges;
  std::size_t next = 0, end = 0;
  for (const std::int32_t id : ids) {
    if (model_->is_special(id)) {
      ranges.push_back({end, end});
    } else {
      const auto piece = decoded.pieces(static_cast<int>(next++));
      end = piece.end();
      ranges.push_back({piece.begin(), end});
    }
  }
  return ranges;
}

std::string Tokenizer::piece(std::int32_t id) const {
  model_->check(id);
  if (id < model_->pieces) return model_->processor.IdToPiece(id);
  return id == model_->special.pad ? "<pad>" : id == model_->special.bos ? "<s>" : "</s>";
}

Segmentation Tokenizer::segmentation() const {
  return model_->segmentation;
}

bool Tokenizer::is_text(std::int32_t id) const {
  model_->check(id);
  const auto& processor = model_->processor;
  return id < model_->pieces && !model_->is_special(id) && !processor.IsControl(id) && !processor.IsUnknown(id) &&
         !processor.IsUnused(id) && !processor.IsByte(id);
}

float Tokenizer::score(std::int32_t id) const {
  if (!is_text(id)) throw std::invalid_argument(fmt::format("token id {} stands for no text and has no score", id));
  return model_->processor.GetScore(id);
}

}  // namespace dragoman
