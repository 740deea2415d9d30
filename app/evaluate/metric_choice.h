#pragma once

#include "app/cli/command_line.h"
#include "app/evaluate/metric_kind.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A metric for a whole corpus, and for one sentence of it from the same statistics.
struct EvaluatedMetric {
  std::unique_ptr<Metric> corpus;
  std::unique_ptr<Metric> sentence;
};

/// Which metrics, with which options.
class MetricChoice {
 public:
  void add_options(CommandLine& line);

  /// Throws std::invalid_argument for the first option that is out of range, or is given though no chosen metric has
  /// it.
  void check(const CommandLine& line) const;

  std::size_t size() const { return chosen_.size(); }
  std::vector<EvaluatedMetric> make() const;

  /// Why scores of these texts would mislead, by the metrics that are chosen.
  std::vector<std::string> doubts_of(std::span<const std::string> hypotheses) const;
  std::vector<std::string> doubts_of(const ReferenceStreams& references) const;

  /// Words for the breakdown: as BLEU has them.
  SplitWords words() const;

 private:
  struct Chosen {
    const MetricKind* kind;
    std::string_view name;

    bool operator==(const Chosen&) const = default;
  };

  using Doubt = std::function<std::optional<std::string>(const MetricKind&)>;

  std::vector<std::string> doubts(const Doubt& of_kind) const;
  Chosen named(std::string_view text);
  void choose(const std::vector<std::string>& texts);
  bool has(const MetricKind& kind) const;

  std::vector<std::unique_ptr<MetricKind>> kinds_ = metric_kinds();
  std::vector<Chosen> chosen_{{kinds_.front().get(), kinds_.front()->names().front()}};  // none of them twice
};

}  // namespace dragoman
