#include "app/service/translation_service.h"

#include "tokenizer/text_lines.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace dragoman {
namespace {

// The lines of a request as they come in.
class Gathered {
 public:
  Gathered(TextsRequest request, TranslationService::Done done, TranslationService::Failed failed,
           TranslationService::LineDone line_done)
      : versions_(static_cast<std::size_t>(std::max({request.kind.n_best, request.kind.alternatives, 1}))),
        done_(std::move(done)),
        failed_(std::move(failed)),
        line_done_(std::move(line_done)) {
    for (std::string& text : request.texts) {
      std::vector<TextRange> ranges =
          request.kind.markup == Markup::none ? line_ranges(text) : std::vector<TextRange>{{0, text.size()}};
      for (std::size_t line = 0; line < ranges.size(); ++line)
        lines_.push_back(
            {texts_.size(), line, text.substr(ranges[line].begin, ranges[line].end - ranges[line].begin), {}});
      texts_.push_back({std::move(text), std::move(ranges)});
    }
    ready_.resize(lines_.size());
  }

  const std::vector<TranslatedLine>& lines() const { return lines_; }

  void take(std::size_t index, Translation translation) {
    const std::lock_guard lock(mutex_);
    lines_[index].translation = std::move(translation);
    ready_[index] = true;
    for (; line_done_ && told_ < lines_.size() && ready_[told_]; ++told_) line_done_(lines_[told_]);
  }

  void end(const std::exception_ptr& failure) {
    if (failure) return failed_(failure);
    try {
      done_(all());
    } catch (...) {
      failed_(std::current_exception());
    }
  }

 private:
  TranslatedTexts all() {
    TranslatedTexts result;
    for (std::size_t text = 0, begin = 0; text < texts_.size(); ++text) {
      std::size_t end = begin;
      while (end < lines_.size() && lines_[end].text == text) ++end;
      result.texts.push_back(versions_of(text, std::span(lines_).subspan(begin, end - begin)));
      begin = end;
    }
    result.lines = std::move(lines_);
    return result;
  }

  // A line that has fewer translations than others is the same in several versions.
  std::vector<std::string> versions_of(std::size_t text, std::span<const TranslatedLine> lines) const {
    std::size_t count = 1;
    for (const TranslatedLine& line : lines) count = std::max(count, line.translation.outputs.size());
    std::vector<std::string> versions;
    for (std::size_t version = 0; version < std::min(count, versions_); ++version) {
      std::vector<std::string> of_lines;
      for (const TranslatedLine& line : lines) {
        const std::vector<Translation::Output>& outputs = line.translation.outputs;
        of_lines.push_back(outputs[std::min(version, outputs.size() - 1)].text);
      }
      versions.push_back(with_parts(texts_[text].text, texts_[text].lines, of_lines));
    }
    return versions;
  }

  struct Text {
    std::string text;
    std::vector<TextRange> lines;
  };

  std::size_t versions_;
  TranslationService::Done done_;
  TranslationService::Failed failed_;
  TranslationService::LineDone line_done_;
  std::vector<Text> texts_;
  std::mutex mutex_;
  std::vector<TranslatedLine> lines_;
  std::vector<bool> ready_;
  std::size_t told_ = 0;
};

}  // namespace

TranslationService::TranslationService(ServedModels& models, const LineBatcher::Options& options)
    : models_(models),
      batcher_(options,
               [this](const TranslationKind& kind, std::vector<LineRequest> lines, const Interruption& interruption) {
                 LineReport unheard({});
                 return models_.translator(kind)->ready.translate(std::move(lines), unheard, interruption);
               }) {}

bool TranslationService::translate(TextsRequest request, Done done, Failed failed, LineDone line_done) {
  LineJob job;
  job.kind = request.kind;
  job.goes_on = request.goes_on;
  job.stop = request.stop;
  job.deadline = request.deadline;
  const std::string prefix = request.prefix;
  job.terms = std::move(request.terms);
  const auto gathered =
      std::make_shared<Gathered>(std::move(request), std::move(done), std::move(failed), std::move(line_done));
  for (const TranslatedLine& line : gathered->lines()) {
    LineRequest& wanted = job.lines.emplace_back();
    wanted.text = line.source;
    wanted.number = static_cast<std::int64_t>(line.line) + 1;
    wanted.has_alternatives = line.line == 0;
    if (line.line == 0) wanted.prefix = prefix;
  }
  job.line_done = [gathered](std::size_t index, Translation translation) {
    gathered->take(index, std::move(translation));
  };
  job.ended = [gathered](const std::exception_ptr& failure) { gathered->end(failure); };
  return batcher_.submit(std::move(job));
}

}  // namespace dragoman
