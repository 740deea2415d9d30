#include "tokenizer/tokenizer.h"

#include "base/atomic_file.h"
#include "base/checksum.h"
#include "base/parallel.h"
#include "tokenizer/byte_level_codec.h"
#include "tokenizer/sentencepiece_codec.h"
#include "tokenizer/sentencepiece_model.h"
#include "tokenizer/table_codec.h"
#include "tokenizer/word_codec.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace dragoman {
namespace {

std::optional<std::string> take_file(std::vector<CodecFile>& files, std::string_view extension) {
  const auto found = std::ranges::find(files, extension, &CodecFile::extension);
  return found == files.end() ? std::nullopt : std::optional(std::move(found->bytes));
}

}  // namespace

Tokenizer Tokenizer::load(const std::filesystem::path& path) {
  return from_bytes(read_file(path), path.string());
}

Tokenizer Tokenizer::from_bytes(std::string bytes, const std::string& name_for_errors) {
  if (Vocabulary::recognises(bytes))
    return Tokenizer(std::make_shared<const WordCodec>(std::move(bytes), name_for_errors));
  return Tokenizer(std::make_shared<const SentencePieceCodec>(
      std::make_shared<const SentencePieceModel>(std::move(bytes), name_for_errors)));
}

Tokenizer Tokenizer::from_files(std::vector<CodecFile> files, const std::string& name_for_errors) {
  auto model = take_file(files, kSentencePieceFile), merges = take_file(files, kMergesFile),
       vocabulary = take_file(files, kVocabularyFile);
  const auto named = [&](std::string_view extension) { return name_for_errors + std::string(extension); };
  if (!model && !merges && !vocabulary) throw std::invalid_argument(name_for_errors + ": a tokenizer without files");
  if (merges) {
    if (model) throw std::runtime_error(named(kSentencePieceFile) + ": stands beside merges; a tokenizer has one");
    if (!vocabulary) throw std::runtime_error(named(kVocabularyFile) + ": is missing, which the merges need");
    return Tokenizer(
        std::make_shared<const ByteLevelCodec>(*std::move(merges), *std::move(vocabulary), name_for_errors));
  }
  if (!model) return Tokenizer(std::make_shared<const WordCodec>(*std::move(vocabulary), named(kVocabularyFile)));
  auto pieces = std::make_shared<const SentencePieceModel>(*std::move(model), named(kSentencePieceFile));
  if (!vocabulary) return Tokenizer(std::make_shared<const SentencePieceCodec>(std::move(pieces)));
  return Tokenizer(
      std::make_shared<const TableCodec>(std::move(pieces), *std::move(vocabulary), named(kVocabularyFile)));
}

Tokenizer Tokenizer::in_order(TokenOrder order) const {
  Tokenizer other = *this;
  other.order_ = order;
  return other;
}

std::vector<CodecFile> Tokenizer::files() const {
  std::vector<CodecFile> files;
  for (const auto& [extension, bytes] : codec_->files()) files.push_back({std::string(extension), std::string(bytes)});
  return files;
}

bool Tokenizer::has_files_of(const Tokenizer& other) const {
  return codec_ == other.codec_ || codec_->files() == other.codec_->files();
}

std::uint32_t Tokenizer::checksum() const {
  std::uint32_t checksum = 0;
  for (const CodecFileView& file : codec_->files()) checksum = crc32_of(file.bytes, checksum);
  return checksum;
}

std::vector<std::vector<std::int32_t>> Tokenizer::encode(std::span<const std::string> lines,
                                                         const ParallelLoop& loop) const {
  std::vector<std::vector<std::int32_t>> result(lines.size());
  loop(lines.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) result[i] = encode(lines[i]);
  });
  return result;
}

std::size_t Tokenizer::count_instructions(std::string_view text) const {
  return order_ == TokenOrder::left_to_right ? codec_->count_instructions(text) : 0;
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  if (order_ == TokenOrder::left_to_right) return codec_->decode(ids);
  return codec_->decode(ordered(std::vector(ids.begin(), ids.end())));
}

std::vector<TextRange> Tokenizer::decoded_ranges(std::span<const std::int32_t> ids) const {
  if (order_ == TokenOrder::left_to_right) return codec_->decoded_ranges(ids);
  return ordered(codec_->decoded_ranges(ordered(std::vector(ids.begin(), ids.end()))));
}

}  // namespace dragoman
