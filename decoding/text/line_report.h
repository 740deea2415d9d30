#pragma once

#include "base/notice.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace dragoman {

/// What a user must hear of single lines, gathered so that it is a sentence for a million of them. Between two calls of
/// tell() lines may come in any order, and one may come several times: it counts once.
class LineReport {
 public:
  explicit LineReport(Notice notice);

  /// A length in tokens, and whose it is, as "the model"; nobody's: an option's.
  struct Length {
    std::size_t tokens = 0;
    std::string model = {};
  };

  /// A sentence of the line was longer than an option allows, or than a model has positions for, and was translated in
  /// parts. Of several limits the least is told.
  void add_too_long(std::int64_t line, const Length& limit);
  /// A sentence of the line is longer than nearly all that a model has learned from, which are no longer than `usual`.
  /// Of several lengths the least is told.
  void add_unusual(std::int64_t line, const Length& usual);
  /// The line's translation did not end by itself.
  void add_cut(std::int64_t line);
  /// No piece of the vocabulary stands for some of the line's visible characters.
  void add_unknown(std::int64_t line, std::size_t unknown, std::size_t visible);
  /// The line has so many terms of a glossary, and its translation does not have so many of them.
  void add_terms(std::int64_t line, std::size_t terms, std::size_t lacking);
  /// A sentence of the line was translated once more, since its translation repeated itself or stopped short.
  void add_redone(std::int64_t line);
  /// A pair of lines has no score, since a side is longer than `limit` tokens.
  void add_not_scored(std::int64_t line, std::size_t limit);

  /// Takes what a second model has said of the first one's translations of the lines, for these lines. Characters that
  /// it does not know stand in no line.
  void add_of_second(const LineReport& second);

  /// Tells of each kind of which nothing has been told yet.
  void tell();
  /// Tells of each kind that has grown since it was told.
  void finish();

 private:
  struct Lines {
    std::size_t count = 0, told = 0;
    std::string first_ones;
    std::set<std::int64_t> heard;  // since tell()

    void settle();
    bool is_new() const { return told == 0 && count > 0; }
    bool has_grown() const { return told < count; }
  };
  struct Characters {
    std::size_t unknown = 0, visible = 0;
  };
  void settle();
  void tell(Lines& lines, const std::string& of_one, const std::string& of_many);
  template <typename IsDue>
  void tell_where(const IsDue& is_due);

  Notice notice_;
  Lines too_long_, unusual_, cut_, unknown_, not_scored_, with_terms_, lacking_terms_, redone_;
  std::optional<Length> source_limit_, usual_length_;
  std::size_t score_limit_ = 0;
  std::size_t terms_ = 0, terms_lacking_ = 0;
  std::map<std::int64_t, Characters> heard_unknown_;  // since tell()
  std::size_t unknown_characters_ = 0, visible_characters_ = 0, lines_of_nothing_else_ = 0;
};

}  // namespace dragoman
