#include "training/data/grown_vocabulary.h"

#include "data/line_reader.h"
#include "tokenizer/added_pieces.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

std::string code_of(const std::string& language_piece) {
  return language_piece.substr(2, language_piece.size() - 3);
}

Tokenizer with_lines(const Tokenizer& tokenizer, const std::vector<std::string>& pieces, bool controls_languages,
                     const std::string& file) {
  try {
    return with_added_pieces(tokenizer, pieces, controls_languages);
  } catch (const UnfitPiece& error) {
    throw std::runtime_error(fmt::format("{}:{}: {}", file, error.index + 1, error.what()));
  }
}

// What a piece's row is the mean of; empty: all rows.
std::vector<std::int64_t> parts_of(const std::string& piece, const Tokenizer& tokenizer, const TextTemplate& form) {
  std::vector<std::int64_t> ids;
  if (is_language_piece(piece) && !form.languages.empty()) {
    for (const Language& language : form.languages) ids.push_back(language.token);
  } else {
    const std::vector<std::int32_t> parts = tokenizer.encode(piece);
    ids.assign(parts.begin(), parts.end());
  }
  return ids;
}

}  // namespace

GrownVocabulary::GrownVocabulary(Tokenizers tokenizers, const ModelConfig& config, const std::string& file)
    : before_(std::move(tokenizers)), after_(before_), form_(config.text_template), pieces_(read_lines(file)) {
  if (pieces_.empty())
    throw std::runtime_error(fmt::format("{}: there is no piece in it; write one on each line", file));
  const bool has_languages = !form_.languages.empty();
  if (has_languages && std::ranges::any_of(pieces_, is_language_piece) &&
      before_.source.vocabulary_size() != before_.target.vocabulary_size()) {
    throw std::runtime_error(
        fmt::format("{}: the token of a language needs the same id on both sides, but the vocabularies have {} and {} "
                    "pieces; leave it out",
                    file, before_.source.vocabulary_size(), before_.target.vocabulary_size()));
  }
  after_.source = with_lines(before_.source, pieces_, has_languages, file);
  after_.target = before_.target.has_files_of(before_.source)
                      ? after_.source
                      : with_lines(before_.target, pieces_, has_languages, file);
}

void GrownVocabulary::apply_to(ModelConfig& config) const {
  const std::int32_t first = config.source_vocabulary;
  config.source_vocabulary = after_.source.vocabulary_size();
  config.target_vocabulary = after_.target.vocabulary_size();
  if (config.text_template.languages.empty()) return;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (is_language_piece(pieces_[i]))
      config.text_template.languages.push_back({code_of(pieces_[i]), first + static_cast<std::int32_t>(i)});
  }
}

void GrownVocabulary::grow(NamedTensors& weights) const {
  for (auto& [name, tensor] : weights) {
    const bool of_source = name == "source_embedding.weight";
    if (!of_source && name != "embedding.weight" && name != "target_embedding.weight" && name != "output_weight" &&
        name != "output_bias")
      continue;
    const torch::Tensor rows = tensor.to(torch::kFloat32);
    std::vector<torch::Tensor> grown = {rows};
    for (const std::string& piece : pieces_) {
      const auto parts = parts_of(piece, of_source ? before_.source : before_.target, form_);
      const torch::Tensor chosen = parts.empty() ? rows : rows.index_select(0, at::tensor(parts, torch::kInt64));
      grown.push_back(chosen.mean(0, /*keepdim=*/true));
    }
    tensor = at::cat(grown);
  }
}

}  // namespace dragoman
