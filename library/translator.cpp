#include "app/block_lines.h"
#include "app/engine_shelf.h"
#include "library/assignments.h"
#include "library/errors.h"
#include "library/translation_session.h"

#include <algorithm>
#include <dragoman/translator.h>
#include <fmt/format.h>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace dragoman::api {
namespace {

// What a model is loaded with.
constexpr const char* kOfLoading[] = {"model",   "allow-unvalidated", "precision", "device",
                                      "threads", "shortlist",         "via",       "via-lang"};

// Sets of options cost little beside the model, but a program may use any number of them.
constexpr std::size_t kMostSessions = 16;

std::string text_of(const std::vector<Assignment>& assignments) {
  return format_config_file(assignments);
}

}  // namespace

class Translator::State {
 public:
  State(const std::vector<std::string>& models, const Options& options, Notice notice)
      : notice_(notice ? std::move(notice) : [](const std::string&) {}), own_(assignments_of(options)) {
    if (!take_values(own_, "model").empty()) throw std::invalid_argument("model: is what the translator is made of");
    own_.push_back({"model", models, "model", models.size() != 1});
    first_ = session({});
  }

  std::shared_ptr<const TranslationSession> session(const Options& options) {
    if (is_foreign()) {
      throw std::runtime_error(
          "this translator was made before the process was forked, and its workers are not here; make one in each "
          "process");
    }
    std::vector<Assignment> wanted = own_;
    for (Assignment& assignment : assignments_of(options)) {
      if (std::ranges::count(kOfLoading, assignment.name) > 0)
        throw std::invalid_argument(assignment.where + ": is chosen when the model is loaded, not for a call");
      std::erase_if(wanted, [&](const Assignment& one) { return one.name == assignment.name; });
      wanted.push_back(std::move(assignment));
    }
    const std::lock_guard lock(mutex_);
    const std::string text = text_of(wanted);
    const auto known = std::ranges::find(sessions_, text, &Made::first);
    if (known != sessions_.end()) {
      std::rotate(known, known + 1, sessions_.end());
    } else {
      sessions_.emplace_back(text, std::make_shared<const TranslationSession>(wanted, notice_, shelf_));
      if (sessions_.size() > kMostSessions) sessions_.erase(sessions_.begin());
    }
    return sessions_.back().second;
  }

  const ReadyTranslator& first() const { return first_->ready(); }

  // The workers are no more where the process has been forked, and cannot be waited for.
  bool is_foreign() const { return ::getpid() != process_; }

 private:
  using Made = std::pair<std::string, std::shared_ptr<const TranslationSession>>;

  const pid_t process_ = ::getpid();
  dragoman::Notice notice_;
  std::vector<Assignment> own_;
  std::mutex mutex_;
  EngineShelf shelf_;
  std::vector<Made> sessions_;  // the last used is the last
  std::shared_ptr<const TranslationSession> first_;
};

Translator::Translator(const std::vector<std::string>& models, const Options& options, Notice notice)
    : state_(with_clear_errors([&] { return std::make_unique<State>(models, options, std::move(notice)); })) {}

Translator::Translator(const std::string& model, const Options& options, Notice notice)
    : Translator(std::vector{model}, options, std::move(notice)) {}

Translator::~Translator() {
  if (state_ && state_->is_foreign()) (void)state_.release();
}

Translator::Translator(Translator&&) noexcept = default;
Translator& Translator::operator=(Translator&&) noexcept = default;

std::vector<Translation> Translator::translate(std::span<const Line> lines, const Options& options,
                                               const std::stop_token& stop) const {
  return with_clear_errors([&] { return state_->session(options)->translate(lines, stop); });
}

std::vector<Translation> Translator::translate(std::span<const std::string> lines, const Options& options,
                                               const std::stop_token& stop) const {
  std::vector<Line> requests;
  for (const std::string& text : lines) requests.push_back({text});
  return translate(requests, options, stop);
}

std::string Translator::translate(const std::string& text, const Options& options) const {
  return translate(std::span(&text, 1), options).front().outputs.front().text;
}

void Translator::stream(const std::function<bool(Line&)>& next, const std::function<void(Translation&&)>& use,
                        const Options& options, const std::stop_token& stop) const {
  std::vector<Line> block;
  const auto translate_block = [&] {
    for (Translation& translation : translate(block, options, stop)) use(std::move(translation));
    block.clear();
  };
  for (Line line; next(line); line = {}) {
    block.push_back(std::move(line));
    if (block.size() >= lines_at_once()) translate_block();
  }
  translate_block();
}

std::vector<Output> Translator::score(std::span<const std::string> sources, std::span<const std::string> targets,
                                      const Options& options) const {
  return with_clear_errors([&] { return state_->session(options)->score(sources, targets); });
}

const std::string& Translator::fingerprint() const {
  return state_->first().fingerprint;
}

std::size_t Translator::lines_at_once() const {
  return block_lines(state_->first().translator.engine().workers().threads());
}

}  // namespace dragoman::api
