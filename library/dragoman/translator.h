#pragma once

#include <cstddef>
#include <dragoman/export.h>
#include <dragoman/options.h>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace dragoman::api {

/// A call was stopped before it was done.
class DRAGOMAN_API Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A term, and the translations that are allowed for it; none: it stands in the translation as it is.
struct Term {
  std::string source;
  std::vector<std::string> targets = {};
};

/// A line to be translated, and what is asked for it alone.
struct Line {
  std::string text;
  std::string prefix = {};  ///< what the translation begins with
  std::vector<Term> terms = {};
  std::string source_lang = {}, target_lang = {};  ///< of a model that knows several; empty: those of the options
};

/// A word of a translation, and how probable it is that it is right, 0 to 1.
struct ProbableWord {
  std::string text;
  double quality = 0;
};

/// One translation of a line.
struct Output {
  std::string text;
  double score = 0;                    ///< log_prob normalised by length
  double log_prob = 0;                 ///< the sum over the tokens, natural logarithm
  bool complete = true;                ///< ended by itself, rather than cut at the length limit
  std::vector<std::string> tokens;     ///< pieces of the vocabulary, ends of sentences included
  std::vector<float> token_log_probs;  ///< of each
  /// With the option `alignment`: words of the line and of the text that belong together, counted from 0.
  std::vector<std::pair<std::size_t, std::size_t>> alignment;
  /// With the option `quality`: what is to be expected as sentence chrF, 0 to 100, and of each word.
  std::optional<double> quality;
  std::vector<ProbableWord> words;
};

/// A term that a line has, and whether its best translation has it.
struct FoundTerm {
  std::string source;
  std::vector<std::string> forms;  ///< that are allowed in the translation
  bool found = false;
};

/// What became of one line.
struct Translation {
  std::vector<Output> outputs;  ///< best first, never empty; one empty text for a blank line
  std::vector<FoundTerm> terms;
  std::string via;      ///< what the first of two models made of the line
  bool redone = false;  ///< the first attempt looped or stopped short, and this one is better
};

/// Receives one line of text for the user: a warning, what was chosen.
using Notice = std::function<void(const std::string&)>;

/// A model that translates, as `dragoman translate` does: with the same options, the same text, bit for bit. A line's
/// translation depends on nothing but the line, the model and the options. Threads may share one; its calls share its
/// workers. Not to be used in a process that has been forked from the one that made it: it refuses.
///
/// Everything here throws std::invalid_argument for options that cannot be, and std::runtime_error for what fails.
class DRAGOMAN_API Translator {
 public:
  /// model: the directory. options: of all calls; besides what calls can have, those of the model as it is loaded:
  /// precision, device, threads, shortlist, via. `notice` hears of what is unusual, from the threads that call.
  explicit Translator(const std::string& model, const Options& options = {}, Notice notice = {});
  /// Several models with one target vocabulary search together.
  explicit Translator(const std::vector<std::string>& models, const Options& options = {}, Notice notice = {});
  ~Translator();
  Translator(Translator&&) noexcept;
  Translator& operator=(Translator&&) noexcept;

  /// One translation for each line, in order. Ill-formed UTF-8 is replaced by U+FFFD. options: instead of the
  /// translator's own of these names, for this call. Throws Interrupted soon after a stop is requested.
  std::vector<Translation> translate(std::span<const Line> lines, const Options& options = {},
                                     const std::stop_token& stop = {}) const;
  std::vector<Translation> translate(std::span<const std::string> lines, const Options& options = {},
                                     const std::stop_token& stop = {}) const;

  /// The best translation's text.
  std::string translate(const std::string& text, const Options& options = {}) const;

  /// Any number of lines, of which only a few thousand are in memory at once. `next` sets its argument and returns
  /// true, or returns false at the end; `use` gets each line's translation, in order. Both are called by this thread.
  void stream(const std::function<bool(Line&)>& next, const std::function<void(Translation&&)>& use,
              const Options& options = {}, const std::stop_token& stop = {}) const;

  /// The model's score of translations that are there already, one output for each pair, as `dragoman score` has it; of
  /// a pair that is too long NaN. Throws std::invalid_argument if there are more of one side.
  std::vector<Output> score(std::span<const std::string> sources, std::span<const std::string> targets,
                            const Options& options = {}) const;

  /// What tells the model's weights from others.
  const std::string& fingerprint() const;

  /// Lines that make good use of the workers in one call.
  std::size_t lines_at_once() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace dragoman::api
