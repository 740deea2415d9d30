#pragma once

#include "base/mapped_file.h"
#include "data/pair_reader.h"
#include "data/pair_tokenizer.h"
#include "data/token_pairs.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace dragoman {

/// A tokenised corpus on disk, mapped into memory: of a corpus of any size only what is looked at is read, and what
/// was read can be given back.
///
/// The file: the ids of all pairs (int32), their places (PairPlace), the key, and at the end a record of fixed size
/// with the counts. It belongs to the machine that wrote it: byte order and layout are the processor's own.
class CorpusFile {
 public:
  /// Opens `path` if it is there, complete, and was made for this key; else null.
  static std::unique_ptr<CorpusFile> open(const std::filesystem::path& path, std::string_view key);

  /// Tokenises all pairs of `reader`, block by block, into `path`, which appears there when it is complete.
  static void write(const std::filesystem::path& path, std::string_view key, PairReader& reader,
                    PairTokenizer& tokenizer);

  /// Valid as long as this object lives.
  const TokenPairs& pairs() const { return pairs_; }
  /// What was left out when the file was made.
  const FilterReport& report() const { return report_; }

  /// Lets the system take back the memory of what was read so far.
  void release_memory() const;

 private:
  CorpusFile() = default;

  std::unique_ptr<const MappedFile> file_;
  TokenPairs pairs_;
  FilterReport report_;
};

}  // namespace dragoman
