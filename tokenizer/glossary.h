#pragma once

#include "tokenizer/text_codec.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

/// A term and what it may be translated as: one of the targets, or if there is none, as it stands in the text.
struct GlossaryTerm {
  std::string source;
  std::vector<std::string> targets;

  bool operator==(const GlossaryTerm&) const = default;
};

/// A term of a glossary in a text.
struct TermMatch {
  TextRange range;                 ///< the bytes of the text
  std::string source;              ///< what stands there
  std::vector<std::string> forms;  ///< what its translation may have for it
};

/// Terms to be found in texts, as whole words. A term in small letters is found however it is written; one with
/// capitals as it is written, and in capitals throughout. White space within a term stands for any. Where two begin or
/// overlap, the one that begins first is found, of these the longest.
class Glossary {
 public:
  Glossary() = default;

  /// Terms that are there more than once have the targets of all. Throws std::invalid_argument for a blank one.
  explicit Glossary(const std::vector<GlossaryTerm>& terms);

  bool empty() const { return terms_.empty(); }
  std::size_t size() const { return terms_.size(); }

  /// Of the terms in their order, with their targets.
  std::uint32_t checksum() const;

  /// In the order of the text. Forms of a target are as it is written and with a capital first, or all in capitals if
  /// the text has the term so.
  std::vector<TermMatch> matches(std::string_view text) const;

 private:
  struct Term {
    GlossaryTerm term;
    bool has_capitals = false;
  };
  struct Node {
    std::vector<std::pair<char32_t, std::uint32_t>> next;  // ascending
    std::vector<std::uint32_t> terms;
  };
  struct Characters;

  std::uint32_t node_of(std::string_view source);
  const Term* written_so(const Node& node, std::string_view text) const;

  std::vector<Term> terms_;
  std::vector<Node> nodes_{1};
};

/// How often `text` has one of the forms as whole words. Of forms that overlap one counts.
std::size_t count_forms(std::string_view text, const std::vector<std::string>& forms);

/// Whether the character that begins at `at`, in well-formed UTF-8, goes on with the word before it: a letter, digit or
/// mark of a script that puts blanks between words.
bool is_inside_word(std::string_view text, std::size_t at);

/// Whether the text begins in a script that puts no blanks between words, or where they stand for something else.
bool is_written_without_blanks(std::string_view text);

}  // namespace dragoman
