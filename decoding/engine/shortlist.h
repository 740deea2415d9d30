#pragma once

#include "formats/model_directory.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Which target tokens a source sentence may be translated with, so that a search scores hundreds of them rather than
/// the whole vocabulary (Jean et al. 2015, "On Using Very Large Target Vocabulary", section 3.2).
class Shortlist {
 public:
  /// always: tokens for every sentence. Those of source token s are tokens[starts[s], starts[s + 1]); starts has an
  /// entry more than the source vocabulary. `copies`: a source token may be translated by itself, where both sides have
  /// one vocabulary.
  Shortlist(std::vector<std::int32_t> always, std::vector<std::int64_t> starts, std::vector<std::int32_t> tokens,
            bool copies);

  /// Ascending, each once.
  std::vector<std::int32_t> list_for(std::span<const std::int32_t> source) const;

  /// The share of the targets' tokens that the lists of their sources have; 1 if there is none.
  double coverage(std::span<const std::vector<std::int32_t>> sources,
                  std::span<const std::vector<std::int32_t>> targets) const;

  const std::vector<std::int32_t>& always() const { return always_; }
  const std::vector<std::int64_t>& starts() const { return starts_; }
  const std::vector<std::int32_t>& tokens() const { return tokens_; }
  bool copies() const { return copies_; }

 private:
  std::vector<std::int32_t> always_;
  std::vector<std::int64_t> starts_;
  std::vector<std::int32_t> tokens_;
  bool copies_;
};

/// Writes it into a model directory. tokenizers: those whose ids it is made of.
void save_shortlist(const std::filesystem::path& directory, const Shortlist& shortlist, const Tokenizers& tokenizers);

/// The same into one that has not taken its name yet, and so is locked by whoever writes it.
void save_shortlist_of_new_model(const std::filesystem::path& folder, const Shortlist& shortlist,
                                 const Tokenizers& tokenizers);

/// Reads it from there. Throws std::runtime_error naming the file if it is missing, damaged, or made for other
/// tokenizers.
Shortlist load_shortlist(const std::filesystem::path& directory, const Tokenizers& tokenizers);

/// Whether there is one to be read.
bool has_shortlist(const std::filesystem::path& directory);

/// Names its contents among others.
std::string shortlist_fingerprint(const std::filesystem::path& directory);

}  // namespace dragoman
