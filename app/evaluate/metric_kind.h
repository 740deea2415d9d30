#pragma once

#include "app/cli/command_line.h"
#include "metrics/breakdown.h"
#include "metrics/metric.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A kind of metric as `evaluate` offers it: what --metrics calls it, its options, and what they make. Another one is a
/// class and a line in metric_kinds().
class MetricKind {
 public:
  virtual ~MetricKind() = default;

  /// What --metrics calls its metrics.
  virtual std::vector<std::string_view> names() const = 0;

  /// The name among these that `text` is, however it is spelt: in any case, with or without hyphens. A spelling may set
  /// options.
  virtual std::optional<std::string_view> recognise(std::string_view text);

  /// Where its options stand in the help text.
  virtual std::string heading() const = 0;
  virtual void add_options(CommandLine& line) = 0;

  /// Throws std::invalid_argument naming the option that is out of range.
  virtual void validate() const {}

  /// A metric for a whole corpus, and one for single sentences, from the same statistics.
  virtual std::unique_ptr<Metric> make(std::string_view name) const = 0;
  virtual std::unique_ptr<Metric> make_for_sentences(std::string_view name) const { return make(name); }

  /// Why scores of these texts would mislead, if they would.
  virtual std::optional<std::string> doubt_hypotheses(std::span<const std::string>) const { return std::nullopt; }
  virtual std::optional<std::string> doubt_references(const ReferenceStreams&) const { return std::nullopt; }

  /// Words as the metric has them, if it has any that a reader would call so.
  virtual std::optional<SplitWords> words() const { return std::nullopt; }
};

/// One of each kind, with its defaults.
std::vector<std::unique_ptr<MetricKind>> metric_kinds();

}  // namespace dragoman
