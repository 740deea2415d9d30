#pragma once

#include "base/mapped_file.h"
#include "data/pair_reader.h"
#include "data/pair_tokenizer.h"
#include "data/token_pairs.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace dragoman {

/// A tokenised corpus on disk, of any size: the places of its pairs are mapped into memory, their ids are read when
/// they are asked for. (Looked at through a mapping, each pair could bring two megabytes with it: systems map whole
/// pieces of what they have of a file in memory.)
///
/// The file: the ids of all pairs with their links (int32), their places (PairPlace), the ends of the corpora (uint64),
/// the key, and at the end a record of fixed size with the counts and a checksum of all before it, and of the record
/// itself. It belongs to the machine that wrote it: byte order and layout are the processor's own.
class CorpusFile : public PairStore {
 public:
  /// Opens `path` if it is there, whole, and was made for this key; else null. It is read from end to end for that, as
  /// fast as the disk gives it, without becoming part of this process' memory.
  static std::unique_ptr<CorpusFile> open(const std::filesystem::path& path, std::string_view key);

  /// Tokenises all pairs of `reader`, block by block, into `path`, which appears there when it is complete.
  static void write(const std::filesystem::path& path, std::string_view key, PairReader& reader,
                    PairTokenizer& tokenizer);

  std::span<const PairPlace> places() const override { return places_; }
  std::span<const std::uint64_t> corpus_ends() const override { return corpus_ends_; }
  /// Throws std::runtime_error naming the file if it cannot be read.
  TokenizedCorpus read(std::span<const std::uint32_t> pairs) const override;

  /// What was left out when the file was made.
  const FilterReport& report() const { return report_; }

 private:
  CorpusFile() = default;

  std::unique_ptr<const MappedFile> file_;
  std::span<const PairPlace> places_;
  std::uint64_t numbers_ = 0;  // in front of these: ids, and links
  std::span<const std::uint64_t> corpus_ends_;
  FilterReport report_;
};

}  // namespace dragoman
