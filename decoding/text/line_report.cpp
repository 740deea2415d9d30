#include "decoding/text/line_report.h"

#include "base/counted.h"

#include <fmt/format.h>

namespace dragoman {
namespace {

void lower_to(std::optional<LineReport::Length>& length, const LineReport::Length& other) {
  if (!length || other.tokens < length->tokens) length = other;
}

}  // namespace

LineReport::LineReport(Notice notice) : notice_(std::move(notice)) {}

void LineReport::Lines::settle() {
  constexpr std::size_t kNamed = 10;
  for (const std::int64_t line : heard) {
    if (count < kNamed) first_ones += fmt::format("{}{}", count == 0 ? "" : ", ", line);
    if (count == kNamed) first_ones += ", …";
    ++count;
  }
  heard.clear();
}

void LineReport::settle() {
  for (const auto& [line, characters] : heard_unknown_) {
    unknown_characters_ += characters.unknown;
    visible_characters_ += characters.visible;
    lines_of_nothing_else_ += characters.unknown == characters.visible;
  }
  heard_unknown_.clear();
  for (Lines* const lines :
       {&too_long_, &unusual_, &cut_, &unknown_, &not_scored_, &with_terms_, &lacking_terms_, &redone_})
    lines->settle();
}

void LineReport::add_too_long(std::int64_t line, const Length& limit) {
  too_long_.heard.insert(line);
  lower_to(source_limit_, limit);
}

void LineReport::add_unusual(std::int64_t line, const Length& usual) {
  unusual_.heard.insert(line);
  lower_to(usual_length_, usual);
}

void LineReport::add_cut(std::int64_t line) {
  cut_.heard.insert(line);
}

void LineReport::add_unknown(std::int64_t line, std::size_t unknown, std::size_t visible) {
  unknown_.heard.insert(line);
  Characters& characters = heard_unknown_[line];
  characters.unknown += unknown;
  characters.visible += visible;
}

void LineReport::add_terms(std::int64_t line, std::size_t terms, std::size_t lacking) {
  terms_ += terms;
  terms_lacking_ += lacking;
  with_terms_.heard.insert(line);
  if (lacking > 0) lacking_terms_.heard.insert(line);
}

void LineReport::add_redone(std::int64_t line) {
  redone_.heard.insert(line);
}

void LineReport::add_not_scored(std::int64_t line, std::size_t limit) {
  not_scored_.heard.insert(line);
  score_limit_ = limit;
}

void LineReport::add_of_second(const LineReport& second) {
  for (const std::int64_t line : second.too_long_.heard) add_too_long(line, *second.source_limit_);
  for (const std::int64_t line : second.unusual_.heard) add_unusual(line, *second.usual_length_);
  for (const std::int64_t line : second.cut_.heard) add_cut(line);
  for (const std::int64_t line : second.redone_.heard) add_redone(line);
}

void LineReport::tell() {
  settle();
  tell_where([](const Lines& lines) { return lines.is_new(); });
}

void LineReport::finish() {
  settle();
  tell_where([](const Lines& lines) { return lines.has_grown(); });
  if (notice_ && with_terms_.count > 0) {
    notice_(fmt::format("{} of the glossary in {}, {} of them in the translations", counted(terms_, "term"),
                        counted(with_terms_.count, "line"), terms_ - terms_lacking_));
  }
}

void LineReport::tell(Lines& lines, const std::string& of_one, const std::string& of_many) {
  lines.told = lines.count;
  if (!notice_) return;
  if (lines.count == 1) return notice_(fmt::format("line {}: {}", lines.first_ones, of_one));
  notice_(fmt::format("{} {}: lines {}", lines.count, of_many, lines.first_ones));
}

template <typename IsDue>
void LineReport::tell_where(const IsDue& is_due) {
  if (is_due(too_long_)) {
    const auto& [tokens, model] = *source_limit_;
    const std::string longer = model.empty()
                                   ? fmt::format("longer than {} tokens (--max-source-length)", tokens)
                                   : fmt::format("longer than the {} tokens that {} has positions for", tokens, model);
    tell(too_long_, longer + ", translated in parts", "lines are " + longer + ", and were translated in parts");
  }
  if (is_due(unusual_)) {
    const std::string longer =
        fmt::format("longer than 99.9 % of those that {} has learned from ({} tokens); the translation may lack parts",
                    usual_length_->model, usual_length_->tokens);
    tell(unusual_, "a sentence is " + longer, "lines have a sentence " + longer);
  }
  if (is_due(cut_)) {
    const std::string limit = "cut at the length limit (--max-length, --max-length-ratio)";
    tell(cut_, "the translation was " + limit, "translations were " + limit);
  }
  if (is_due(unknown_)) {
    tell(unknown_,
         fmt::format("the model knows {} of {} characters", visible_characters_ - unknown_characters_,
                     visible_characters_),
         fmt::format("lines have characters that the model does not know, {} in all{}", unknown_characters_,
                     lines_of_nothing_else_ == 0 ? "" : fmt::format(", {} nothing else", lines_of_nothing_else_)));
  }
  if (is_due(redone_)) {
    const std::string reason = "translated once more, since it repeated itself or stopped short (--guard)";
    tell(redone_, "a sentence was " + reason, "lines have a sentence that was " + reason);
  }
  if (is_due(lacking_terms_)) {
    tell(lacking_terms_, "the translation lacks a term of the glossary", "translations lack a term of the glossary");
  }
  if (is_due(not_scored_)) {
    const std::string reason = fmt::format("a side is longer than {} tokens (--max-length)", score_limit_);
    tell(not_scored_, "no score: " + reason, "pairs have no score, where " + reason);
  }
}

}  // namespace dragoman
